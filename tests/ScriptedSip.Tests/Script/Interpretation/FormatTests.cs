using ScriptedSip.Script.Text;

namespace ScriptedSip.Tests.Script.Interpretation;

/// <summary>Text with variables (LANGUAGE 9, PSEUDO_VARIABLES).</summary>
internal sealed class FormatTests
{
    [TestCase("plain", "plain")]
    [TestCase("$rm", "INVITE")]
    [TestCase("a $rm b $ci.", "a INVITE b c1@10.0.0.1.")]
    [TestCase("$rU", "<null>")]
    [TestCase("[$rU]", "[<null>]")]
    [TestCase("100$$", "100$")]
    [TestCase("cost: 5$", "cost: 5$")]
    [TestCase("cost: $5 or $50", "cost: $5 or $50")]
    [TestCase("$rm($ci)", "INVITE(c1@10.0.0.1)")]
    [TestCase("$(rm)x", "INVITEx")]
    [TestCase("$hdr(X-A) $(hdr(X-A)[1]) $(hdr(X-A)[2])", "one two <null>")]
    [TestCase("$rs", "200")]
    [TestCase("%rm", "%rm")]
    public void Dollar_marks_a_variable(string text, string expected) => Assert.That(ScriptRig.Run($"$avp(x) = 1; log(\"{text}\");"), Is.EqualTo(expected));

    [TestCase("%rm %ci", "INVITE c1@10.0.0.1")]
    [TestCase("%{X-A} %{X-A[1]}", "one two")]
    [TestCase("100%%", "100%")]
    [TestCase("$rm", "$rm")]
    public void Percent_marks_a_variable_in_ser(string text, string expected) => Assert.That(ScriptRig.Run($"log(\"{text}\");", ScriptDialect.Ser), Is.EqualTo(expected));

    [Test]
    public void Script_of_unknown_family_may_use_percent()
    {
        var rig = new ScriptRig("route { log(\"%rm\"); }");
        using var run = rig.Start();
        Assert.That(rig.Output, Is.EqualTo("INVITE"));
    }

    [TestCase("$C(rx)a$C(xx)", "\x1b[0;31;49ma\x1b[0;39;49m")]
    [TestCase("$C(Gs)a", "\x1b[1;32;40ma")]
    [TestCase("$Cbga$Cxx", "\x1b[0;34;42ma\x1b[0;39;49m")]
    public void Colours_are_written_only_when_wanted(string text, string expected)
    {
        var rig = new ScriptRig($"route {{ log(\"{text}\"); }}");
        using (rig.Start())
        {
            rig.Log.UsesColor = true;
        }
        using (rig.Start())
        {
            Assert.That(rig.Log.Lines, Is.EqualTo(new[] { "a", expected }));
        }
    }

    [Test]
    public void Long_text_is_put_together_whole()
    {
        var text = string.Concat(Enumerable.Repeat("$rm,", 40));
        Assert.That(ScriptRig.Run($"log(\"{text}\");"), Is.EqualTo(string.Concat(Enumerable.Repeat("INVITE,", 40))));
    }

    [TestCase("note(\"x$rm\", \"\");", "xINVITE/")]
    [TestCase("note(\"$avp(none)\", \"b\");", "/b")]
    [TestCase("note($rm);", "INVITE/")]
    [TestCase("note($avp(none), 5);", "/5")]
    [TestCase("note(12, word);", "12/word")]
    [TestCase("note(10.0.0.1, \"p\");", "10.0.0.1/p")]
    [TestCase("note(,\"b\");", "/b")]
    [TestCase("raw(\"$rm\");", "$rm/")]
    [TestCase("header(\"Call-ID\");", "CallId Call-ID")]
    [TestCase("header(\"X-Own\");", "Other X-Own")]
    [TestCase("$var(h) = \"i\"; header($var(h));", "CallId i")]
    [TestCase("code(\"-3\"); log(\"$rc\");", "-3")]
    [TestCase("$var(n) = \"4\"; code($var(n)); log(\"$rc\");", "4")]
    [TestCase("$var(n) = \"x\"; code($var(n)); log(\"$rc\");", "-1")]
    [TestCase("code(\"$rs\"); log(\"$rc\");", "200")]
    [TestCase("store(\"$avp(s:a)\", \"v\"); log(\"$avp(a)\");", "v")]
    [TestCase("store(\"s:b\", \"v\"); log(\"$avp(b)\");", "v")]
    [TestCase("store($var(c), \"v\"); log(\"$var(c)\");", "v")]
    [TestCase("store($rm, \"v\"); log(\"$rc\");", "-1")]
    public void Argument_becomes_what_its_parameter_is(string body, string expected) => Assert.That(ScriptRig.Run(body, ScriptDialect.OpenSips), Is.EqualTo(expected));
}
