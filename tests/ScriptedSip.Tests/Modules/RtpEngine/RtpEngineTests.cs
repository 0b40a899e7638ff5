using ScriptedSip.Modules.RtpEngine;
using ScriptedSip.Tests.Modules.RtpProxy;
using ScriptedSip.Tests.Support;

namespace ScriptedSip.Tests.Modules.RtpEngine;

/// <summary>The ng protocol: how commands are written, what becomes of the words of scripts, and of the answers.</summary>
internal sealed class RtpEngineTests
{
    private const string Accepted = "d6:result2:ok3:sdp32:v=0\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\ne";

    [TestCase("d3:key5:valuee")]
    [TestCase("d1:ai-5e1:bl1:xd1:yi0eee1:cdee")]
    public void Dictionary_is_read(string text) => Assert.That(Bencode.Read(text), Is.Not.Null);

    [TestCase("")]
    [TestCase("d")]
    [TestCase("d3:key")]
    [TestCase("d3:key9:valuee")]
    [TestCase("di1e1:xe")]
    [TestCase("d1:aie")]
    [TestCase("l1:xe")]
    [TestCase("d1:a99999999999999999999:xe")]
    [TestCase("d1:alllllllllllllllllllllllllllll")]
    public void Anything_else_is_not(string text) => Assert.That(Bencode.Read(text), Is.Null);

    [TestCase("replace-origin replace-session-connection", "d7:replacel6:origin18:session-connectionee")]
    [TestCase("ICE=remove RTP/SAVPF", "d3:ICE6:remove18:transport-protocol9:RTP/SAVPFe")]
    [TestCase("SRTP AVPF", "d18:transport-protocol9:RTP/SAVPFe")]
    [TestCase("RTP", "d18:transport-protocol7:RTP/AVPe")]
    [TestCase("internal external", "d9:directionl8:internal8:externalee")]
    [TestCase("in-iface=a out-iface=b", "d9:directionl1:a1:bee")]
    [TestCase("trust-address symmetric", "d5:flagsl13:trust-address9:symmetricee")]
    [TestCase("rtcp-mux-demux TOS=184 media-address=192.0.2.1", "d3:TOSi184e13:media-address9:192.0.2.18:rtcp-muxl5:demuxee")]
    [TestCase("codec-strip-PCMU codec-transcode-opus SDES-off", "d4:SDESl3:offe5:codecd5:stripl4:PCMUe9:transcodel4:opuseee")]
    public void Words_of_a_script_go_where_the_protocol_wants_them(string words, string written)
    {
        var command = new Dictionary<string, object>(StringComparer.Ordinal);
        Assert.That(EngineFlags.TryApply(words, command), Is.True);
        Assert.That(Bencode.Write(command), Is.EqualTo(written));
    }

    [TestCase("command=delete")]
    [TestCase("sdp=x")]
    [TestCase("=x")]
    public void Words_cannot_change_the_command(string words) => Assert.That(EngineFlags.TryApply(words, new(StringComparer.Ordinal)), Is.False);

    [Test]
    public void Call_is_offered_answered_and_ended()
    {
        using var engine = new FakeRtpProxy(_ => Accepted);
        Play(engine.Address, """
            rtpengine_manage("ICE=remove");
            t_on_reply("media");
            t_relay();
            """);
        Assert.That(engine.Commands, Is.EqualTo((string[])
        [
            "d3:ICE6:remove7:call-id5:call17:command5:offer8:from-tag1:a13:received-froml3:IP48:10.0.1.1e3:sdp31:v=0\r\nc=IN IP4 10.1.1.1\r\nt=0 0\r\ne",
            "d7:call-id5:call17:command6:answer8:from-tag1:a13:received-froml3:IP48:10.0.2.1e3:sdp31:v=0\r\nc=IN IP4 10.2.2.2\r\nt=0 0\r\n6:to-tag9:of-invitee",
            "d7:call-id5:call17:command6:delete8:from-tag1:a13:received-froml3:IP48:10.0.1.1e6:to-tag9:of-invitee",
        ]));
    }

    [Test]
    public void Functions_send_their_commands_and_a_refusal_is_minus_one()
    {
        using var engine = new FakeRtpProxy(command => command.Contains("6:delete", StringComparison.Ordinal) ? "d12:error-reason4:gone6:result5:errore" : Accepted);
        Play(engine.Address, """
            if (method == "BYE") { t_relay(); exit; }
            if (rtpengine_delete() || set_rtpengine_set("5") || rtpengine_answer()) sl_send_reply("500", "Unexpected");
            set_rtpengine_set("0");
            if (!start_recording() || !stop_recording() || !block_media() || !unblock_media() || !block_dtmf() || !unblock_dtmf()) sl_send_reply("500", "Refused");
            rtpengine_offer();
            t_on_reply("media");
            t_relay();
            """);
        var commands = engine.Commands.Select(c => c[(c.IndexOf("7:command", StringComparison.Ordinal) + 9)..].Split(':')[1]).Select(c => c[..^1]);
        Assert.That(commands, Is.EqualTo((string[])["delete", "start recording", "stop recording", "block media", "unblock media", "block DTMF", "unblock DTMF", "offer", "answer"]));
    }

    private static void Play(string address, string route) => ScenarioRunner.Run("rtpengine", ScenarioFile.Parse($$"""
        script {
          loadmodule "tm"
          loadmodule "sl"
          loadmodule "rtpengine"
          modparam("rtpengine", "rtpengine_sock", "{{address}}")
          route {
              {{route.ReplaceLineEndings(" ")}}
          }
          onreply_route[media] {
              rtpengine_manage();
          }
        }
        listen udp:10.0.0.1:5060
        recv udp 10.0.1.1:5060 {
          INVITE sip:bob@10.0.2.1 SIP/2.0
          Via: SIP/2.0/UDP 10.0.1.1;branch=z9hG4bKa1
          Max-Forwards: 70
          From: <sip:alice@10.0.0.1>;tag=a
          To: <sip:bob@10.0.0.1>
          Call-ID: call1
          CSeq: 1 INVITE
          Content-Type: application/sdp
          Content-Length: <length>

          v=0
          c=IN IP4 10.1.1.1
          t=0 0
        }
        expect udp 10.0.2.1:5060 as invite {
          INVITE sip:bob@10.0.2.1 SIP/2.0
          Content-Length: 32

          v=0
          c=IN IP4 192.0.2.9
          t=0 0
        }
        answer invite with 200 OK {
          Content-Type: application/sdp
          Content-Length: <length>

          v=0
          c=IN IP4 10.2.2.2
          t=0 0
        }
        expect udp 10.0.1.1:5060 {
          SIP/2.0 200 OK

          v=0
          c=IN IP4 192.0.2.9
          t=0 0
        }
        recv udp 10.0.1.1:5060 {
          BYE sip:bob@10.0.2.1 SIP/2.0
          Via: SIP/2.0/UDP 10.0.1.1;branch=z9hG4bKbye
          Max-Forwards: 70
          From: <sip:alice@10.0.0.1>;tag=a
          To: <sip:bob@10.0.0.1>;tag=of-invite
          Call-ID: call1
          CSeq: 2 BYE
        }
        ignore
        """), ScenarioServer.Start);
}
