using ScriptedSip.Script.Api;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Tests.Script.Interpretation;

/// <summary>Statements and return codes (LANGUAGE 5).</summary>
internal sealed class ControlFlowTests
{
    [TestCase("if (code(1)) log(\"t\"); else log(\"f\");", "t")]
    [TestCase("if (code(2)) log(\"t\"); else log(\"f\");", "t")]
    [TestCase("if (code(-1)) log(\"t\"); else log(\"f\");", "f")]
    [TestCase("if (!code(-1)) { log(\"t\"); }; log(\"next\");", "t|next")]
    [TestCase("if (code(-1)) log(\"a\"); else if (code(1)) log(\"b\"); else log(\"c\");", "b")]
    [TestCase("if method==\"INVITE\" log(\"t\");", "t")]
    [TestCase("log(\"a\"); code(0); log(\"b\");", "a")]
    [TestCase("if (code(0)) log(\"t\"); else log(\"f\"); log(\"next\");", "")]
    [TestCase("if (!code(0)) log(\"t\"); log(\"next\");", "")]
    [TestCase("if (code(0) || code(1)) log(\"t\"); log(\"next\");", "")]
    [TestCase("if (!code(0) && code(1)) log(\"t\"); log(\"next\");", "")]
    [TestCase("log(\"a\"); exit; log(\"b\");", "a")]
    [TestCase("log(\"a\"); return; log(\"b\");", "a")]
    [TestCase("log(\"a\"); break; log(\"b\");", "a")]
    public void Code_of_a_function_decides_and_zero_stops(string body, string output) => Assert.That(ScriptRig.Run(body), Is.EqualTo(output));

    [TestCase("return;", "1")]
    [TestCase("return();", "1")]
    [TestCase("return(5);", "5")]
    [TestCase("return(-7);", "-7")]
    [TestCase("return -7;", "-7")]
    [TestCase("code(-3);", "-3")]
    [TestCase("log(\"x\"); code(4);", "x|4")]
    [TestCase("$var(a) = 3;", "1")]
    [TestCase("code(-3); $var(a) = 3;", "1")]
    [TestCase("if (code(-3)) { log(\"x\"); }", "1")]
    [TestCase("if (code(3)) { code(-4); }", "-4")]
    [TestCase(";", "1")]
    [TestCase("code(-2); ;", "-2")]
    [TestCase("break;", "1")]
    public void Route_yields_its_return_or_last_command(string body, string output) =>
        Assert.That(ScriptRig.Run("route(R); log(\"$rc\");", after: $"route[R] {{ {body} }}"), Is.EqualTo(output));

    [TestCase("return(0);")]
    [TestCase("exit;")]
    [TestCase("exit();")]
    [TestCase("drop;")]
    [TestCase("code(0);")]
    public void Zero_in_a_route_ends_the_script(string body) =>
        Assert.That(ScriptRig.Run("log(\"a\"); route(R); log(\"b\");", after: $"route[R] {{ {body} }}"), Is.EqualTo("a"));

    [TestCase("1", "yes")]
    [TestCase("-1", "no")]
    public void Route_is_a_condition(string code, string output) =>
        Assert.That(ScriptRig.Run("if (route(R)) log(\"yes\"); else log(\"no\");", after: $"route[R] {{ return({code}); }}"), Is.EqualTo(output));

    [Test]
    public void Drop_marks_the_frame_and_exit_does_not()
    {
        var rig = new ScriptRig("route { if (method==\"INVITE\") exit; drop; }");
        using (var run = rig.Start())
        {
            Assert.That((run.Frame.Stopped, run.Frame.Dropped), Is.EqualTo((true, false)));
        }
        using (var run = rig.Start(ScriptRig.Invite.Replace("INVITE", "BYE", StringComparison.Ordinal)))
        {
            Assert.That((run.Frame.Stopped, run.Frame.Dropped), Is.EqualTo((true, true)));
        }
    }

