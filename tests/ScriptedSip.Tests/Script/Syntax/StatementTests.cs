using NUnit.Framework;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Tests.Script.Syntax;

[TestFixture]
internal sealed class StatementTests
{
    [TestCase("if (a()) b(); else if (c()) d(); else e();", "if a()\n  b()\nelse\n  if c()\n    d()\n  else\n    e()")]
    [TestCase("if (a()) if (b()) c(); else d();", "if a()\n  if b()\n    c()\n  else\n    d()")]
    [TestCase("if !t_relay() { exit; };", "if (! t_relay())\n  exit\n;")]
    [TestCase("if method==\"ACK\" t_relay();", "if (== core:method \"ACK\")\n  t_relay()")]
    [TestCase("if ({ a(); b(); }) c();", "if { a(); b(); }\n  c()")]
    [TestCase("if { a(); } c();", "if { a(); }\n  c()")]
    [TestCase("if (a()) b() else c();", "if a()\n  b()\nelse\n  c()")]
    [TestCase("while ($var(i) < 3) { $var(i) = $var(i) + 1; }", "while (< $var(i) 3)\n  set $var(i) (+ $var(i) 1)")]
    [TestCase("for ($var(k) in $(avp(l)[*])) x();", "for $var(k) in $avp(l)[*]\n  x()")]
    [TestCase("return; return(0); return -1; return $var(x); exit; exit(); drop; drop(1); break; break();",
        "return\nreturn 0\nreturn -1\nreturn $var(x)\nexit\nexit\ndrop\ndrop 1\nbreak\nbreak")]
    [TestCase(";;", ";\n;")]
    [TestCase("{ a(); }", "block\n  a()")]
    [TestCase("force_rport;", "force_rport()")]
    public void Statement_is_read(string body, string expected) => Assert.That(Parsing.Statements(body), Is.EqualTo(expected));

    [Test]
    public void Switch_falls_through_and_takes_every_label()
    {
        const string body = "switch ($var(x)) { case 1: case -2: a(); break; case \"s\": b(); esac; case /\"^re\": c(); case /^[0-9]+:$/: d(); default: e(); }";
        Assert.That(Parsing.Statements(body), Is.EqualTo(
            "switch $var(x)\n  case 1\n  case -2\n    a()\n    break\n  case \"s\"\n    b()\n    break\n  case /\"^re\"\n    c()\n  case /\"^[0-9]+:$\"\n    d()\n  default\n    e()"));
    }

    [TestCase("$ru = \"sip:\" + $rU;", "set $ru (+ \"sip:\" $rU)")]
    [TestCase("$avp(x) := NULL;", "Replace $avp(x) null")]
    [TestCase("$(avp(x)[*]) = $null;", "set $avp(x)[*] $null")]
    [TestCase("$var(x) += 1; $var(x) -= 1; $var(x) *= 2; $var(x) /= 2; $var(x) %= 2; $var(x) &= 1; $var(x) |= 1; $var(x) ^= 1;",
        "Add $var(x) 1\nSubtract $var(x) 1\nMultiply $var(x) 2\nDivide $var(x) 2\nModulo $var(x) 2\nBitAnd $var(x) 1\nBitOr $var(x) 1\nBitXor $var(x) 1")]
    [TestCase("$sht(a=>$ci) = 1;", "set $sht(a=>$ci) 1")]
    public void Assignment_is_read(string body, string expected) => Assert.That(Parsing.Statements(body), Is.EqualTo(expected));

    [Test]
    public void Ser_attributes_and_selects_are_read() =>
        Assert.That(
            Parsing.Statements("$f.uid = \"x\"; $t.y[1] += @to.tag; if (%tr.a && %s == 1 && @msg.header[\"X-A\"].p && @via[-1].host) $x = 1;", ScriptDialect.Ser),
            Is.EqualTo("set attr:f.uid \"x\"\nAdd attr:t.y[1] @to.tag\nif (and (and (and attr:tr.a (== attr:s 1)) @msg.header[\"X-A\"].p) @via[-1].host)\n  set attr:x 1"));

    [TestCase("route", RouteKind.Request, null)]
    [TestCase("request_route", RouteKind.Request, null)]
    [TestCase("route[1]", RouteKind.Request, "1")]
    [TestCase("route [ NAT ]", RouteKind.Request, "NAT")]
    [TestCase("onreply_route", RouteKind.Reply, null)]
    [TestCase("reply_route[2]", RouteKind.Reply, "2")]
    [TestCase("failure_route[\"x y\"]", RouteKind.Failure, "x y")]
    [TestCase("branch_route[a-b]", RouteKind.Branch, "a-b")]
    [TestCase("event_route[tm:local-request]", RouteKind.Event, "tm:local-request")]
    [TestCase("event_route[tm:branch-failure:x]", RouteKind.BranchFailure, "tm:branch-failure:x")]
    [TestCase("event_route[E_PIKE_BLOCKED]", RouteKind.Event, "E_PIKE_BLOCKED")]
    [TestCase("timer_route[gw, 30]", RouteKind.Timer, "gw")]
    [TestCase("startup_route", RouteKind.Startup, null)]
    [TestCase("local_route", RouteKind.Local, null)]
    [TestCase("onsend_route", RouteKind.Send, null)]
    [TestCase("error_route", RouteKind.Error, null)]
    public void Route_head_gives_kind_and_name(string head, RouteKind kind, string? name)
    {
        var (script, diagnostics) = Parsing.Parse($"{head} {{ }}");
        Assert.That(diagnostics.Count, Is.Zero);
        var route = (RouteBlock)script.Items[0];
        Assert.Multiple(() =>
        {
            Assert.That(route.Kind, Is.EqualTo(kind));
            Assert.That(route.Name?.Text, Is.EqualTo(name));
            Assert.That(route.Head.Text.ToString(), Is.EqualTo(head));
        });
    }
}
