using ScriptedSip.Modules.Registrar;
using ScriptedSip.Modules.UsrLoc;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Tests.Modules.Registrar;

/// <summary>RFC 3261 16.5: the target set from the location service.</summary>
public sealed class LookupTests
{
    private static readonly ScriptedSip.Sip.Messages.Utf8Text Location = FrameRig.Text("location");

    private RegistrarRig _rig = null!;

    [SetUp]
    public void Start() => _rig = new RegistrarRig();

    [Test]
    public void Unknown_user_is_not_found()
    {
        var frame = Invite("sip:bob@example.org");
        Assert.That(_rig.Module.Lookup(frame, Location), Is.EqualTo(Outcome.False));
        Assert.That(frame.NewUri.IsEmpty, Is.True);
    }

    [Test]
    public void Uri_without_user_is_an_error() =>
        Assert.That(_rig.Module.Lookup(Invite("sip:example.org"), Location).Code, Is.EqualTo(-3));

    [Test]
    public void Contact_becomes_the_request_uri_byte_for_byte()
    {
        _rig.Register("Contact: <sip:dev%20x@192.0.2.1:5070;ob;x=y>");
        var frame = Invite("sip:BOB@whatever.example");
        Assert.That(_rig.Module.Lookup(frame, Location), Is.EqualTo(Outcome.True));
        Assert.That(frame.NewUri.ToString(), Is.EqualTo("sip:dev%20x@192.0.2.1:5070;ob;x=y"));
        Assert.That(frame.DestinationUri.IsEmpty, Is.True);
        Assert.That(frame.SendSocket, Is.SameAs(_rig.Rig.Near));
        Assert.That(frame.BranchCount, Is.Zero);
    }

    [Test]
    public void Best_contact_is_the_request_uri_and_the_others_are_branches_in_order_of_q()
    {
        _rig.Register("Contact: <sip:a@h>;q=0.3, <sip:b@h>;q=0.9, <sip:c@h>, <sip:d@h>;q=0.5");
        var frame = Invite("sip:bob@example.org");
        _rig.Module.Lookup(frame, Location);
        Assert.That(frame.NewUri.ToString(), Is.EqualTo("sip:b@h"));
        Assert.That(frame.Q, Is.EqualTo(900));
        Assert.That(Branches(frame), Is.EqualTo(new[] { "sip:d@h 500", "sip:a@h 300", "sip:c@h -1" }));
    }

    [TestCase("sip:a@h;method=INVITE?Subject=hi", "sip:a@h")]
    [TestCase("sip:a@h;x=y;METHOD=INVITE;ob", "sip:a@h;x=y;ob")]
    [TestCase("sip:a;method=b@h;transport=udp?X=1", "sip:a;method=b@h;transport=udp")]
    [TestCase("sip:a@h;methods", "sip:a@h;methods")]
    [TestCase("tel:+1;method=x", "tel:+1;method=x")]
    public void Contact_becomes_a_request_uri_without_what_none_may_have(string contact, string target) // RFC 3261 16.6 step 2, 19.1.1 table 1
    {
        _rig.Register($"Contact: <{contact}>");
        var frame = Invite("sip:bob@example.org");
        _rig.Module.Lookup(frame, Location);
        Assert.That(frame.NewUri.ToString(), Is.EqualTo(target));
    }

    [Test]
    public void Append_branches_0_takes_the_best_alone()
    {
        _rig = new RegistrarRig(new RegistrarModule { AppendsBranches = false });
        _rig.Register("Contact: <sip:a@h>, <sip:b@h>");
        var frame = Invite("sip:bob@example.org");
        Assert.That(_rig.Module.Lookup(frame, Location), Is.EqualTo(Outcome.True));
        Assert.That(frame.BranchCount, Is.Zero);
    }

    [Test]
    public void More_contacts_than_branches_fill_the_branches()
    {
        _rig.Register("Contact: " + string.Join(", ", Enumerable.Range(0, 20).Select(i => $"<sip:c{i}@h>")));
        var frame = Invite("sip:bob@example.org");
        Assert.That(_rig.Module.Lookup(frame, Location), Is.EqualTo(Outcome.True));
        Assert.That(frame.BranchCount, Is.EqualTo(Frame.MaxBranches - 1));
    }

    [Test]
    public void Received_address_becomes_the_next_hop()
    {
        _rig = new RegistrarRig(new RegistrarModule { ReceivedAvp = "$avp(rcv)" });
        var register = _rig.Frame("Contact: <sip:a@10.0.0.1>");
        register.Avps.Add(AvpList.NameOf("rcv"), Value.FromText(FrameRig.Text("sip:203.0.113.7:4001")));
        _rig.Save(register);
        var frame = Invite("sip:bob@example.org");
        _rig.Module.Lookup(frame, Location);
        Assert.That(frame.NewUri.ToString(), Is.EqualTo("sip:a@10.0.0.1"));
        Assert.That(frame.DestinationUri.ToString(), Is.EqualTo("sip:203.0.113.7:4001"));
    }

