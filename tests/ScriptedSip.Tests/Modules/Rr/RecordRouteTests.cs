using ScriptedSip.Modules.Rr;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Tests.Modules.Rr;

/// <summary>RFC 3261 16.6 step 4 and RFC 5658, in the forms of the script families.</summary>
public sealed class RecordRouteTests
{
    private const string Invite = """
        INVITE sip:309@192.168.1.15 SIP/2.0
        Via: SIP/2.0/UDP 192.168.1.10;branch=z9hG4bKf3c60221ce03445c
        From: <sip:308@192.168.1.15>;tag=fce371520693b722
        To: <sip:309@192.168.1.15>
        Call-ID: 8c80d06175b1eb80@192.168.1.10
        CSeq: 28826 INVITE
        Content-Length: 0


        """;

    [TestCase(ScriptDialect.Ser, "<sip:192.168.1.15;lr=on;ftag=fce371520693b722>")]
    [TestCase(ScriptDialect.OpenSer, "<sip:192.168.1.15;lr=on;ftag=fce371520693b722>")]
    [TestCase(ScriptDialect.Kamailio, "<sip:192.168.1.15;lr;ftag=fce371520693b722>")]
    [TestCase(ScriptDialect.OpenSips, "<sip:192.168.1.15;lr;ftag=fce371520693b722>")]
    public void Record_route_has_the_form_of_its_family(ScriptDialect dialect, string expected)
    {
        var rig = new FrameRig(dialect);
        var frame = rig.Frame(Invite);
        Assert.That(rig.Start(new RrModule()).AddRecordRoute(frame), Is.EqualTo(Outcome.True));
        Assert.That(Values(frame, rig.Near), Is.EqualTo(new[] { expected }));
    }

    [TestCase(ScriptDialect.OpenSer, false, ";lr;")]
    [TestCase(ScriptDialect.Kamailio, true, ";lr=on;")]
    public void Enable_full_lr_goes_before_the_family(ScriptDialect dialect, bool full, string expected)
    {
        var rig = new FrameRig(dialect);
        var module = new RrModule();
        module.SetFullLoose(full);
        var frame = rig.Frame(Invite);
        rig.Start(module).AddRecordRoute(frame);
        Assert.That(Values(frame, rig.Near)[0], Does.Contain(expected));
    }

    [Test]
    public void Record_route_stands_above_those_of_earlier_hops()
    {
        var (rig, module) = Started();
        var frame = rig.Frame(Invite.Replace("To:", "Record-Route: <sip:192.0.2.50;lr>\nTo:"));
        module.AddRecordRoute(frame);
        Assert.That(Values(frame, rig.Near), Is.EqualTo(new[] { "<sip:192.168.1.15;lr=on;ftag=fce371520693b722>", "<sip:192.0.2.50;lr>" }));
    }

    [Test]
    public void Record_route_leaves_every_other_byte_alone()
    {
        var (rig, module) = Started();
        var frame = rig.Frame(Invite);
        module.AddRecordRoute(frame);
        var sent = FrameRig.Rewritten(frame, rig.Near);
        var line = "Record-Route: <sip:192.168.1.15;lr=on;ftag=fce371520693b722>\r\n";
        Assert.That(sent, Does.Contain("5c\r\n" + line + "From:"));
        Assert.That(sent.Replace(line, "", StringComparison.Ordinal), Is.EqualTo(Untouched(rig)));
    }

    [Test]
    public void Record_route_is_added_once()
    {
        var (rig, module) = Started();
        var frame = rig.Frame(Invite);
        module.AddRecordRoute(frame);
        Assert.That(module.AddRecordRoute(frame), Is.EqualTo(Outcome.False));
        Assert.That(module.AddPreset(frame, FrameRig.Text("1.2.3.4")), Is.EqualTo(Outcome.False));
        Assert.That(Values(frame, rig.Near), Has.Length.EqualTo(1));
    }

    /// <summary>RFC 5658: one value for each side, the outgoing one on top.</summary>
    [Test]
    public void Two_sockets_give_two_values()
    {
        var (rig, module) = Started();
        var frame = rig.Frame(Invite);
        module.AddRecordRoute(frame);
        Assert.That(Values(frame, rig.Far), Is.EqualTo(new[]
        {
            "<sip:10.0.0.15:5070;r2=on;lr=on;ftag=fce371520693b722>",
            "<sip:192.168.1.15;r2=on;lr=on;ftag=fce371520693b722>",
        }));
    }

    [Test]
    public void Another_protocol_gives_two_values_that_name_it()
    {
        var (rig, module) = Started();
        var frame = rig.Frame(Invite, rig.Stream);
        module.AddRecordRoute(frame);
        Assert.That(Values(frame, rig.Near), Is.EqualTo(new[]
        {
            "<sip:192.168.1.15;r2=on;lr=on;ftag=fce371520693b722>",
            "<sip:192.168.1.15;transport=tcp;r2=on;lr=on;ftag=fce371520693b722>",
        }));
        Assert.That(Values(frame, rig.Stream), Is.EqualTo(new[] { "<sip:192.168.1.15;transport=tcp;lr=on;ftag=fce371520693b722>" }));
    }

    [Test]
    public void Without_double_rr_one_value_names_the_incoming_socket()
    {
        var (rig, module) = Started(new RrModule { EnableDoubleRecordRoute = false });
        var frame = rig.Frame(Invite);
        module.AddRecordRoute(frame);
        Assert.That(Values(frame, rig.Far), Is.EqualTo(new[] { "<sip:192.168.1.15;lr=on;ftag=fce371520693b722>" }));
    }

