using NUnit.Framework;
using ScriptedSip.Modules.Core;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Tests.Modules.Core;

[TestFixture]
internal sealed class BranchActionsTests
{
    private readonly ModuleBench _bench = new();
    private readonly RequestUriVariables _variables = new();
    private BranchActions _actions = null!;
    private Frame _frame = null!;

    [SetUp]
    public void ReceiveInvite()
    {
        _actions = _bench.Start(new BranchActions());
        _frame = _bench.Receive(ModuleBench.Invite);
    }

    [Test]
    public void AppendBranch_copies_the_current_destination()
    {
        _frame.NewUri = ModuleBench.Text("sip:c@d");
        _frame.DestinationUri = ModuleBench.Text("sip:next");
        _frame.BranchFlags = 5;
        _actions.AppendBranch(_frame);
        Assert.That(_frame.BranchCount, Is.EqualTo(1));
        Assert.That(_frame.Branches[0].Uri.ToString(), Is.EqualTo("sip:c@d"));
        Assert.That(_frame.Branches[0].DestinationUri.ToString(), Is.EqualTo("sip:next"));
        Assert.That(_frame.Branches[0].Flags, Is.EqualTo(5));
    }

    [Test]
    public void AppendBranch_with_q_keeps_it()
    {
        Assert.That(_actions.AppendBranch(_frame, ModuleBench.Text("sip:c@d"), ModuleBench.Text("0.5")).Code, Is.EqualTo(1));
        Assert.That(_frame.Branches[0].Q, Is.EqualTo(500));
        Assert.That(_actions.AppendBranch(_frame, ModuleBench.Text("sip:c@d"), ModuleBench.Text("2")).Code, Is.EqualTo(-1));
        Assert.That(_actions.AppendBranch(_frame, ModuleBench.Text("nobody")).Code, Is.EqualTo(-1));
        Assert.That(_frame.BranchCount, Is.EqualTo(1));
    }

    // FUNCTIONS, append_branch: twelve in total, the Request-URI included.
    [Test]
    public void AppendBranch_refuses_a_thirteenth_destination()
    {
        for (var i = 0; i < 11; i++)
            Assert.That(_actions.AppendBranch(_frame).Code, Is.EqualTo(1));
        Assert.That(_actions.AppendBranch(_frame).Code, Is.EqualTo(-1));
    }

    [Test]
    public void Destination_uri_is_set_tested_and_reset()
    {
        Assert.That(_actions.IsDestinationUriSet(_frame).Code, Is.EqualTo(-1));
        Assert.That(_actions.SetDestinationUri(_frame, ModuleBench.Text("no uri")).Code, Is.EqualTo(-1));
        _actions.SetDestinationUri(_frame, ModuleBench.Text("sip:next"));
        Assert.That(_actions.IsDestinationUriSet(_frame).Code, Is.EqualTo(1));
        _actions.ResetDestinationUri(_frame);
        Assert.That(_actions.IsDestinationUriSet(_frame).Code, Is.EqualTo(-1));
    }

    [Test]
    public void Branch_variables_list_the_destinations()
    {
        Assert.That(_variables.Destinations(_frame).IsNull, Is.True);
        Assert.That(_variables.FirstBranch(_frame).IsNull, Is.True);
        _frame.NewUri = ModuleBench.Text("sip:a@b");
        _frame.Q = 1000;
        _actions.AppendBranch(_frame, ModuleBench.Text("sip:c@d"), ModuleBench.Text("0.25"));
        _actions.AppendBranch(_frame, ModuleBench.Text("sip:e@f"));
        Assert.That(_variables.Destinations(_frame).ToString(), Is.EqualTo("Contact: <sip:a@b>;q=1, <sip:c@d>;q=0.25, <sip:e@f>"));
        Assert.That(_variables.FirstBranch(_frame).ToString(), Is.EqualTo("sip:c@d"));
        Assert.That(_variables.AllBranches(_frame).ToString(), Is.EqualTo("sip:c@d, sip:e@f"));
    }

    [Test]
    public void Serial_forking_takes_the_highest_q_first()
    {
        _frame.Q = 300;
        _actions.AppendBranch(_frame, ModuleBench.Text("sip:high@h"), ModuleBench.Text("0.9"));
        _actions.AppendBranch(_frame, ModuleBench.Text("sip:low@h"), ModuleBench.Text("0.3"));
        _frame.Branches[0].Socket = _bench.Sockets.All[1];
        Assert.That(_actions.SerializeBranches(_frame, 1).Code, Is.EqualTo(1));
        Assert.That(_frame.BranchCount, Is.Zero);

        Assert.That(_actions.NextBranches(_frame).Code, Is.EqualTo(1));
        Assert.That(_frame.RequestUri.ToString(), Is.EqualTo("sip:high@h"));
        Assert.That(_frame.SendSocket, Is.SameAs(_bench.Sockets.All[1]));
        Assert.That(_frame.BranchCount, Is.Zero);

        // Equal q stays parallel, and these are the last.
        Assert.That(_actions.NextBranches(_frame).Code, Is.EqualTo(2));
        Assert.That(_frame.RequestUri.ToString(), Is.EqualTo("sip:bob@example.com:5070;transport=tcp"));
        Assert.That(_frame.Branches[0].Uri.ToString(), Is.EqualTo("sip:low@h"));
        Assert.That(_actions.NextBranches(_frame).Code, Is.EqualTo(-1));
    }

    [Test]
    public void Serial_forking_in_a_failure_route_appends_branches()
    {
        _actions.AppendBranch(_frame, ModuleBench.Text("sip:c@d"));
        _actions.SerializeBranches(_frame);
        var uri = _frame.RequestUri.ToString();
        _frame.Kind = RouteKinds.Failure;
        Assert.That(_actions.NextBranches(_frame).Code, Is.EqualTo(2));
        Assert.That(_frame.NewUri.IsEmpty, Is.True);
        Assert.That(_frame.Branches[0].Uri.ToString(), Is.EqualTo(uri));
        Assert.That(_frame.Branches[1].Uri.ToString(), Is.EqualTo("sip:c@d"));
    }

    [Test]
    public void Branch_variable_reads_and_writes_fields()
    {
        var variable = new BranchVariables();
        _actions.AppendBranch(_frame, ModuleBench.Text("sip:c@d"), ModuleBench.Text("0.5"));
        _frame.Branches[0].Socket = _bench.Sockets.All[1];
        Assert.That(Get("count").Number, Is.EqualTo(1));
        Assert.That(Get("uri").ToString(), Is.EqualTo("sip:c@d"));
        Assert.That(Get("q").ToString(), Is.EqualTo("0.5"));
        Assert.That(Get("send_socket").ToString(), Is.EqualTo("udp:10.0.0.2:5070"));
        Assert.That(Get("dst_uri").IsNull, Is.True);
        Assert.That(Set("dst_uri", "sip:next"), Is.True);
        Assert.That(Get("dst_uri").ToString(), Is.EqualTo("sip:next"));
        Assert.That(Set("uri", "nobody"), Is.False);
        Assert.That(variable.Get(_frame, ModuleBench.Text("uri"), 1).IsNull, Is.True);
        Assert.That(variable.Get(_frame, ModuleBench.Text("uri"), -1).ToString(), Is.EqualTo("sip:c@d"));

        Value Get(string field) => variable.Get(_frame, ModuleBench.Text(field), 0);
        bool Set(string field, string text) => variable.Set(_frame, ModuleBench.Text(field), 0, AssignKind.Set, Value.FromText(ModuleBench.Text(text)));
    }
}