    /// <summary>RFC 3327 5.3: the path becomes the route set, its first value the next hop.</summary>
    [Test]
    public void Path_becomes_the_routes_and_the_next_hop()
    {
        _rig = new RegistrarRig(new RegistrarModule { UsesPath = true, ReceivedAvp = "$avp(rcv)" });
        var register = _rig.Frame("Supported: path\nPath: <sip:p1.example;lr>,<sip:p2.example;lr>\nContact: <sip:a@h>");
        register.Avps.Add(AvpList.NameOf("rcv"), Value.FromText(FrameRig.Text("sip:203.0.113.7:4001")));
        _rig.Save(register);
        var frame = Invite("sip:bob@example.org");
        _rig.Module.Lookup(frame, Location);
        Assert.That(frame.Path.ToString(), Is.EqualTo("<sip:p1.example;lr>,<sip:p2.example;lr>"));
        Assert.That(frame.DestinationUri.ToString(), Is.EqualTo("sip:p1.example;lr"));
    }

    [Test]
    public void Path_can_tell_where_the_phone_is()
    {
        _rig = new RegistrarRig(new RegistrarModule { UsesPath = true, PathUsesReceived = true, PathModeNumber = 1 });
        _rig.Register("Supported: path\nPath: <sip:p1.example;lr;received=sip:203.0.113.7:4001>\nContact: <sip:a@h>");
        Assert.That(_rig.Contacts[0], Does.EndWith(";received=\"sip:203.0.113.7:4001\""));
    }

    [Test]
    public void Branch_flags_of_the_register_come_back()
    {
        var register = _rig.Frame("Contact: <sip:a@h>");
        register.BranchFlags = 1u << 6;
        _rig.Save(register);
        var frame = Invite("sip:bob@example.org");
        _rig.Module.Lookup(frame, Location);
        Assert.That(frame.BranchFlags, Is.EqualTo(1u << 6));
    }

    [TestCase(true, true)]
    [TestCase(false, false)]
    public void Nat_flag_of_old_scripts_comes_back(bool behindNat, bool found)
    {
        _rig = new RegistrarRig(new RegistrarModule { NatFlag = new ScriptFlag(1u << 6) });
        var register = _rig.Frame("Contact: <sip:a@h>");
        register.Flags = behindNat ? 1u << 6 : 1u << 5;
        _rig.Save(register);
        var frame = Invite("sip:bob@example.org");
        _rig.Module.Lookup(frame, Location);
        Assert.That((frame.Flags & (1u << 6)) != 0, Is.EqualTo(found));
    }

    [Test]
    public void Method_filtering_leaves_out_phones_that_do_not_take_the_method()
    {
        _rig = new RegistrarRig(new RegistrarModule { FiltersMethods = true });
        _rig.Register("Allow: INVITE, ACK,BYE\nContact: <sip:calls@h>;q=1");
        _rig.Register("Allow: MESSAGE\nAllow: INVITE\nContact: <sip:both@h>");
        var message = Request("MESSAGE", "sip:bob@example.org");
        Assert.That(_rig.Module.Lookup(message, Location), Is.EqualTo(Outcome.True));
        Assert.That(message.NewUri.ToString(), Is.EqualTo("sip:both@h"));
        Assert.That(message.BranchCount, Is.Zero);
        Assert.That(_rig.Module.Lookup(Request("PUBLISH", "sip:bob@example.org"), Location).Code, Is.EqualTo(-2));
    }

    [Test]
    public void Methods_parameter_of_the_contact_goes_before_allow()
    {
        _rig = new RegistrarRig(new RegistrarModule { FiltersMethods = true });
        _rig.Register("Allow: INVITE\nContact: <sip:a@h>;methods=\"MESSAGE,OPTIONS\"");
        Assert.That(_rig.Module.Lookup(Request("INVITE", "sip:bob@example.org"), Location).Code, Is.EqualTo(-2));
        Assert.That(_rig.Module.Lookup(Request("MESSAGE", "sip:bob@example.org"), Location).Code, Is.EqualTo(1));
    }

    [Test]
    public void Phone_without_allow_takes_every_method()
    {
        _rig = new RegistrarRig(new RegistrarModule { FiltersMethods = true });
        _rig.Register("Contact: <sip:a@h>");
        Assert.That(_rig.Module.Lookup(Request("FROBNICATE", "sip:bob@example.org"), Location).Code, Is.EqualTo(1));
    }

