using NUnit.Framework;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Tests.Script.Syntax;

[TestFixture]
internal sealed class FormatParserTests
{
    [TestCase("plain", "plain")]
    [TestCase("", "")]
    [TestCase("a $ru b", "a |<$ru>| b")]
    [TestCase("$rm$ru", "<$rm>|<$ru>")]
    [TestCase("cost 5$$ $$ru", "cost 5$ $ru")]
    [TestCase("5$ and $ 6", "5$ and $ 6")]
    [TestCase("end $", "end $")]
    [TestCase("[$ru]", "[|<$ru>|]")]
    [TestCase("$ru[0]", "<$ru>|[0]")]
    [TestCase("($rr)", "(|<$rr>|)")]
    [TestCase("$ru. Next", "<$ru>|. Next")]
    [TestCase("$ru.Next", "<$ru>|.Next")]
    [TestCase("$ruri.user!", "<$ruri.user>|!")]
    [TestCase("$fU@$fd", "<$fU>|@|<$fd>")]
    [TestCase("$(ru{s.len})x", "<$(ru{s.len})>|x")]
    [TestCase("$avp(s:x),$hdr[To]", "<$avp(s:x)>|,|<$hdr[To]>")]
    [TestCase("$f.uid", "<attr:f.uid>")]
    public void Dollar_markers_are_cut_out(string text, string parts) => Assert.That(Split(text, FormatStyle.Dollar), Is.EqualTo(parts));

    // The tutorial's script: two letters behind $C are the colour, whatever follows them.
    [TestCase("$Cbg[ Method $rm ]$Cxx", "<$Cbg>|[ Method |<$rm>| ]|<$Cxx>")]
    [TestCase("$CbxMessage is relayed$Cxx\n", "<$Cbx>|Message is relayed|<$Cxx>|\n")]
    [TestCase("$CbxAdding the Route header$Cxx", "<$Cbx>|Adding the Route header|<$Cxx>")]
    [TestCase("$C(bg)x", "<$C(bg)>|x")]
    [TestCase("$Cbg(x)", "<$Cbg>|(x)")]
    public void Colour_ends_after_two_letters(string text, string parts) => Assert.That(Split(text, FormatStyle.Dollar), Is.EqualTo(parts));

    [TestCase("a %rm b", "a |<%rm>| b")]
    [TestCase("100%% %ru", "100% |<%ru>")]
    [TestCase("%rmethod", "<%rm>|ethod")]
    [TestCase("%CbxText%Cxx", "<%Cbx>|Text|<%Cxx>")]
    [TestCase("%{Via[1]}", "<%{Via[1]}>")]
    [TestCase("%@to.tag.", "<@to.tag>|.")]
    [TestCase("%$f.uid", "<attr:f.uid>")]
    [TestCase("50 %zz", "50 %zz")]
    public void Percent_markers_of_ser_are_cut_out(string text, string parts) => Assert.That(Split(text, FormatStyle.Percent), Is.EqualTo(parts));

    [Test]
    public void Header_marker_of_ser_is_the_header_variable()
    {
        var variable = (PseudoVariable)((VariablePart)Format("%{Via[1]}", FormatStyle.Percent, new DiagnosticBag()).Parts.Single()).Variable;
        Assert.That((variable.Name.Text, variable.Argument!.Text, variable.Index!.Number), Is.EqualTo(("hdr", "Via", 1)));
    }

    [Test]
    public void Marker_that_is_never_closed_is_reported_and_stays_text()
    {
        var diagnostics = new DiagnosticBag();
        var format = Format("a $(ru{s.len", FormatStyle.Dollar, diagnostics);
        Assert.That(format.ConstantText, Is.EqualTo("a $(ru{s.len"));
        Assert.That(diagnostics.Sorted().Single().Code, Is.EqualTo("SS1020"));
    }

    [Test]
    public void Places_behind_escapes_and_joined_literals_are_those_of_the_source()
    {
        const string script = "route { xlog(\"\\n\\t$ru \"\n \"b\\x41$(rm\"); }";
        var (parsed, _) = Parsing.Parse(script);
        var literal = (StringLiteral)((CallStatement)((RouteBlock)parsed.Items[0]).Body.Statements[0]).Arguments[0].Value!;
        var diagnostics = new DiagnosticBag();
        var format = FormatParser.Parse(literal.Literal, diagnostics);
        Assert.Multiple(() =>
        {
            Assert.That(format.Parts.OfType<VariablePart>().First().Span.Text.ToString(), Is.EqualTo("$ru"));
            Assert.That(diagnostics.Sorted().Single().Span.Start, Is.EqualTo(script.IndexOf("$(rm", StringComparison.Ordinal)));
        });
    }

    private static string Split(string text, FormatStyle style)
    {
        var diagnostics = new DiagnosticBag();
        var parts = Format(text, style, diagnostics).Parts.Select(part => part switch
        {
            LiteralPart literal => literal.Value,
            VariablePart { Variable: PseudoVariable variable } => $"<{variable.Text}>",
            VariablePart { Variable: var other } => $"<{AstPrinter.Print(other)}>",
            _ => "?",
        });
        Assert.That(diagnostics.Count, Is.Zero);
        return string.Join('|', parts);
    }

    private static FormatString Format(string text, FormatStyle style, DiagnosticBag diagnostics) =>
        FormatParser.Parse(new LiteralText(text, new TextSpan(new SourceFile("f", text), 0, text.Length), 0), diagnostics, style);
}
