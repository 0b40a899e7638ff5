using NUnit.Framework;
using ScriptedSip.Modules.Core;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Tests.Modules.Core;

/// <summary>LANGUAGE 11 gives the measured outcomes of the rewriting actions.</summary>
[TestFixture]
internal sealed class RequestUriTests
{
    private readonly ModuleBench _bench = new();
    private readonly RequestUriActions _actions = new();
    private readonly RequestUriVariables _variables = new();
    private Frame _frame = null!;

    private string Uri => _frame.RequestUri.ToString();

    [SetUp]
    public void ReceiveInvite() => _frame = _bench.Receive(ModuleBench.Invite);

    [Test]
    public void SetHost_keeps_port_and_parameters()
    {
        _actions.SetHost(_frame, ModuleBench.Text("h2"));
        Assert.That(Uri, Is.EqualTo("sip:bob@h2:5070;transport=tcp"));
    }

    [TestCase("h3", "sip:bob@h3;transport=tcp")]
    [TestCase("h3:99", "sip:bob@h3:99;transport=tcp")]
    public void SetHostPort_replaces_both(string hostPort, string expected)
    {
        _actions.SetHostPort(_frame, ModuleBench.Text(hostPort));
        Assert.That(Uri, Is.EqualTo(expected));
    }

    [Test]
    public void SetPort_adds_or_replaces()
    {
        Assert.That(_actions.SetPort(_frame, 6000).Code, Is.EqualTo(1));
        Assert.That(Uri, Is.EqualTo("sip:bob@example.com:6000;transport=tcp"));
        _actions.SetUri(_frame, ModuleBench.Text("sip:h"));
        _actions.SetPort(_frame, 6000);
        Assert.That(Uri, Is.EqualTo("sip:h:6000"));
        Assert.That(_actions.SetPort(_frame, 65536).Code, Is.EqualTo(-1));
    }

    [Test]
    public void SetUser_replaces_adds_and_removes()
    {
        _actions.SetUser(_frame, ModuleBench.Text("carol"));
        Assert.That(Uri, Is.EqualTo("sip:carol@example.com:5070;transport=tcp"));
        _actions.SetUser(_frame, default);
        Assert.That(Uri, Is.EqualTo("sip:example.com:5070;transport=tcp"));
        _actions.SetUserPassword(_frame, ModuleBench.Text("dave:secret"));
        Assert.That(Uri, Is.EqualTo("sip:dave:secret@example.com:5070;transport=tcp"));
        _actions.SetUser(_frame, ModuleBench.Text("erin"));
        Assert.That(Uri, Is.EqualTo("sip:erin:secret@example.com:5070;transport=tcp"));
    }

    // LANGUAGE 11: prefix("99"); strip(1) on bob gives 9bob.
    [Test]
    public void Prefix_and_strip_edit_the_user()
    {
        _actions.Prefix(_frame, ModuleBench.Text("99"));
        _actions.Strip(_frame, 1);
        Assert.That(Uri, Is.EqualTo("sip:9bob@example.com:5070;transport=tcp"));
        _actions.StripTail(_frame, 2);
        Assert.That(Uri, Is.EqualTo("sip:9b@example.com:5070;transport=tcp"));
    }

    [Test]
    public void Strip_beyond_length_empties_the_user()
    {
        Assert.That(_actions.Strip(_frame, 99).Code, Is.EqualTo(1));
        Assert.That(Uri, Is.EqualTo("sip:example.com:5070;transport=tcp"));
    }

    [Test]
    public void Revert_restores_the_received_uri()
    {
        _actions.SetUri(_frame, ModuleBench.Text("sip:x@y"));
        _actions.Revert(_frame);
        Assert.That(Uri, Is.EqualTo("sip:bob@example.com:5070;transport=tcp"));
    }

    [Test]
    public void SetUri_refuses_what_is_no_uri()
    {
        Assert.That(_actions.SetUri(_frame, ModuleBench.Text("bob at home")).Code, Is.EqualTo(-1));
        Assert.That(_variables.SetUri(_frame, Value.FromText(ModuleBench.Text("bob"))), Is.False);
        Assert.That(_frame.NewUri.IsEmpty, Is.True);
    }

    // Parts may come from the network; a line end among them must not become a header.
    [TestCase("a\r\nX-Evil: 1")]
    [TestCase("a b")]
    [TestCase("a@b")]
    public void Parts_that_break_the_uri_are_refused(string part)
    {
        Assert.That(_actions.SetUser(_frame, ModuleBench.Text(part)).Code, Is.EqualTo(-1));
        Assert.That(_actions.SetHost(_frame, ModuleBench.Text(part)).Code, Is.EqualTo(-1));
        Assert.That(_actions.SetHostPort(_frame, ModuleBench.Text(part)).Code, Is.EqualTo(-1));
        Assert.That(_variables.SetUser(_frame, Value.FromText(ModuleBench.Text(part))), Is.False);
        Assert.That(Uri, Is.EqualTo("sip:bob@example.com:5070;transport=tcp"));
    }