    [Test]
    public void Uri_argument_goes_before_the_request_uri()
    {
        _rig.Register("Contact: <sip:a@h>", to: "sip:carol@example.org");
        var frame = Invite("sip:bob@example.org");
        Assert.That(_rig.Module.Lookup(frame, Location, FrameRig.Text("sip:carol@example.org")), Is.EqualTo(Outcome.True));
        Assert.That(frame.NewUri.ToString(), Is.EqualTo("sip:a@h"));
    }

    [Test]
    public void Letter_b_appends_no_branches()
    {
        _rig.Register("Contact: <sip:a@h>, <sip:b@h>");
        var frame = Invite("sip:bob@example.org");
        Assert.That(_rig.Module.Lookup(frame, Location, FrameRig.Text("b")), Is.EqualTo(Outcome.True));
        Assert.That(frame.BranchCount, Is.Zero);
    }

    [Test]
    public void Rewritten_request_uri_is_looked_up()
    {
        _rig.Register("Contact: <sip:a@h>", to: "sip:carol@example.org");
        var frame = Invite("sip:bob@example.org");
        frame.NewUri = FrameRig.Text("sip:carol@example.org");
        Assert.That(_rig.Module.Lookup(frame, Location), Is.EqualTo(Outcome.True));
    }

    [Test]
    public void Tables_are_apart()
    {
        _rig.Module.Save(_rig.Frame("Contact: <sip:carol@example.org>"), FrameRig.Text("aliases"));
        Assert.That(_rig.Module.Lookup(Invite("sip:bob@example.org"), Location), Is.EqualTo(Outcome.False));
        var frame = Invite("sip:bob@example.org");
        Assert.That(_rig.Module.Lookup(frame, FrameRig.Text("aliases")), Is.EqualTo(Outcome.True));
        Assert.That(frame.NewUri.ToString(), Is.EqualTo("sip:carol@example.org"));
    }

    [Test]
    public void Registered_and_unregister_go_by_the_address()
    {
        _rig.Register("Contact: <sip:a@h>, <sip:b@h>");
        var frame = Invite("sip:bob@example.org");
        Assert.That(_rig.Module.IsRegistered(frame, Location), Is.EqualTo(Outcome.True));
        Assert.That(frame.NewUri.IsEmpty, Is.True);
        Assert.That(_rig.Module.Unregister(frame, Location, FrameRig.Text("sip:Bob@example.org")), Is.EqualTo(Outcome.True));
        Assert.That(_rig.Module.Unregister(frame, Location, FrameRig.Text("sip:bob@example.org")), Is.EqualTo(Outcome.False));
        Assert.That(_rig.Module.IsRegistered(frame, Location), Is.EqualTo(Outcome.False));
    }

    [Test]
    public void Socket_header_of_the_proxy_before_chooses_the_socket()
    {
        _rig = new RegistrarRig(new RegistrarModule { SocketHeader = "Sock-Info" });
        _rig.Register($"Sock-Info: {_rig.Rig.Far.SocketText}\nContact: <sip:a@h>");
        var frame = Invite("sip:bob@example.org");
        _rig.Module.Lookup(frame, Location);
        Assert.That(frame.SendSocket, Is.SameAs(_rig.Rig.Far));
    }

    [Test]
    public void Add_sock_hdr_tells_the_socket()
    {
        var frame = _rig.Frame("Contact: <sip:a@h>");
        _rig.Module.AddSocketHeader(frame, FrameRig.Text("Sock-Info"));
        Assert.That(FrameRig.Lines(FrameRig.Rewritten(frame, _rig.Rig.Near), "Sock-Info"), Is.EqualTo(new[] { "udp:192.168.1.15:5060" }));
    }

    [Test]
    public void Expired_contact_is_not_found()
    {
        _rig.Register("Contact: <sip:a@h>;expires=60");
        _rig.Rig.Advance(60_000);
        Assert.That(_rig.Module.Lookup(Invite("sip:bob@example.org"), Location), Is.EqualTo(Outcome.False));
    }

    [Test]
    public void Lookup_allocates_nothing()
    {
        _rig.Register("Contact: <sip:a@h>, <sip:b@h>");
        var frame = Invite("sip:bob@example.org");
        Round();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            Round();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Round()
        {
            frame.NewUri = default;
            frame.ClearBranches();
            frame.Arena.Reset();
            _rig.Module.Lookup(frame, Location);
        }
    }

    private Frame Invite(string uri) => Request("INVITE", uri);

    private Frame Request(string method, string uri) => _rig.Rig.Frame($"""
        {method} {uri} SIP/2.0
        Via: SIP/2.0/UDP 192.168.1.10;branch=z9hG4bK1
        From: <sip:alice@example.org>;tag=1
        To: <{uri}>
        Call-ID: 1
        CSeq: 1 {method}
        Content-Length: 0


        """);

    private static string[] Branches(Frame frame) => [.. frame.Branches.ToArray().Select(branch => $"{branch.Uri} {branch.Q}")];
}
