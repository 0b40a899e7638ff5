using ScriptedSip.Modules;
using ScriptedSip.Server;
using ScriptedSip.Tests.Support;

namespace ScriptedSip.Tests.Server;

/// <summary>The support table is written from the modules themselves.</summary>
internal sealed class ModulePageTests
{
    [Test]
    public void Every_module_is_in_the_table()
    {
        var rows = ModulePage.Build().Split('\n').TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal)).Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .SelectMany(line => line.Split('|')[1].Split('(')[0].Trim(' ', '[', ']').Split(", "));
        Assert.That(ModuleTable.Names, Is.SubsetOf(rows));
    }

    [Test]
    public void What_is_not_done_is_told_with_its_reason()
    {
        var page = ModulePage.Build();
        Assert.That(page, Does.Contain("| `t_write_req`, `t_write_unix` | no application is fed through FIFOs or sockets here |"));
        Assert.That(page, Does.Contain("`disable_gruu`, `gruu_enabled`, `gruu_secret` | GRUUs are not made. |"));
        Assert.That(page, Does.Contain("| `t_clean()` | 1: transactions that are over are always removed at once. |").And.Not.Contain("`t_clean`,"));
        Assert.That(page, Does.Contain("`t_relay`").And.Contains("`fr_timer`"));
    }

    [Test]
    public void Document_is_in_step_with_the_program()
    {
        var document = Repository.Path("docs/modules.md");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            File.WriteAllText(document, ModulePage.Build());
        Assert.That(File.ReadAllText(document), Is.EqualTo(ModulePage.Build()), "UPDATE_GOLDEN=1 writes it anew");
    }
}
