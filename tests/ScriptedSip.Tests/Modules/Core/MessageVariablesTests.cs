using NUnit.Framework;
using ScriptedSip.Modules.Core;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Tests.Modules.Core;

/// <summary>PSEUDO_VARIABLES: message, parties, transport, credentials, server.</summary>
[TestFixture]
internal sealed class MessageVariablesTests
{
    private const string Authorized = "Authorization: Digest username=\"alice@atlanta.example\", realm=\"a, \\\"b\\\"\", nonce=\"n1\", uri=\"sip:x\", response=\"00\", algorithm=MD5\r\n";

    private readonly ModuleBench _bench = new();
    private readonly MessageVariables _message = new();
    private readonly AddressVariables _address = new();
    private readonly CredentialVariables _credentials = new();
    private readonly StateVariables _state = new();
    private readonly RequestUriVariables _uri = new();
    private TransportVariables _transport = null!;

    [SetUp]
    public void StartModules() => _transport = _bench.Start(new TransportVariables());

    [Test]
    public void Request_line_and_headers_are_read()
    {
        var frame = _bench.Receive(ModuleBench.Invite);
        Assert.That(_message.Method(frame).ToString(), Is.EqualTo("INVITE"));
        Assert.That(_message.StatusCode(frame).IsNull, Is.True);
        Assert.That(_message.Reason(frame).IsNull, Is.True);
        Assert.That(_message.CallId(frame).ToString(), Is.EqualTo("call-1@atlanta.example"));
        Assert.That(_message.CSeq(frame).Number, Is.EqualTo(7));
        Assert.That(_message.CSeq(frame).ToString(), Is.EqualTo("7"));
        Assert.That(_message.Contact(frame).ToString(), Is.EqualTo("<sip:alice@192.0.2.1:5062>"));
        Assert.That(_message.UserAgent(frame).ToString(), Is.EqualTo("Phone/1"));
        Assert.That(_message.ContentType(frame).ToString(), Is.EqualTo("application/sdp"));
        Assert.That(_message.ContentLength(frame).Number, Is.EqualTo(17));
        Assert.That(_message.Body(frame).ToString(), Is.EqualTo("v=0\r\no=a 1\r\ns=-\r\n"));
        Assert.That(_message.BodySize(frame).Number, Is.EqualTo(17));
        Assert.That(_message.Whole(frame).ToString(), Is.EqualTo(ModuleBench.Invite));
        Assert.That(_message.Length(frame).Number, Is.EqualTo(ModuleBench.Invite.Length));
        Assert.That(_message.Id(frame).Number, Is.EqualTo(3));
        Assert.That(_message.Type(frame).Number, Is.EqualTo(1));
    }

    // PSEUDO_VARIABLES $rm: in a reply the CSeq method.
    [Test]
    public void Reply_has_status_reason_and_the_method_of_its_request()
    {
        var frame = _bench.Receive(ModuleBench.Reply);
        Assert.That(_message.Method(frame).ToString(), Is.EqualTo("INVITE"));
        Assert.That(_message.StatusCode(frame).Number, Is.EqualTo(183));
        Assert.That(_message.StatusCode(frame).Text.ToString(), Is.EqualTo("183"));
        Assert.That(_message.Reason(frame).ToString(), Is.EqualTo("Session Progress"));
        Assert.That(_message.Body(frame).IsNull, Is.True);
        Assert.That(_message.UserAgent(frame).IsNull, Is.True);
        Assert.That(_message.Type(frame).Number, Is.EqualTo(2));
    }

    [TestCase("X-Mark", 0, ExpectedResult = "one")]
    [TestCase("x-mark", 1, ExpectedResult = "two")]
    [TestCase("X-Mark", -1, ExpectedResult = "two")]
    [TestCase("X-Mark", -2, ExpectedResult = "one")]
    [TestCase("X-Mark", -3, ExpectedResult = "<null>")]
    [TestCase("X-Mark", 2, ExpectedResult = "<null>")]
    [TestCase("X-Mark", SipVariableAttribute.AllValues, ExpectedResult = "one,two")]
    [TestCase("X-None", SipVariableAttribute.AllValues, ExpectedResult = "<null>")]
    [TestCase("i", 0, ExpectedResult = "call-1@atlanta.example")]
    public string Header_is_found_by_name_and_index(string name, int index) =>
        _message.Header(_bench.Receive(ModuleBench.Invite), ModuleBench.Header(name), index).ToString();

