using ScriptedSip.Script.Text;

namespace ScriptedSip.Tests.Script.Interpretation;

/// <summary>What a running Kamailio was seen to do with expressions (LANGUAGE 11).</summary>
internal sealed class KamailioSemanticsTests
{
    private static string Run(string body, string after = "") => ScriptRig.Run(body, ScriptDialect.Kamailio, after: after);

    private static string Condition(string condition, string before = "") => Run($"{before} if ({condition}) log(\"true\"); else log(\"false\");");

    [TestCase("$var(s)", "$var(s) = \"abc\";", "false")]
    [TestCase("$var(s)", "$var(s) = \"5\";", "true")]
    [TestCase("!$var(s)", "$var(s) = \"abc\";", "true")]
    [TestCase("!$var(s)", "$var(s) = \"\";", "true")]
    [TestCase("!$avp(missing)", "", "true")]
    [TestCase("$hdr(From)", "", "false")]
    public void Value_alone_is_true_when_its_number_is(string condition, string before, string expected) => Assert.That(Condition(condition, before), Is.EqualTo(expected));

    [TestCase("$avp(undef)==\"\"", "true")]
    [TestCase("$avp(undef)==0", "true")]
    [TestCase("$avp(undef)!=\"x\"", "true")]
    [TestCase("$avp(undef)=~\"x\"", "false")]
    [TestCase("$avp(undef)==$null", "true")]
    [TestCase("$rU==$null", "true")]
    [TestCase("$rU!=$null", "false")]
    [TestCase("$var(undef)==$null", "false")]
    [TestCase("defined $avp(undef)", "false")]
    [TestCase("defined $ru", "true")]
    public void Missing_value_takes_the_type_of_the_other_side(string condition, string expected) => Assert.That(Condition(condition), Is.EqualTo(expected));

    [TestCase("$rm==\"invite\"", "false")]
    [TestCase("$rm==\"INVITE\"", "true")]
    [TestCase("method==\"invite\"", "true")]
    [TestCase("method==INVITE", "true")]
    [TestCase("method!=ACK", "true")]
    [TestCase("$rm=~\"^inv\"", "true")]
    [TestCase("$fu==\"SIP:ALICE@EXAMPLE.COM\"", "false")]
    [TestCase("from_uri==\"SIP:ALICE@EXAMPLE.COM\"", "true")]
    [TestCase("!$rm==\"BYE\"", "true")]
    public void Case_matters_for_variables_and_not_for_keywords(string condition, string expected) => Assert.That(Condition(condition), Is.EqualTo(expected));

    [TestCase("$rs==\"200\"", "", "true")]
    [TestCase("$rs==200", "", "true")]
    [TestCase("5==$var(s)", "$var(s) = \"5\";", "true")]
    [TestCase("$var(s)==5", "$var(s) = \"5\";", "true")]
    [TestCase("0==$var(s)", "$var(s) = \"abc\";", "true")]
    [TestCase("$var(s)==0", "$var(s) = \"abc\";", "false")]
    [TestCase("$var(s)>4", "$var(s) = \"5\";", "true")]
    [TestCase("\"5\" ieq 5", "", "true")]
    [TestCase("5 eq \"5\"", "", "true")]
    public void Right_side_is_converted_to_the_left(string condition, string before, string expected) => Assert.That(Condition(condition, before), Is.EqualTo(expected));

    [Test]
    public void Or_binds_weaker_than_and() => Assert.That(Condition("1||0&&0"), Is.EqualTo("true"));

    [TestCase("1+2*3", "7")]
    [TestCase("6|1", "7")]
    [TestCase("1<<3", "8")]
    [TestCase("5/0", "0")]
    [TestCase("\"10\"+5", "105")]
    [TestCase("\"a\"+1+2", "a12")]
    [TestCase("5+$var(ten)", "15")]
    [TestCase("$var(ten)+5", "105")]
    [TestCase("\"a\" \"b\"", "ab")]
    [TestCase("\"a\\.b\\dc\"", "a\\.b\\dc")]
    [TestCase("\"u=$rU\"", "u=$rU")]
    [TestCase("\"<\" + $rU + \">\"", "<>")]
    [TestCase("(int)\"12\" + 1", "13")]
    [TestCase("(str)12 + 1", "121")]
    public void Expression_has_the_value_seen(string expression, string expected) =>
        Assert.That(Run($"$var(ten) = \"10\"; $var(x) = {expression}; log(\"$var(x)\");"), Is.EqualTo(expected));

    [Test]
    public void Plain_assignment_stacks_avps_and_star_replaces_them() =>
        Assert.That(Run("$avp(a) = \"1\"; $avp(a) = \"2\"; log(\"$avp(a) $(avp(a)[1]) $(avp(a)[*])\"); $(avp(a)[*]) = \"9\"; log(\"$avp(a) $(avp(a)[*])\");"),
            Is.EqualTo("2 1 2|9 1"));

    [Test]
    public void Null_makes_a_variable_zero_again() => Assert.That(Run("$var(x) = 5; $var(x) = $null; log(\"$var(x)\");"), Is.EqualTo("0"));

    [TestCase("return 5;", "5")]
    [TestCase("return -7;", "-7")]
    [TestCase("return $var(n) - 3;", "-1")]
    public void Return_takes_any_expression(string statement, string expected) =>
        Assert.That(Run("$var(n) = 2; route(R); log(\"$rc\");", $"route[R] {{ {statement} }}"), Is.EqualTo(expected));

    [Test]
    public void Unset_variable_has_the_text_of_zero() => Assert.That(Run("log(\"$(var(nope){s.len})\");"), Is.EqualTo("1"));

    // GLOBALS, return_mode: 0 is the classic rule; with 1 any code but 0 is true, and 0 ends nothing.
    [TestCase("", 0, "")]
    [TestCase("", -1, "false-1|on")]
    [TestCase("", 2, "true2|on")]
    [TestCase("return_mode=0", 0, "")]
    [TestCase("return_mode=1", 0, "false0|on")]
    [TestCase("return_mode=1", -1, "true-1|on")]
    [TestCase("return_mode=1", 2, "true2|on")]
    public void Code_of_a_route_is_read_as_return_mode_says(string setting, int code, string expected)
    {
        var after = $"route[X] {{ return({code}); }} route[Y] {{ $var(c) = {code}; return $var(c); }}";
        foreach (var name in (string[])["X", "Y"])
        {
            Assert.That(ScriptRig.Run($"if (route({name})) log(\"true$rc\"); else log(\"false$rc\"); log(\"on\");", ScriptDialect.Kamailio, before: setting, after: after), Is.EqualTo(expected));
            Assert.That(ScriptRig.Run($"if (!route({name})) log(\"false$rc\"); else log(\"true$rc\"); log(\"on\");", ScriptDialect.Kamailio, before: setting, after: after), Is.EqualTo(expected));
        }
        Assert.That(ScriptRig.Run("route(X); log(\"on\");", ScriptDialect.Kamailio, before: setting, after: after), Is.EqualTo(expected.Length == 0 ? "" : "on"));
    }

    [Test]
    public void Exit_in_a_route_ends_the_run_under_every_return_mode() =>
        Assert.That(ScriptRig.Run("if (!route(X)) log(\"on\"); log(\"on\");", ScriptDialect.Kamailio, before: "return_mode=1", after: "route[X] { exit; }"), Is.Empty);
}
