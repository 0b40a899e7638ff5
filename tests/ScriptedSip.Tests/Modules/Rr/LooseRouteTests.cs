using System.Text.RegularExpressions;
using ScriptedSip.Modules.Rr;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Text;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Tests.Modules.Rr;

/// <summary>RFC 3261 16.4 and 16.6 step 6.</summary>
public sealed class LooseRouteTests
{
    private const string Own = "<sip:192.168.1.15;lr=on;ftag=from-tag>";

    [Test]
    public void Without_route_it_is_false()
    {
        var run = Run([]);
        Assert.That(run.Outcome, Is.EqualTo(Outcome.False));
        Assert.That(run.Frame.DestinationUri.IsEmpty, Is.True);
    }

    [Test]
    public void Own_route_alone_is_removed_and_the_request_uri_decides()
    {
        var run = Run([Own]);
        Assert.That(run.Outcome, Is.EqualTo(Outcome.True));
        Assert.That(run.Routes, Is.Empty);
        Assert.That(run.Frame.DestinationUri.IsEmpty, Is.True);
        Assert.That(run.Frame.NewUri.IsEmpty, Is.True);
    }

    [Test]
    public void Next_route_becomes_the_next_hop_and_stays()
    {
        var run = Run([Own, "<sip:192.0.2.9;lr;foo=bar>", "<sip:192.0.2.1;lr>"]);
        Assert.That(run.Outcome, Is.EqualTo(Outcome.True));
        Assert.That(run.Routes, Is.EqualTo(new[] { "<sip:192.0.2.9;lr;foo=bar>", "<sip:192.0.2.1;lr>" }));
        Assert.That(run.Frame.DestinationUri.ToString(), Is.EqualTo("sip:192.0.2.9;lr;foo=bar"));
    }

    /// <summary>RFC 3261 7.3.1: several values in one line, with display names and folding.</summary>
    [Test]
    public void Values_in_one_line_are_taken_one_by_one()
    {
        var run = Run([Own + ", \"Next, Hop\" <sip:192.0.2.9;lr>,<sip:192.0.2.1;lr>"]);
        Assert.That(run.Routes, Is.EqualTo(new[] { "\"Next, Hop\" <sip:192.0.2.9;lr>,<sip:192.0.2.1;lr>" }));
        Assert.That(run.Frame.DestinationUri.ToString(), Is.EqualTo("sip:192.0.2.9;lr"));
    }

    [Test]
    public void Folded_line_is_one_line()
    {
        var run = Run([Own + ",\n <sip:192.0.2.9;lr>"]);
        Assert.That(run.Routes, Is.EqualTo(new[] { "<sip:192.0.2.9;lr>" }));
        var all = Run([Own.Replace(";lr=on", ";lr=on;r2=on") + ",\n " + Own.Replace(";lr=on", ";lr=on;r2=on")]);
        Assert.That(all.Sent, Does.Not.Contain("192.168.1.15;lr"));
        Assert.That(all.Sent, Does.Contain("Max-Forwards: 70\r\nFrom:"));
    }

    [TestCase("sip:example.org;lr")]
    [TestCase("sip:192.168.1.15:5060;lr")]
    [TestCase("sip:10.0.0.15:5070;lr")]
    [TestCase("sip:192.168.1.15;transport=tcp;lr")]
    public void Every_name_of_this_server_is_ours(string uri) => Assert.That(Run([$"<{uri}>"]).Routes, Is.Empty);

    [TestCase("sip:192.168.1.15:5061;lr")]
    [TestCase("sip:192.168.1.16;lr")]
    public void Route_of_another_server_is_followed_and_stays(string uri)
    {
        var run = Run([$"<{uri}>"]);
        Assert.That(run.Outcome, Is.EqualTo(Outcome.True));
        Assert.That(run.Routes, Is.EqualTo(new[] { $"<{uri}>" }));
        Assert.That(run.Frame.DestinationUri.ToString(), Is.EqualTo(uri));
    }