    [Test]
    public void Tel_uri_user_is_its_number()
    {
        _actions.SetUri(_frame, ModuleBench.Text("tel:+4930123"));
        Assert.That(_variables.User(_frame).ToString(), Is.EqualTo("+4930123"));
        Assert.That(_variables.Host(_frame).IsNull, Is.True);
        _actions.Strip(_frame, 1);
        Assert.That(Uri, Is.EqualTo("tel:4930123"));
        Assert.That(_actions.SetHost(_frame, ModuleBench.Text("h")).Code, Is.EqualTo(-1));
    }

    // LANGUAGE 11: $rp, $rP of sip:h:5099 are 5099 and UDP; with ;transport=tcp $rP is tcp, as written.
    [TestCase("sip:h:5099", "5099", "UDP", "sip")]
    [TestCase("sip:h;transport=tcp", "5060", "tcp", "sip")]
    [TestCase("sips:h", "5061", "TLS", "sips")]
    public void Parts_have_the_defaults_of_the_dialect(string uri, string port, string protocol, string scheme)
    {
        _actions.SetUri(_frame, ModuleBench.Text(uri));
        Assert.That(_variables.Port(_frame).Text.ToString(), Is.EqualTo(port));
        Assert.That(_variables.Port(_frame).Number.ToString(System.Globalization.CultureInfo.InvariantCulture), Is.EqualTo(port));
        Assert.That(_variables.Protocol(_frame).ToString(), Is.EqualTo(protocol));
        Assert.That(_variables.Scheme(_frame).ToString(), Is.EqualTo(scheme));
        Assert.That(_variables.User(_frame).IsNull, Is.True);
    }

    [Test]
    public void Original_uri_stays_when_it_is_rewritten()
    {
        _variables.SetUri(_frame, Value.FromText(ModuleBench.Text("sip:x@y")));
        Assert.That(_variables.Uri(_frame).ToString(), Is.EqualTo("sip:x@y"));
        Assert.That(_variables.OriginalUri(_frame).ToString(), Is.EqualTo("sip:bob@example.com:5070;transport=tcp"));
        Assert.That(_variables.OriginalUser(_frame).ToString(), Is.EqualTo("bob"));
        Assert.That(_variables.OriginalHost(_frame).ToString(), Is.EqualTo("example.com"));
        Assert.That(_variables.OriginalPort(_frame).Number, Is.EqualTo(5070));
        Assert.That(_variables.OriginalProtocol(_frame).ToString(), Is.EqualTo("tcp"));
    }

    [Test]
    public void Variables_assign_parts()
    {
        Assert.That(_variables.SetUser(_frame, Value.FromInt(100)), Is.True);
        Assert.That(_variables.SetHost(_frame, Value.FromText(ModuleBench.Text("h"))), Is.True);
        Assert.That(_variables.SetPort(_frame, Value.FromInt(99)), Is.True);
        Assert.That(Uri, Is.EqualTo("sip:100@h:99;transport=tcp"));
        Assert.That(_variables.SetUser(_frame, Value.Null), Is.True);
        Assert.That(Uri, Is.EqualTo("sip:h:99;transport=tcp"));
    }

    // LANGUAGE 11: $du="sip:1.1.1.1" gives $dd 1.1.1.1, $dp 5060, $dP UDP.
    [Test]
    public void Destination_has_parts_and_null_resets_it()
    {
        Assert.That(_variables.Destination(_frame).IsNull, Is.True);
        _variables.SetDestination(_frame, Value.FromText(ModuleBench.Text("sip:1.1.1.1")));
        Assert.That(_variables.DestinationHost(_frame).ToString(), Is.EqualTo("1.1.1.1"));
        Assert.That(_variables.DestinationPort(_frame).Number, Is.EqualTo(5060));
        Assert.That(_variables.DestinationProtocol(_frame).ToString(), Is.EqualTo("UDP"));
        _variables.SetDestination(_frame, Value.Null);
        Assert.That(_frame.DestinationUri.IsEmpty, Is.True);
    }

    [Test]
    public void Uri_is_null_in_a_reply()
    {
        var frame = _bench.Receive(ModuleBench.Reply);
        Assert.That(_variables.Uri(frame).IsNull, Is.True);
        Assert.That(_variables.User(frame).IsNull, Is.True);
        Assert.That(_variables.SetUri(frame, Value.FromText(ModuleBench.Text("sip:x"))), Is.False);
    }
}
