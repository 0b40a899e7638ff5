using ScriptedSip.Modules.UsrLoc;

namespace ScriptedSip.Tests.Modules.UsrLoc;

public sealed class UsrLocModuleTests
{
    private readonly FrameRig _rig = new();

    [Test]
    public void Module_exports_a_store_with_tables_by_name()
    {
        var store = _rig.Start(new UsrLocModule());
        Assert.That(_rig.Host.Import<ILocationStore>(), Is.SameAs(store));
        Assert.That(store.Table("location"u8), Is.SameAs(store.Table("location"u8)));
        Assert.That(store.Table("aliases"u8), Is.Not.SameAs(store.Table("location"u8)));
    }

    [Test]
    public void Timer_removes_expired_bindings_within_its_interval()
    {
        var module = _rig.Start(new UsrLocModule { TimerInterval = 2 });
        var table = (LocationTable)module.Table("location"u8);
        var update = new BindingUpdate();
        update.Contacts.Add() = new Binding { Contact = FrameRig.Text("sip:a@h"), ExpiresAt = _rig.Context.Now + 500 };
        table.Update("bob"u8, update, _rig.Context.Now, new BindingList());

        var (interval, sweep) = _rig.Timers[^1];
        for (var ticks = 0; ticks < 2; ticks++)
        {
            _rig.Advance(interval);
            sweep(_rig.Context);
        }
        Assert.That(table.BindingCount, Is.Zero);
    }

    [TestCase(-1)]
    [TestCase(4)]
    public void Unknown_database_mode_is_refused_with_a_sentence(int mode) =>
        Assert.That(new UsrLocModule { DatabaseMode = mode }.Validate(null!), Does.Contain("db_mode"));

    [Test]
    public void Opensips_presets_choose_the_mode_and_unknown_ones_are_refused()
    {
        Assert.That(new UsrLocModule { WorkingModePreset = "single-instance-no-db", DatabaseMode = 1 }.DatabaseInUse, Is.Null);
        Assert.That(new UsrLocModule { WorkingModePreset = "single-instance-sql-write-back", DatabaseUrl = "sqlite:///x" }.DatabaseInUse, Is.EqualTo("sqlite:///x"));
        Assert.That(new UsrLocModule { WorkingModePreset = "full-sharing-cluster" }.Validate(null!), Does.Contain("working_mode_preset"));
    }
}
