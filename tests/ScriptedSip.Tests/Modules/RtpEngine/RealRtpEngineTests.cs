using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ScriptedSip.Modules.RtpProxy;
using ScriptedSip.Tests.Support;

namespace ScriptedSip.Tests.Modules.RtpEngine;

/// <summary>A call through rtpengine itself, in user space on loopback; Debian's package rtpengine-daemon.</summary>
internal sealed class RealRtpEngineTests
{
    private const string Program = "/usr/bin/rtpengine";

    [Test]
    [CancelAfter(60_000)]
    public async Task Call_goes_through_the_real_engine(CancellationToken patience)
    {
        if (!File.Exists(Program))
        {
            Assert.That(Environment.GetEnvironmentVariable("CI"), Is.Null, "rtpengine is missing on the build server");
            Assert.Ignore("rtpengine is not installed");
        }
        var port = FreePort();
        var directory = Directory.CreateTempSubdirectory("rtpengine-").FullName;
        var start = new ProcessStartInfo(Program) { RedirectStandardError = true };
        foreach (var argument in (string[])["--foreground", "--log-stderr", "--table=-1", "--interface=127.0.0.1", $"--listen-ng=127.0.0.1:{port}",
            "--port-min=27020", "--port-max=27090", "--log-level=3", $"--pidfile={directory}/pid"])
            start.ArgumentList.Add(argument);
        using var engine = Process.Start(start)!;
        try
        {
            engine.ErrorDataReceived += static (_, _) => { };
            engine.BeginErrorReadLine();
            // Until it is there a datagram is refused; the command itself is the way to find out.
            var node = RtpProxyNode.Parse(string.Create(CultureInfo.InvariantCulture, $"udp:127.0.0.1:{port}"))!;
            while (await node.AskAsync("d7:command4:pinge", 200, 0, patience).ConfigureAwait(false) != "d6:result4:ponge")
                Assert.That(engine.HasExited, Is.False, "rtpengine has ended");
            Play(port);
        }
        finally
        {
            engine.Kill();
            await engine.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            Directory.Delete(directory, recursive: true);
        }
    }

    private static void Play(int port) => ScenarioRunner.Run("rtpengine", ScenarioFile.Parse($$"""
        script {
          loadmodule "tm"
          loadmodule "sl"
          loadmodule "rtpengine"
          modparam("rtpengine", "rtpengine_sock", "udp:127.0.0.1:{{port}}")
          route {
              if (method == "BYE") {
                  if (rtpengine_delete()) sl_send_reply("200", "Media Ended");
                  exit;
              }
              rtpengine_offer("replace-origin replace-session-connection ICE=remove RTP/AVP");
              t_on_reply("media");
              t_relay();
          }
          onreply_route[media] {
              rtpengine_answer("replace-origin replace-session-connection ICE=remove");
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
          o=alice 1 1 IN IP4 10.1.1.1
          s=-
          c=IN IP4 10.1.1.1
          t=0 0
          m=audio 4000 RTP/AVP 0
        }
        expect udp 10.0.2.1:5060 as invite {
          INVITE sip:bob@10.0.2.1 SIP/2.0

          v=0
          o=alice 1 1 IN IP4 127.0.0.1
          s=-
          c=IN IP4 127.0.0.1
          t=0 0
          m=audio <port=270\d\d> RTP/AVP 0
          a=rtpmap:0 PCMU/8000
          a=sendrecv
          a=rtcp:<rtcp=270\d\d>
        }
        answer invite with 200 OK {
          Content-Type: application/sdp
          Content-Length: <length>

          v=0
          o=bob 1 1 IN IP4 10.2.2.2
          s=-
          c=IN IP4 10.2.2.2
          t=0 0
          m=audio 5000 RTP/AVP 0
        }
        expect udp 10.0.1.1:5060 {
          SIP/2.0 200 OK

          v=0
          o=bob 1 1 IN IP4 127.0.0.1
          s=-
          c=IN IP4 127.0.0.1
          t=0 0
          m=audio <other=270\d\d> RTP/AVP 0
          a=rtpmap:0 PCMU/8000
          a=sendrecv
          a=rtcp:<otherrtcp=270\d\d>
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
        expect udp 10.0.1.1:5060 {
          SIP/2.0 200 Media Ended
        }
        """), ScenarioServer.Start);

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
