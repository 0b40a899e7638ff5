using NUnit.Framework;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Tests.Script.Text;

[TestFixture]
internal sealed class DiagnosticTests
{
    private static readonly SourceFile File = new("a.cfg", "one\n\tt_rely();\n");

    [Test]
    public void Print_shows_place_code_hint_source_line_and_caret()
    {
        var bag = new DiagnosticBag();
        bag.AddWithHint(DiagnosticCatalog.UnknownFunction, new TextSpan(File, 5, 6), "did you mean 't_relay'?", "t_rely");
        var writer = new StringWriter { NewLine = "\n" };
        DiagnosticPrinter.Print(bag.Sorted()[0], writer);
        Assert.That(writer.ToString(), Is.EqualTo(
            "a.cfg:2:2: error SS2001: unknown function 't_rely'; did you mean 't_relay'?\n    \tt_rely();\n    \t^~~~~~\n"));
    }

    [Test]
    public void Sorted_gives_file_order_and_each_finding_once()
    {
        var bag = new DiagnosticBag();
        bag.Add(DiagnosticCatalog.UnexpectedToken, new TextSpan(File, 5, 1), "'b'", "");
        bag.Add(DiagnosticCatalog.UnexpectedToken, new TextSpan(File, 0, 1), "'a'", "");
        bag.Add(DiagnosticCatalog.UnexpectedToken, new TextSpan(File, 0, 1), "'a'", "");
        Assert.That(bag.Sorted().Select(d => d.Span.Start), Is.EqualTo(new[] { 0, 5 }));
    }

    [Test]
    public void Catalog_codes_are_well_formed_and_explained()
    {
        Assert.That(DiagnosticCatalog.All, Is.Not.Empty);
        foreach (var (code, descriptor) in DiagnosticCatalog.All)
        {
            Assert.That(code, Does.Match("^SS[1-4][0-9]{3}$"));
            Assert.That(descriptor.Explanation, Does.EndWith("."), code);
            Assert.That(() => string.Format(System.Globalization.CultureInfo.InvariantCulture, descriptor.Format, "a", "b", "c", "d"), Throws.Nothing, code);
        }
    }
}