    [Test]
    public void Without_append_fromtag_there_is_no_ftag()
    {
        var (rig, module) = Started(new RrModule { AppendFromTag = false });
        var frame = rig.Frame(Invite);
        module.AddRecordRoute(frame);
        Assert.That(Values(frame, rig.Near), Is.EqualTo(new[] { "<sip:192.168.1.15;lr=on>" }));
    }

    [Test]
    public void Add_username_takes_the_user_of_the_request_uri()
    {
        var (rig, module) = Started(new RrModule { AddUserName = true });
        var frame = rig.Frame(Invite);
        module.AddRecordRoute(frame);
        Assert.That(Values(frame, rig.Near)[0], Does.StartWith("<sip:309@192.168.1.15;lr=on"));
    }

    [Test]
    public void Custom_user_avp_goes_before_add_username()
    {
        var (rig, module) = Started(new RrModule { AddUserName = true, CustomUserAvp = "$avp(rr)" });
        var frame = rig.Frame(Invite);
        frame.Avps.Add(AvpList.NameOf("rr"), Value.FromText(FrameRig.Text("me")));
        module.AddRecordRoute(frame);
        Assert.That(Values(frame, rig.Near)[0], Does.StartWith("<sip:me@192.168.1.15;"));
    }

    [Test]
    public void Parameters_come_from_the_call_and_from_add_rr_param_before_and_after()
    {
        var (rig, module) = Started();
        var frame = rig.Frame(Invite);
        module.AddParameters(frame, FrameRig.Text(";before=1"));
        module.AddParameters(frame, FrameRig.Text(";too=2"));
        module.AddRecordRoute(frame, FrameRig.Text(";own=3"));
        module.AddParameters(frame, FrameRig.Text(";after=4"));
        Assert.That(Values(frame, rig.Far), Is.EqualTo(new[]
        {
            "<sip:10.0.0.15:5070;r2=on;lr=on;ftag=fce371520693b722;own=3;before=1;too=2;after=4>",
            "<sip:192.168.1.15;r2=on;lr=on;ftag=fce371520693b722;own=3;before=1;too=2;after=4>",
        }));
    }

    [Test]
    public void Parameters_alone_write_nothing()
    {
        var (rig, module) = Started();
        var frame = rig.Frame(Invite);
        module.AddParameters(frame, FrameRig.Text(";nat=yes"));
        Assert.That(FrameRig.Rewritten(frame, rig.Near), Is.EqualTo(Untouched(rig)));
    }

    [Test]
    public void Preset_writes_the_address_given()
    {
        var (rig, module) = Started();
        var frame = rig.Frame(Invite);
        Assert.That(module.AddPreset(frame, FrameRig.Text("1.2.3.4:5090;x=y")), Is.EqualTo(Outcome.True));
        Assert.That(Values(frame, rig.Far), Is.EqualTo(new[] { "<sip:1.2.3.4:5090;x=y;lr=on;ftag=fce371520693b722>" }));
    }

    [Test]
    public void Preset_with_two_addresses_puts_the_first_on_top()
    {
        var (rig, module) = Started();
        var frame = rig.Frame(Invite);
        module.AddPreset(frame, FrameRig.Text("out.example"), FrameRig.Text("in.example"));
        Assert.That(Values(frame, rig.Near), Is.EqualTo(new[]
        {
            "<sip:out.example;r2=on;lr=on;ftag=fce371520693b722>",
            "<sip:in.example;r2=on;lr=on;ftag=fce371520693b722>",
        }));
    }

    [Test]
    public void Advertised_address_replaces_that_of_the_socket()
    {
        var (rig, module) = Started();
        var frame = rig.Frame(Invite);
        module.AddAdvertised(frame, FrameRig.Text("sip.example.net:5065"));
        Assert.That(Values(frame, rig.Stream), Is.EqualTo(new[]
        {
            "<sip:sip.example.net:5065;transport=tcp;r2=on;lr=on;ftag=fce371520693b722>",
            "<sip:sip.example.net:5065;r2=on;lr=on;ftag=fce371520693b722>",
        }));
    }

    [Test]
    public void Remove_record_route_takes_all_lines()
    {
        var (rig, module) = Started();
        var frame = rig.Frame(Invite.Replace("To:", "Record-Route: <sip:a;lr>\nRecord-Route: <sip:b;lr>, <sip:c;lr>\nTo:"));
        module.RemoveRecordRoute(frame);
        Assert.That(FrameRig.Rewritten(frame, rig.Near), Is.EqualTo(Untouched(rig)));
    }

    [Test]
    public void Record_route_allocates_nothing()
    {
        var (rig, module) = Started();
        var frame = rig.Frame(Invite);
        Round();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            Round();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Round()
        {
            frame.Edits.Clear();
            frame.Arena.Reset();
            module.AddRecordRoute(frame, default);
        }
    }

    private static (FrameRig Rig, RrModule Module) Started(RrModule? module = null)
    {
        var rig = new FrameRig();
        return (rig, rig.Start(module ?? new RrModule()));
    }

    private static string Untouched(FrameRig rig) => FrameRig.Rewritten(rig.Frame(Invite), rig.Near);

    private static string[] Values(Frame frame, ScriptedSip.Sip.Transport.ListenSocket outbound) =>
        FrameRig.Lines(FrameRig.Rewritten(frame, outbound), "Record-Route");
}