    [Test]
    public void Mode_1_leaves_a_foreign_route_alone()
    {
        var run = Run(["<sip:192.0.2.9;lr>"], mode: 1);
        Assert.That(run.Outcome, Is.EqualTo(Outcome.False));
        Assert.That(run.Frame.DestinationUri.IsEmpty, Is.True);
    }

    [Test]
    public void Ignored_user_makes_a_route_foreign()
    {
        var run = Run(["<sip:gw@192.168.1.15;lr>"], module: new RrModule { IgnoredUser = "gw" });
        Assert.That(run.Routes, Has.Length.EqualTo(1));
    }

    /// <summary>RFC 5658: both values of the pair are ours; the second names the socket to send through.</summary>
    [Test]
    public void Pair_is_removed_whole_and_chooses_the_socket()
    {
        var run = Run(["<sip:192.168.1.15;r2=on;lr=on>, <sip:10.0.0.15:5070;r2=on;lr=on>", "<sip:192.0.2.9;lr>"]);
        Assert.That(run.Routes, Is.EqualTo(new[] { "<sip:192.0.2.9;lr>" }));
        Assert.That(run.Frame.SendSocket, Is.SameAs(run.Rig.Far));
        Assert.That(run.Frame.DestinationUri.ToString(), Is.EqualTo("sip:192.0.2.9;lr"));
    }

    [Test]
    public void Pair_over_protocols_chooses_the_stream_socket()
    {
        var run = Run(["<sip:192.168.1.15;r2=on;lr=on>", "<sip:192.168.1.15;transport=tcp;r2=on;lr=on>"]);
        Assert.That(run.Routes, Is.Empty);
        Assert.That(run.Frame.SendSocket, Is.SameAs(run.Rig.Stream));
    }

    [Test]
    public void Second_own_value_without_r2_is_another_visit()
    {
        var run = Run([Own, Own]);
        Assert.That(run.Routes, Is.EqualTo(new[] { Own }));
        Assert.That(run.Frame.DestinationUri.ToString(), Does.StartWith("sip:192.168.1.15;lr=on"));
    }

    /// <summary>RFC 3261 16.6 step 6: a strict router wants itself in the Request-URI and the target as the last Route.</summary>
    [Test]
    public void Strict_next_hop_goes_into_the_request_uri()
    {
        var run = Run([Own, "<sip:192.0.2.9>", "<sip:192.0.2.1;lr>"]);
        Assert.That(run.Frame.NewUri.ToString(), Is.EqualTo("sip:192.0.2.9"));
        Assert.That(run.Frame.DestinationUri.IsEmpty, Is.True);
        Assert.That(run.Routes, Is.EqualTo(new[] { "<sip:192.0.2.1;lr>", "<sip:bob@far.invalid>" }));
    }

    [Test]
    public void Strict_next_hop_alone_leaves_the_target_as_the_only_route()
    {
        var run = Run([Own, "<sip:192.0.2.9>"]);
        Assert.That(run.Frame.NewUri.ToString(), Is.EqualTo("sip:192.0.2.9"));
        Assert.That(run.Routes, Is.EqualTo(new[] { "<sip:bob@far.invalid>" }));
    }

    /// <summary>RFC 3261 16.4: the hop before was a strict router; the target is the last Route.</summary>
    [TestCase("sip:192.168.1.15;lr=on")]
    [TestCase("sip:192.168.1.15")]
    public void Own_value_in_the_request_uri_is_replaced_by_the_last_route(string requestUri)
    {
        var run = Run(["<sip:192.0.2.9;lr>", "<sip:bob@192.0.2.77>"], requestUri);
        Assert.That(run.Outcome, Is.EqualTo(Outcome.True));
        Assert.That(run.Frame.NewUri.ToString(), Is.EqualTo("sip:bob@192.0.2.77"));
        Assert.That(run.Frame.DestinationUri.ToString(), Is.EqualTo("sip:192.0.2.9;lr"));
        Assert.That(run.Routes, Is.EqualTo(new[] { "<sip:192.0.2.9;lr>" }));
    }