    [Test]
    public void HeaderCount_counts_lines() =>
        Assert.That(_message.HeaderCount(_bench.Receive(ModuleBench.Invite), ModuleBench.Header("X-Mark"), 0).Number, Is.EqualTo(2));

    [Test]
    public void Parties_are_read()
    {
        var frame = _bench.Receive(ModuleBench.Invite);
        Assert.That(_address.FromUri(frame).ToString(), Is.EqualTo("sip:alice@atlanta.example"));
        Assert.That(_address.FromUser(frame).ToString(), Is.EqualTo("alice"));
        Assert.That(_address.FromHost(frame).ToString(), Is.EqualTo("atlanta.example"));
        Assert.That(_address.FromName(frame).ToString(), Is.EqualTo("\"Alice\""));
        Assert.That(_address.FromTag(frame).ToString(), Is.EqualTo("a1"));
        Assert.That(_address.ToUri(frame).ToString(), Is.EqualTo("sip:bob@example.com"));
        Assert.That(_address.ToUser(frame).ToString(), Is.EqualTo("bob"));
        Assert.That(_address.ToHost(frame).ToString(), Is.EqualTo("example.com"));
        Assert.That(_address.ToName(frame).IsNull, Is.True);
        Assert.That(_address.ToTag(frame).IsNull, Is.True);
        Assert.That(_address.ToTag(_bench.Receive(ModuleBench.Reply)).ToString(), Is.EqualTo("b2"));
    }

    [Test]
    public void Identity_headers_are_read()
    {
        var frame = _bench.Receive(With(
            "Refer-To: <sip:r@h>\r\nRemote-Party-ID: \"A\" <sip:rpid@h>;party=calling\r\nP-Asserted-Identity: <sip:pai@h>\r\n" +
            "P-Preferred-Identity: \"Pn\" <sip:ppi@h>\r\nDiversion: <sip:div@h>;reason=user-busy;counter=2\r\n"));
        Assert.That(_address.ReferTo(frame).ToString(), Is.EqualTo("sip:r@h"));
        Assert.That(_address.RemotePartyId(frame).ToString(), Is.EqualTo("sip:rpid@h"));
        Assert.That(_address.AssertedIdentity(frame).ToString(), Is.EqualTo("sip:pai@h"));
        Assert.That(_address.PreferredIdentity(frame).ToString(), Is.EqualTo("sip:ppi@h"));
        Assert.That(_address.PreferredUser(frame).ToString(), Is.EqualTo("ppi"));
        Assert.That(_address.PreferredHost(frame).ToString(), Is.EqualTo("h"));
        Assert.That(_address.PreferredName(frame).ToString(), Is.EqualTo("\"Pn\""));
        Assert.That(_address.Diversion(frame).ToString(), Is.EqualTo("sip:div@h"));
        Assert.That(_address.DiversionReason(frame).ToString(), Is.EqualTo("user-busy"));
        Assert.That(_address.DiversionCounter(frame).ToString(), Is.EqualTo("2"));
        Assert.That(_address.ReferTo(_bench.Receive(ModuleBench.Invite)).IsNull, Is.True);
    }

    [Test]
    public void From_uri_is_replaced_in_what_is_sent()
    {
        var frame = _bench.Receive(ModuleBench.Invite);
        Assert.That(_address.SetFromUri(frame, Value.FromText(ModuleBench.Text("sip:anonymous@anonymous.invalid"))), Is.True);
        Assert.That(ModuleBench.Edited(frame), Does.Contain("From: \"Alice\" <sip:anonymous@anonymous.invalid>;tag=a1"));
        Assert.That(_address.SetFromUri(frame, Value.FromText(ModuleBench.Text("x"))), Is.False);
    }

    [Test]
    public void Transport_is_read()
    {
        var frame = _bench.Receive(ModuleBench.Invite);
        Assert.That(_transport.SourceAddress(frame).ToString(), Is.EqualTo("192.0.2.1"));
        Assert.That(_transport.SourcePort(frame).Number, Is.EqualTo(5062));
        Assert.That(_transport.SourcePort(frame).ToString(), Is.EqualTo("5062"));
        Assert.That(_transport.Protocol(frame).ToString(), Is.EqualTo("udp"));
        Assert.That(_transport.SourceUri(frame).ToString(), Is.EqualTo("sip:192.0.2.1:5062"));
        Assert.That(_transport.SourceUriWithTransport(frame).ToString(), Is.EqualTo("sip:192.0.2.1:5062;transport=udp"));
        Assert.That(_transport.ReceivedAddress(frame).ToString(), Is.EqualTo("10.0.0.1"));
        Assert.That(_transport.ReceivedPort(frame).Number, Is.EqualTo(5060));
        Assert.That(_transport.ReceivedUriWithTransport(frame).ToString(), Is.EqualTo("sip:10.0.0.1:5060;transport=udp"));
        Assert.That(_transport.AddressFamily(frame).Number, Is.EqualTo(4));
        Assert.That(_transport.AddressFamily(frame).ToString(), Is.EqualTo("IPv4"));
        Assert.That(_transport.Connection(frame).IsNull, Is.True);
    }

