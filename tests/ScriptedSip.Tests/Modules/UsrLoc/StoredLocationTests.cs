using ScriptedSip.Data;
using ScriptedSip.Modules.UsrLoc;
using ScriptedSip.Tests.Data;
using ScriptedSip.Tests.Modules.Registrar;

namespace ScriptedSip.Tests.Modules.UsrLoc;

/// <summary>Bindings in a database: what one run of the program has acknowledged, the next one knows.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class StoredLocationTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly List<Databases> _open = [];

    private string Url => $"sqlite://{_directory.File("location.db")}";

    public void Dispose()
    {
        _open.ForEach(d => d.Dispose());
        _directory.Dispose();
    }

    [TestCase(1)]
    [TestCase(3)]
    public void Acknowledged_binding_is_there_after_the_program_was_killed(int mode)
    {
        Start(mode).Register("Contact: <sip:bob@192.0.2.1:5070;ob>;q=0.7;expires=600\nUser-Agent: Phone/1", callId: "c1", cseq: 7);
        // No end of the first run: its database is not closed, as after a SIGKILL.
        var next = Start(mode);
        next.Register();
        Assert.That(next.Contacts, Is.EqualTo(new[] { "<sip:bob@192.0.2.1:5070;ob>;q=0.7;expires=600" }));
        Assert.That(next.Register("Contact: <sip:bob@192.0.2.1:5070;ob>", callId: "c1", cseq: 6), Is.EqualTo(-1), "CSeq is kept as well");
    }

    [Test]
    public void Everything_a_look_up_gives_is_kept()
    {
        var rig = Start(1);
        var table = rig.Table();
        var update = new BindingUpdate();
        ref var binding = ref update.Contacts.Add();
        binding = new Binding
        {
            Contact = FrameRig.Text("sip:bob@192.0.2.1"),
            CallId = FrameRig.Text("c"),
            CSeq = 4,
            ExpiresAt = Binding.Never,
            Q = 500,
            Received = FrameRig.Text("sip:198.51.100.1:1024"),
            Path = FrameRig.Text("<sip:edge.example.org;lr>"),
            UserAgent = FrameRig.Text("Phone"),
            Socket = rig.Rig.Far,
            Flags = 1,
            BranchFlags = 0x80000001,
            Methods = ScriptedSip.Sip.Messages.SipMethod.Invite | ScriptedSip.Sip.Messages.SipMethod.Bye,
        };
        table.Update("bob"u8, update, rig.Rig.Context.Now, new BindingList());
        Assert.That(table.Keep(rig.Rig.Frame(Options), false), Is.True);

        var next = Start(1);
        var found = new BindingList();
        Assert.That(next.Table().Find("bob"u8, next.Rig.Context.Now, found), Is.True);
        var copy = found[0];
        Assert.That((copy.Contact, copy.CallId, copy.CSeq, copy.ExpiresAt, copy.Q, copy.Received, copy.Path), Is.EqualTo(
            (update.Contacts[0].Contact, update.Contacts[0].CallId, 4u, Binding.Never, 500, update.Contacts[0].Received, update.Contacts[0].Path)));
        Assert.That((copy.UserAgent, copy.Socket, copy.Flags, copy.BranchFlags, copy.Methods), Is.EqualTo(
            (update.Contacts[0].UserAgent, next.Rig.Far, 1u, 0x80000001, update.Contacts[0].Methods)));
    }

    [Test]
    public void Users_and_domains_are_columns_of_their_own()
    {
        Start(1, usesDomain: true).Register("Contact: <sip:bob@h>");
        Assert.That(Rows("username", "domain"), Is.EqualTo(new[] { "bob|example.org" }));
        var next = Start(1, usesDomain: true);
        next.Register();
        Assert.That(next.Contacts, Has.Length.EqualTo(1));
    }

    [Test]
    public void Statement_as_a_user_name_is_one_row()
    {
        var rig = Start(1);
        rig.Register("Contact: <sip:a@h>", to: "sip:alice@example.org");
        Assert.That(rig.Register("Contact: <sip:b@h>", to: "sip:';%20DROP%20TABLE%20location;%20--@example.org"), Is.EqualTo(1));
        Assert.That(Rows("username"), Is.EqualTo(new[] { "'; drop table location; --", "alice" }));
    }

    [Test]
    public void Binding_saved_in_memory_only_is_no_row()
    {
        var rig = Start(1);
        Assert.That(rig.Module.SaveInMemory(rig.Frame("Contact: <sip:a@h>"), FrameRig.Text("location")).Code, Is.EqualTo(1));
        rig.Register();
        Assert.That((rig.Contacts.Length, Rows("contact").Length), Is.EqualTo((1, 0)));
    }

    [Test]
    public void Contact_that_is_removed_leaves_no_row()
    {
        var rig = Start(1);
        rig.Register("Contact: <sip:a@h>, <sip:b@h>");
        rig.Register("Contact: <sip:a@h>;expires=0");
        Assert.That(Rows("contact"), Is.EqualTo(new[] { "sip:b@h" }));
        rig.Register("Contact: *\nExpires: 0");
        Assert.That(Rows("contact"), Is.Empty);
    }

    [Test]
    public void Equal_contact_written_differently_is_still_one_row()
    {
        var rig = Start(1);
        rig.Register("Contact: <sip:b%6Fb@H.example.org>", callId: "c", cseq: 1);
        rig.Register("Contact: <sip:bob@h.EXAMPLE.org>", callId: "c", cseq: 2);
        Assert.That(Rows("contact", "cseq"), Is.EqualTo(new[] { "sip:bob@h.EXAMPLE.org|2" }));
    }

    [Test]
    public void Oldest_contact_that_makes_room_leaves_no_row()
    {
        var rig = Start(1);
        rig.Register("Contact: <sip:a@h>");
        rig.Rig.Advance(1000);
        rig.Register("Contact: <sip:b@h>", flags: "c1f");
        Assert.That(Rows("contact"), Is.EqualTo(new[] { "sip:b@h" }));
    }

    [Test]
    public void Write_back_has_it_in_the_database_when_the_program_ends()
    {
        Start(2).Register("Contact: <sip:b@h>");
        _open[^1].Dispose();
        Assert.That(Rows("contact"), Is.EqualTo(new[] { "sip:b@h" }));
    }

    [Test]
    public void Full_queue_is_answered_and_what_was_taken_is_written()
    {
        var databases = NewDatabases();
        var rig = new RegistrarRig(locations: new UsrLocModule { DatabaseMode = 2, DatabaseUrl = Url, WriteQueueSize = 2 }, databases: databases);
        // Nothing is written until the end.
        databases.Open(Url).Writes.Linger = int.MaxValue / 2;
        Assert.That(rig.Register("Contact: <sip:a@h>", to: "sip:a@example.org"), Is.EqualTo(1));
        Assert.That(rig.Register("Contact: <sip:b@h>", to: "sip:b@example.org"), Is.EqualTo(1));
        Assert.That(rig.Register("Contact: <sip:c@h>", to: "sip:c@example.org"), Is.EqualTo(-1));
        Assert.That(rig.Reply, Does.StartWith("503 "));
        Assert.That(rig.Register("", to: "sip:c@example.org"), Is.Not.Zero);
        Assert.That(rig.Reply, Does.Not.Contain("Contact: "), "what is refused is not bound either");
        databases.Dispose();
        Assert.That(Rows("contact"), Is.EqualTo(new[] { "sip:a@h", "sip:b@h" }));
    }

    [Test]
    public void Database_only_sees_what_others_write_there()
    {
        var rig = Start(3);
        Start(1).Register("Contact: <sip:b@h>");
        rig.Register();
        Assert.That(rig.Contacts, Has.Length.EqualTo(1));
        Start(1).Register("Contact: *\nExpires: 0", callId: "another");
        rig.Register();
        Assert.That(rig.Contacts, Is.Empty);
    }

    [Test]
    public void Save_memory_leaves_the_database_alone()
    {
        var rig = Start(1);
        rig.Register("Contact: <sip:b@h>", flags: "m");
        rig.Register("Contact: <sip:c@h>", flags: "1");
        Assert.That(Rows("contact"), Is.Empty);
    }

    [Test]
    public void Rows_of_another_server_are_taken_over()
    {
        using (var database = new Databases(new Dictionary<string, string>()))
        {
            database.Open(Url).Query("INSERT INTO location (ruid, username, contact, expires, q, callid, cseq, last_modified) VALUES ('uloc-5f-1', 'bob', 'sip:b@h', '2036-01-01 00:00:00', -1.0, 'c', 3, '2025-01-01 00:00:00')");
        }
        var rig = Start(1);
        rig.Register();
        Assert.That(rig.Contacts.Single(), Does.StartWith("<sip:b@h>;expires="));
        rig.Register("Contact: <sip:b@h>;expires=0");
        Assert.That(Rows("contact"), Is.Empty);
    }

    [Test]
    public void What_has_ended_is_not_loaded_and_goes()
    {
        Start(1).Register("Contact: <sip:b@h>;expires=60");
        var next = Start(1, later: 61_000);
        next.Register();
        Assert.That(next.Contacts, Is.Empty);
        next.Rig.Timers.Single(t => t.Interval == 60_000).Action(next.Rig.Context);
        next.Register("Contact: <sip:c@h>");
        Assert.That(Rows("contact"), Is.EqualTo(new[] { "sip:c@h" }));
    }

    [Test]
    public void Columns_can_have_other_names()
    {
        Start(1).Register("Contact: <sip:b@h>");
        using (var database = new Databases(new Dictionary<string, string>()))
            database.Open(Url).Query("ALTER TABLE location RENAME COLUMN username TO name");
        var next = new RegistrarRig(locations: new UsrLocModule { DatabaseMode = 1, DatabaseUrl = Url, UserColumn = "name" }, databases: NewDatabases());
        next.Register();
        Assert.That(next.Contacts, Has.Length.EqualTo(1));
    }

    private const string Options = "OPTIONS sip:h SIP/2.0\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\nFrom: <sip:a@h>;tag=1\nTo: <sip:b@h>\nCall-ID: o\nCSeq: 1 OPTIONS\n\n";

    private RegistrarRig Start(int mode, bool usesDomain = false, int later = 0) =>
        new(locations: new UsrLocModule { DatabaseMode = mode, DatabaseUrl = Url, UsesDomain = usesDomain }, databases: NewDatabases(), later: later);

    private Databases NewDatabases()
    {
        _open.Add(new Databases(new Dictionary<string, string>()));
        return _open[^1];
    }

    private string[] Rows(params string[] columns)
    {
        using var databases = new Databases(new Dictionary<string, string>());
        return [.. databases.Open(Url).Select(new SelectShape("location", columns, [])).Select(r => string.Join('|', r)).Order(StringComparer.Ordinal)];
    }
}