    /// <summary>A strict router may have a route set before there is a dialog.</summary>
    [Test]
    public void Own_value_in_the_request_uri_of_a_first_request_is_replaced_too()
    {
        var run = Run(["<sip:192.0.2.9;lr>", "<sip:bob@192.0.2.77>"], "sip:192.168.1.15;lr", toTag: "");
        Assert.That(run.Frame.NewUri.ToString(), Is.EqualTo("sip:bob@192.0.2.77"));
        Assert.That(run.Routes, Is.EqualTo(new[] { "<sip:192.0.2.9;lr>" }));
    }

    [Test]
    public void Bare_address_of_ours_is_the_target_of_a_first_request()
    {
        var run = Run(["<sip:192.0.2.9;lr>"], "sip:192.168.1.15", toTag: "");
        Assert.That(run.Frame.NewUri.IsEmpty, Is.True);
        Assert.That(run.Routes, Is.EqualTo(new[] { "<sip:192.0.2.9;lr>" }));
    }

    [Test]
    public void Own_value_in_the_request_uri_with_one_route_ends_the_routes()
    {
        var run = Run(["<sip:bob@192.0.2.77>"], "sip:192.168.1.15;lr");
        Assert.That(run.Outcome, Is.EqualTo(Outcome.True));
        Assert.That(run.Frame.NewUri.ToString(), Is.EqualTo("sip:bob@192.0.2.77"));
        Assert.That(run.Routes, Is.Empty);
    }

    [Test]
    public void Between_two_strict_routers_the_first_route_is_moved_up()
    {
        var run = Run(["<sip:192.0.2.9>, <sip:192.0.2.8;lr>", "<sip:bob@192.0.2.77>"], "sip:192.168.1.15;lr");
        Assert.That(run.Frame.NewUri.ToString(), Is.EqualTo("sip:192.0.2.9"));
        Assert.That(run.Routes, Is.EqualTo(new[] { "<sip:192.0.2.8;lr>", "<sip:bob@192.0.2.77>" }));
    }

    [Test]
    public void First_and_last_value_of_one_line_can_both_go()
    {
        var run = Run(["<sip:192.168.1.15;lr;r2=on>, <sip:192.0.2.8;lr> , <sip:bob@192.0.2.77>"], "sip:192.168.1.15;lr;r2=on");
        Assert.That(run.Routes, Is.EqualTo(new[] { "<sip:192.0.2.8;lr>" }));
        Assert.That(run.Frame.NewUri.ToString(), Is.EqualTo("sip:bob@192.0.2.77"));
    }

    /// <summary>A contact at our own address is a target, not a strict router's doing.</summary>
    [Test]
    public void User_at_our_address_is_not_taken_for_a_record_route()
    {
        var run = Run([Own], "sip:bob@192.168.1.15");
        Assert.That(run.Routes, Is.Empty);
        Assert.That(run.Frame.NewUri.IsEmpty, Is.True);
    }

    [TestCase(ScriptDialect.Ser, 1)]
    [TestCase(ScriptDialect.OpenSer, -1)]
    [TestCase(ScriptDialect.Kamailio, -1)]
    public void Preloaded_route_to_us_alone_is_removed(ScriptDialect dialect, int code)
    {
        var run = Run(["<sip:192.168.1.15;lr>"], toTag: "", dialect: dialect);
        Assert.That(run.Outcome.Code, Is.EqualTo(code));
        Assert.That(run.Routes, Is.Empty);
    }

    [Test]
    public void Preloaded_route_that_goes_on_is_followed()
    {
        var run = Run(["<sip:192.168.1.15;lr>", "<sip:192.0.2.9;lr>"], toTag: "");
        Assert.That(run.Outcome, Is.EqualTo(Outcome.True));
        Assert.That(run.Frame.DestinationUri.ToString(), Is.EqualTo("sip:192.0.2.9;lr"));
    }

    [Test]
    public void Second_call_in_one_run_does_no_harm()
    {
        var run = Run([Own, "<sip:192.0.2.9;lr>"]);
        Assert.That(run.Module.FollowRoute(run.Frame), Is.EqualTo(Outcome.True));
        Assert.That(FrameRig.Lines(FrameRig.Rewritten(run.Frame, run.Rig.Near), "Route"), Is.EqualTo(new[] { "<sip:192.0.2.9;lr>" }));
    }