    [Test]
    public void IPv6_source_has_brackets_only_in_siz()
    {
        var frame = _bench.Receive(ModuleBench.Invite);
        frame.Message.Source = ModuleBench.Endpoint("[2001:db8::1]", 5060);
        Assert.That(_transport.SourceAddress(frame).ToString(), Is.EqualTo("2001:db8::1"));
        Assert.That(_transport.SourceAddressInBrackets(frame).ToString(), Is.EqualTo("[2001:db8::1]"));
        Assert.That(_transport.AddressFamily(frame).Number, Is.EqualTo(6));
    }

    [TestCase("10.0.0.2:5070")]
    [TestCase("udp:10.0.0.2:5070")]
    [TestCase("UDP:10.0.0.2")]
    [TestCase("10.0.0.2")]
    public void Forced_socket_is_found_by_address(string text)
    {
        var frame = _bench.Receive(ModuleBench.Invite);
        Assert.That(_transport.SetSocket(frame, Value.FromText(ModuleBench.Text(text))), Is.True);
        Assert.That(_transport.ForcedSocket(frame).ToString(), Is.EqualTo("udp:10.0.0.2:5070"));
        Assert.That(_transport.ForcedSocketName(frame).ToString(), Is.EqualTo("outside"));
        _transport.SetSocket(frame, Value.Null);
        Assert.That(_transport.ForcedSocket(frame).IsNull, Is.True);
    }

    [TestCase("tcp:10.0.0.2:5070")]
    [TestCase("10.0.0.2:5071")]
    [TestCase("10.0.0.3")]
    [TestCase("nowhere")]
    [TestCase("")]
    public void Forced_socket_must_be_listened_on(string text)
    {
        var frame = _bench.Receive(ModuleBench.Invite);
        Assert.That(_transport.SetSocket(frame, Value.FromText(ModuleBench.Text(text))), Is.False);
        Assert.That(frame.SendSocket, Is.Null);
    }

    [Test]
    public void Forced_socket_is_found_by_name()
    {
        var frame = _bench.Receive(ModuleBench.Invite);
        Assert.That(_transport.SetSocketByName(frame, Value.FromText(ModuleBench.Text("outside"))), Is.True);
        Assert.That(frame.SendSocket, Is.SameAs(_bench.Sockets.All[1]));
        Assert.That(_transport.SetSocketByName(frame, Value.FromText(ModuleBench.Text("inside"))), Is.False);
    }

    [Test]
    public void Credentials_are_read()
    {
        var frame = _bench.Receive(With(Authorized));
        Assert.That(_credentials.UserName(frame).ToString(), Is.EqualTo("alice@atlanta.example"));
        Assert.That(_credentials.User(frame).ToString(), Is.EqualTo("alice"));
        Assert.That(_credentials.Domain(frame).ToString(), Is.EqualTo("atlanta.example"));
        Assert.That(_credentials.Realm(frame).ToString(), Is.EqualTo("a, \\\"b\\\""));
        Assert.That(_credentials.Nonce(frame).ToString(), Is.EqualTo("n1"));
        Assert.That(_credentials.DigestUri(frame).ToString(), Is.EqualTo("sip:x"));
        Assert.That(_credentials.Algorithm(frame).ToString(), Is.EqualTo("MD5"));
        Assert.That(_credentials.AccountingUser(frame).ToString(), Is.EqualTo("alice@atlanta.example"));
    }

    [Test]
    public void Credentials_may_stand_in_Proxy_Authorization_or_be_missing()
    {
        Assert.That(_credentials.User(_bench.Receive(With("Proxy-" + Authorized))).ToString(), Is.EqualTo("alice"));
        var without = _bench.Receive(ModuleBench.Invite);
        Assert.That(_credentials.User(without).IsNull, Is.True);
        Assert.That(_credentials.Realm(without).IsNull, Is.True);
        Assert.That(_credentials.AccountingUser(without).ToString(), Is.EqualTo("sip:alice@atlanta.example"));
    }

