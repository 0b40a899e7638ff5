using ScriptedSip.Script.Text;
using ScriptedSip.Server.Checking;
using ScriptedSip.Tests.Support;

namespace ScriptedSip.Tests.Docs;

/// <summary>The table of findings, and its page.</summary>
internal sealed class DiagnosticsPageTests
{
    [Test]
    public void Page_is_what_the_program_prints() =>
        Assert.That(File.ReadAllText(Repository.Path("docs/diagnostics.md")), Is.EqualTo(DiagnosticsPage.Build()), "scriptedsip diagnostics > docs/diagnostics.md writes it anew");

    [Test]
    public void Every_finding_has_a_code_of_its_own_a_title_and_an_explanation()
    {
        Assert.That(DiagnosticCatalog.All, Is.Not.Empty);
        foreach (var (code, descriptor) in DiagnosticCatalog.All)
        {
            Assert.That(code, Does.Match("^SS[1-4][0-9]{3}$"));
            Assert.That(descriptor.Title.Trim('…', ' '), Is.Not.Empty, code);
            Assert.That(descriptor.Explanation, Does.EndWith("."), code);
        }
    }
}
