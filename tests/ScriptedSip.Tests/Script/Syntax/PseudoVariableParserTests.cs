using NUnit.Framework;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Tests.Script.Syntax;

[TestFixture]
internal sealed class PseudoVariableParserTests
{
    [TestCase("$ru")]
    [TestCase("$?")]
    [TestCase("$avp(s:name)")]
    [TestCase("$avp(i:12)")]
    [TestCase("$avp($alias)")]
    [TestCase("$hdr(X-Y)")]
    [TestCase("$err.class")]
    [TestCase("$xavp(a[0]=>b)")]
    [TestCase("$sht(t=>$(ru{uri.user}))")]
    [TestCase("$T_req($ru)")]
    [TestCase("$C(bg)")]
    [TestCase("$ct.fields(uri)")]
    public void Plain_form_is_read_whole(string written)
    {
        var variable = Read(written);
        Assert.That(variable.Text, Is.EqualTo(written));
        Assert.That(variable.Span.Text.ToString(), Is.EqualTo(written));
    }

    [Test]
    public void Enclosed_form_gives_every_part()
    {
        var variable = Read("$(hdr(Via)[-1]{s.select,1,:}{s.len})");
        Assert.Multiple(() =>
        {
            Assert.That(variable.Name.Text, Is.EqualTo("hdr"));
            Assert.That(variable.Argument!.Text, Is.EqualTo("Via"));
            Assert.That(variable.Argument.IsConstant);
            Assert.That((variable.Index!.Kind, variable.Index.Number), Is.EqualTo((IndexKind.Number, -1)));
            Assert.That(variable.Transformations.Select(t => $"{t.Class}|{t.Operation}|{string.Join('|', t.Arguments.Select(a => a.Text))}"), Is.EqualTo(new[] { "s|select|1|:", "s|len|" }));
            Assert.That(variable.Transformations[0].Operation.Span.Text.ToString(), Is.EqualTo("select"));
        });
    }

    [TestCase("$(ru{s.escape.common})", "s", "escape.common")]
    [TestCase("$(ru{uri.param,x})", "uri", "param")]
    [TestCase("$(ru{ s.len })", "s", "len")]
    public void Operation_is_all_behind_the_first_dot(string written, string transformationClass, string operation)
    {
        var transformation = Read(written).Transformations[0];
        Assert.That((transformation.Class.Text, transformation.Operation.Text), Is.EqualTo((transformationClass, operation)));
    }

    [Test]
    public void Substitution_keeps_commas_and_braces_of_its_expression()
    {
        var transformation = Read("$(ru{re.subst,/^sip:(.{1,3}),/\\1/g})").Transformations[0];
        Assert.That(transformation.Arguments.Select(a => a.Text), Is.EqualTo(new[] { "/^sip:(.{1,3}),/\\1/g" }));
    }

    [Test]
    public void Variable_inside_an_argument_is_parsed()
    {
        var argument = Read("$(ru{s.select,1,$var(sep)})").Transformations[0].Arguments[1];
        var inner = (PseudoVariable)((VariablePart)argument.Format.Parts.Single()).Variable;
        Assert.Multiple(() =>
        {
            Assert.That(inner.Name.Text, Is.EqualTo("var"));
            Assert.That(inner.Span.Start, Is.EqualTo(16));
        });
    }

    [TestCase("$(avp(x)[*])", IndexKind.All)]
    [TestCase("$(avp(x)[ 2 ])", IndexKind.Number)]
    [TestCase("$(avp(x)[$var(i)])", IndexKind.Variable)]
    [TestCase("$avp(x)[1]", IndexKind.Number)]
    public void Index_has_its_kind(string written, IndexKind kind) => Assert.That(Read(written).Index!.Kind, Is.EqualTo(kind));

    [TestCase("$hdr[From]", "hdr", "From")]
    [TestCase("$avp[s:x]", "avp", "s:x")]
    public void Brackets_of_openser_1_1_hold_the_argument(string written, string name, string argument)
    {
        var variable = Read(written);
        Assert.That((variable.Name.Text, variable.Argument?.Text, variable.Index), Is.EqualTo((name, argument, (PseudoVariableIndex?)null)));
    }

    [Test]
    public void Reply_context_of_opensips_is_kept() => Assert.That(Read("$(<reply>hdr(X))").Context?.Text, Is.EqualTo("reply"));

    private static PseudoVariable Read(string written)
    {
        var file = new SourceFile("f", written);
        var diagnostics = new DiagnosticBag();
        var read = PseudoVariableParser.TryParse(new LiteralText(written, new TextSpan(file, 0, written.Length), 0), 0, written.Length, insideText: false, diagnostics);
        Assert.That(diagnostics.Count, Is.Zero);
        Assert.That(read?.Next, Is.EqualTo(written.Length));
        return (PseudoVariable)read!.Value.Variable;
    }
}