    [TestCase("$var(i) = 0; while ($var(i) < 3) { log(\"$var(i)\"); $var(i) = $var(i) + 1; }", "0|1|2")]
    [TestCase("while (1) { log(\"a\"); break; log(\"b\"); } log(\"c\");", "a|c")]
    [TestCase("while (1) { if (1) { break; } } log(\"c\");", "c")]
    [TestCase("$var(i) = 0; while (1) { $var(i) = $var(i) + 1; } log(\"$var(i)\");", "100")]
    [TestCase("while (code(0)) { log(\"a\"); } log(\"b\");", "")]
    public void While_runs_up_to_its_limit(string body, string output) => Assert.That(ScriptRig.Run(body), Is.EqualTo(output));

    [TestCase("switch ($rc) { case 1: log(\"one\"); break; case 2: log(\"two\"); break; default: log(\"other\"); } log(\"end\");", "two|end")]
    [TestCase("switch ($rc) { case 2: log(\"two\"); case 3: log(\"three\"); break; case 4: log(\"four\"); }", "two|three")]
    [TestCase("switch ($rc) { case 7: log(\"seven\"); break; } log(\"end\");", "end")]
    [TestCase("switch ($rm) { case \"BYE\": log(\"b\"); break; case \"INVITE\": log(\"i\"); break; }", "i")]
    [TestCase("switch ($rc) { case 2: if ($rm == \"INVITE\") { break; } log(\"no\"); }  log(\"end\");", "end")]
    [TestCase("switch ($rc) { default: log(\"d\"); break; case 2: log(\"two\"); }", "two")]
    public void Switch_enters_where_the_label_fits(string body, string output) => Assert.That(ScriptRig.Run("code(2); " + body), Is.EqualTo(output));

    [Test]
    public void Regular_expression_can_be_a_label() =>
        Assert.That(ScriptRig.Run("switch ($rm) { case /\"^INV\": log(\"i\"); break; default: log(\"d\"); }", ScriptDialect.Kamailio), Is.EqualTo("i"));

    [Test]
    public void For_goes_through_values_from_the_newest() =>
        Assert.That(ScriptRig.Run("$avp(a) = 1; $avp(a) = 2; for ($var(x) in $(avp(a)[*])) { log(\"$var(x)\"); }", ScriptDialect.OpenSips), Is.EqualTo("2|1"));

    [Test]
    public void Route_parameters_belong_to_their_call() =>
        Assert.That(ScriptRig.Run("route(A, \"x\", 5);", ScriptDialect.OpenSips,
            after: "route[A] { log(\"$param(1) $param(2)\"); route(B, \"y\"); log(\"$param(1)\"); } route[B] { log(\"$param(1)\"); }"), Is.EqualTo("x 5|y|x"));

    [Test]
    public void Route_can_be_named_by_a_variable() =>
        Assert.That(ScriptRig.Run("$var(r) = \"R\"; if (route($var(r))) log(\"called\"); if (!route(\"$var(none)\")) log(\"false\");",
            after: "route[R] { log(\"in\"); return(1); }"), Is.EqualTo("in|called|false"));

    [Test]
    public void Throwing_function_ends_the_run_and_names_its_place()
    {
        var rig = new ScriptRig("route {\n route(R);\n log(\"after\");\n}\nroute[R] {\n  fail();\n}");
        using var run = rig.Start();
        Assert.That(rig.Output, Is.Empty);
        Assert.That((run.Frame.Failed, run.Frame.Stopped), Is.EqualTo((true, true)));
        Assert.That(rig.Failures.Single().ToString(), Is.EqualTo("test.cfg:6:3: InvalidOperationException: broken"));
    }

    [TestCase("max_while_loops=0\nroute { while (1) { $var(a) = 1; } }")]
    [TestCase("route { route(R); } route[R] { route(R); }")]
    public void Runaway_is_ended(string script)
    {
        var rig = new ScriptRig(script);
        using var run = rig.Start();
        Assert.That(run.Frame.Failed, Is.True);
        Assert.That(rig.Failures, Has.Count.EqualTo(1));
    }
}
