using ScriptedSip.Script.Text;

namespace ScriptedSip.Tests.Script.Interpretation;

/// <summary>Expressions in SER, OpenSER and OpenSIPS where they differ from Kamailio's (LANGUAGE 5, 6).</summary>
internal sealed class OpenSerSemanticsTests
{
    private static string Run(string body, ScriptDialect dialect = ScriptDialect.OpenSer) => ScriptRig.Run(body, dialect);

    private static string Condition(string condition, string before = "", ScriptDialect dialect = ScriptDialect.OpenSer) =>
        Run($"{before} if ({condition}) log(\"true\"); else log(\"false\");", dialect);

    [TestCase("$var(s)", "$var(s) = \"abc\";", "true")]
    [TestCase("$var(s)", "$var(s) = \"0\";", "true")]
    [TestCase("$var(s)", "$var(s) = \"\";", "false")]
    [TestCase("$var(s)", "$var(s) = 0;", "false")]
    [TestCase("$var(s)", "$var(s) = -1;", "true")]
    [TestCase("$avp(missing)", "", "false")]
    [TestCase("$hdr(From)", "", "true")]
    public void Value_alone_is_true_unless_missing_empty_or_zero(string condition, string before, string expected) =>
        Assert.That(Condition(condition, before), Is.EqualTo(expected));

    [TestCase("$avp(undef)==null", "true")]
    [TestCase("$avp(undef)==\"\"", "false")]
    [TestCase("$avp(undef)==0", "false")]
    [TestCase("$avp(undef)!=\"x\"", "true")]
    [TestCase("$avp(undef)!~\"x\"", "true")]
    [TestCase("$avp(undef)=~\"x\"", "false")]
    [TestCase("$ru!=NULL", "true")]
    public void Missing_value_equals_only_null(string condition, string expected) => Assert.That(Condition(condition), Is.EqualTo(expected));

    [TestCase("$rm==\"invite\"", "true")]
    [TestCase("$fu==\"SIP:ALICE@EXAMPLE.COM\"", "true")]
    [TestCase("$fu!=\"sip:bob@example.com\"", "true")]
    [TestCase("\"Caf\u00c9\"==$var(c)", "false")]
    [TestCase("$var(c)==\"caf\u00e9\"", "true")]
    [TestCase("method==\"INVITE\"", "true")]
    [TestCase("method==\"INVITE\" || method==\"CANCEL\"", "true")]
    [TestCase("method==\"BYE\" || method==\"CANCEL\"", "false")]
    [TestCase("method=~\"INVITE|ACK\"", "true")]
    [TestCase("!method==\"BYE\"", "true")]
    public void Text_is_compared_without_regard_to_case(string condition, string expected) =>
        Assert.That(Condition(condition, "$var(c) = \"CAF\u00e9\";"), Is.EqualTo(expected));

    [TestCase("$var(n)==\"5\"", "$var(n) = 5;", "false")]
    [TestCase("$var(n)!=\"5\"", "$var(n) = 5;", "false")]
    [TestCase("$var(s)==5", "$var(s) = \"5\";", "false")]
    [TestCase("$var(s)>4", "$var(s) = \"5\";", "false")]
    [TestCase("$var(n)>4", "$var(n) = 5;", "true")]
    [TestCase("$rs==200", "", "true")]
    [TestCase("$rs==\"200\"", "", "true")]
    public void Types_do_not_mix_but_some_variables_have_both_forms(string condition, string before, string expected) =>
        Assert.That(Condition(condition, before), Is.EqualTo(expected));

    [Test]
    public void Or_and_and_share_a_level() => Assert.That(Condition("$var(y) || $var(x) && $var(x)", "$var(x) = 0; $var(y) = 1; $avp(z) = 1;"), Is.EqualTo("false"));

    [TestCase("1+2*3", "9")]
    [TestCase("\"a\"+\"b\"", "ab")]
    [TestCase("7 % 4", "3")]
    public void Arithmetic_has_one_level(string expression, string expected) => Assert.That(Run($"$var(x) = {expression}; log(\"$var(x)\");"), Is.EqualTo(expected));

    [TestCase("$var(x) = \"a\" + 1;")]
    [TestCase("$var(x) = 1 / 0;")]
    public void Expression_without_value_fails_the_assignment(string assignment) =>
        Assert.That(Run($"$var(x) = 7; {assignment} log(\"$rc $var(x)\");"), Is.EqualTo("-1 7"));

    [Test]
    public void Operators_can_be_joined_with_the_assignment() =>
        Assert.That(Run("$var(x) = 7; $var(x) += 3; $var(x) *= 2; $var(x) -= 5; log(\"$var(x)\");"), Is.EqualTo("15"));

    [Test]
    public void Colon_equals_replaces_all_values() =>
        Assert.That(Run("$avp(s:a) = 1; $avp(s:a) = 2; $avp(s:a) := 3; log(\"$avp(s:a) $(avp(a)[*])\");"), Is.EqualTo("3 1"));

    [TestCase(ScriptDialect.OpenSer, "0 true")]
    [TestCase(ScriptDialect.OpenSips, "<null> false")]
    public void Unset_variable_is_zero_or_null_by_family(ScriptDialect dialect, string expected) =>
        Assert.That(Run("if ($var(x) == 0) log(\"$var(x) true\"); else log(\"$var(x) false\");", dialect), Is.EqualTo(expected));

    [Test]
    public void Refused_assignment_has_code_minus_one() => Assert.That(Run("$ru = 5; log(\"$rc\"); $ru = \"sip:x@y\"; log(\"$rc $ru\");"), Is.EqualTo("-1|1 sip:x@y"));

    [Test]
    public void Attributes_of_ser_replace_or_gather() =>
        Assert.That(ScriptRig.Run("$f.a = \"1\"; $f.a += \"2\"; if ($f.a == \"2\") log(\"top\"); if ($a) log(\"found\"); $f.a = \"3\"; log(1, \"%$f.a\");", ScriptDialect.Ser),
            Is.EqualTo("top|found|3"));

    [Test]
    public void Selects_of_ser_read_the_message() =>
        Assert.That(ScriptRig.Run("if (@from.uri.user == \"alice\") log(\"alice\"); if (@hf_value.x_a[2] == \"two\") log(\"two\"); log(1, \"%@call_id\");", ScriptDialect.Ser),
            Is.EqualTo("alice|two|c1@10.0.0.1"));
}