    [TestCase("nat=yes", 1)]
    [TestCase(";nat=", 1)]
    [TestCase("nat=no", -1)]
    public void Parameters_of_the_own_route_can_be_matched(string pattern, int code)
    {
        var run = Run(["<sip:192.168.1.15;lr=on;ftag=x;nat=yes>", "<sip:192.0.2.9;lr;nat=no>"]);
        Assert.That(run.Module.CheckParameter(run.Frame, new Pattern(pattern)).Code, Is.EqualTo(code));
    }

    [Test]
    public void Parameters_of_a_foreign_route_are_not_ours()
    {
        var run = Run(["<sip:192.0.2.9;lr;nat=yes>"]);
        Assert.That(run.Module.CheckParameter(run.Frame, new Pattern("nat")), Is.EqualTo(Outcome.False));
    }

    [Test]
    public void Parameters_of_a_value_in_the_request_uri_are_ours()
    {
        var run = Run(["<sip:bob@192.0.2.77>"], "sip:192.168.1.15;lr;nat=yes");
        Assert.That(run.Module.CheckParameter(run.Frame, new Pattern("nat=yes")), Is.EqualTo(Outcome.True));
    }

    [TestCase("from-tag", "downstream", 1)]
    [TestCase("from-tag", "upstream", -1)]
    [TestCase("other-tag", "downstream", -1)]
    [TestCase("other-tag", "upstream", 1)]
    public void Direction_is_told_by_ftag(string ftag, string direction, int code)
    {
        var run = Run([$"<sip:192.168.1.15;lr=on;ftag={ftag}>"]);
        Assert.That(run.Module.IsDirection(run.Frame, FrameRig.Text(direction)).Code, Is.EqualTo(code));
    }

    [Test]
    public void Direction_without_ftag_is_downstream()
    {
        var run = Run(["<sip:192.168.1.15;lr=on>"]);
        Assert.That(run.Module.IsDirection(run.Frame, FrameRig.Text("downstream")), Is.EqualTo(Outcome.True));
        Assert.That(run.Module.IsDirection(run.Frame, FrameRig.Text("upstream")), Is.EqualTo(Outcome.False));
    }

    [Test]
    public void Following_a_route_allocates_nothing()
    {
        var run = Run([Own, "<sip:192.0.2.9;lr>"]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            run.Frame.Edits.Clear();
            run.Module.FollowRoute(run.Frame);
        }
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private sealed record RunResult(FrameRig Rig, RrModule Module, Frame Frame, Outcome Outcome)
    {
        public string Sent { get; } = FrameRig.Rewritten(Frame, Rig.Near);

        public string[] Routes => FrameRig.Lines(Sent, "Route");
    }

    private static RunResult Run(string[] routes, string requestUri = "sip:bob@far.invalid", string toTag = ";tag=to-tag", int? mode = null,
        RrModule? module = null, ScriptDialect dialect = ScriptDialect.OpenSer)
    {
        var rig = new FrameRig(dialect);
        var started = rig.Start(module ?? new RrModule());
        var frame = rig.Frame($"""
            BYE {requestUri} SIP/2.0
            Via: SIP/2.0/UDP 192.168.1.10;branch=z9hG4bK1
            Max-Forwards: 70
            {string.Join("\n", routes.Select(route => "Route: " + route).Append("From: <sip:alice@example.org>;tag=from-tag"))}
            To: <sip:bob@example.org>{toTag}
            Call-ID: 1
            CSeq: 2 BYE
            Content-Length: 0


            """);
        var outcome = mode is { } asked ? started.FollowRoute(frame, asked) : started.FollowRoute(frame);
        return new RunResult(rig, started, frame, outcome);
    }

    private sealed class Pattern(string text) : BytePattern
    {
        public override bool IsMatch(Frame frame, ReadOnlySpan<byte> bytes) => Regex.IsMatch(System.Text.Encoding.ASCII.GetString(bytes), text);

        public override Slice Find(Frame frame, ReadOnlySpan<byte> bytes) => throw new NotSupportedException();
    }
}