    [Test]
    public void Time_is_that_of_the_clock()
    {
        var frame = _bench.Receive(ModuleBench.Invite);
        Assert.That(_state.UnixSeconds(frame).Number, Is.EqualTo(_bench.Clock.UtcNow.ToUnixTimeSeconds()));
        var expected = _bench.Clock.UtcNow.ToLocalTime().ToString("HH:mm:ss yyyy", System.Globalization.CultureInfo.InvariantCulture);
        Assert.That(_state.LocalTime(frame).ToString(), Does.Match("^(Thu|Fri|Sat) Jan  [123] ").And.EndsWith(expected).And.Length.EqualTo(24));
    }

    [TestCase("year", 2026)]
    [TestCase("sec", 5)]
    [TestCase("mon", 1)]
    public void Time_has_parts(string part, int expected) =>
        Assert.That(_state.TimePart(_bench.Receive(ModuleBench.Invite), ModuleBench.Text(part), 0).Number, Is.EqualTo(expected));

    [Test]
    public void Time_of_an_unknown_part_is_null() =>
        Assert.That(_state.TimePart(_bench.Receive(ModuleBench.Invite), ModuleBench.Text("century"), 0).IsNull, Is.True);

    [Test]
    public void Error_variables_tell_what_is_wrong_with_a_message()
    {
        var errors = new ErrorVariables();
        var good = _bench.Receive(ModuleBench.Invite);
        Assert.That(errors.Class(good).IsNull && errors.Info(good).IsNull && errors.Code(good).IsNull, Is.True);
        var bad = _bench.ReceiveMalformed(ModuleBench.Invite.Replace("Call-ID: call-1@atlanta.example\r\n", "", StringComparison.Ordinal));
        Assert.That(errors.Class(bad).Number, Is.EqualTo(2));
        Assert.That(errors.Info(bad).ToString(), Is.EqualTo("MissingCallId"));
        Assert.That(errors.Code(bad).Number, Is.EqualTo(400));
        Assert.That(errors.Reason(bad).ToString(), Is.EqualTo("Bad Request"));
        var version = _bench.ReceiveMalformed(ModuleBench.Invite.Replace(" SIP/2.0\r\nVia", " SIP/3.0\r\nVia", StringComparison.Ordinal));
        Assert.That(errors.Code(version).ToString(), Is.EqualTo("505"));
    }

    [Test]
    public void Return_code_is_that_of_the_frame()
    {
        var frame = _bench.Receive(ModuleBench.Invite);
        frame.ReturnCode = -7;
        Assert.That(_state.ReturnCode(frame).Number, Is.EqualTo(-7));
        Assert.That(_state.Process(frame).Number, Is.EqualTo(Environment.ProcessId));
        Assert.That(_state.Random(frame).Number, Is.InRange(0, int.MaxValue));
    }

    // The house rule of the hot path: reading a variable allocates nothing.
    [Test]
    public void Getters_allocate_nothing()
    {
        var frame = _bench.Receive(With(Authorized));
        var header = ModuleBench.Header("X-Mark");
        ReadAll(frame, header);
        var before = GC.GetAllocatedBytesForCurrentThread();
        ReadAll(frame, header);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private void ReadAll(Frame frame, HeaderName header)
    {
        Read(_message.Method(frame), _message.Whole(frame), _message.CSeq(frame), _message.Header(frame, header, SipVariableAttribute.AllValues));
        Read(_address.FromUser(frame), _address.ToTag(frame), _credentials.User(frame), _transport.SourceAddress(frame));
        Read(_transport.SourcePort(frame), _transport.SourceUri(frame), _state.LocalTime(frame), _state.MessageFlagsInHex(frame));
        Read(_uri.Uri(frame), _uri.User(frame), _uri.Port(frame), _uri.Protocol(frame));
        frame.Arena.Reset();
    }

    // Keeps the values alive without boxing them.
    private static void Read(in Value first, in Value second, in Value third, in Value fourth)
    {
        if (first.IsNull && second.IsNull && third.IsNull && fourth.IsNull)
            throw new InvalidOperationException();
    }

    private static string With(string headers) => ModuleBench.Invite.Replace("X-Mark: one\r\n", headers, StringComparison.Ordinal);
}
