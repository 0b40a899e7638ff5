using System.Globalization;
using ScriptedSip.Modules.RtpProxy;
using ScriptedSip.Tests.Support;

namespace ScriptedSip.Tests.Modules.RtpProxy;

/// <summary>Media through RTP proxies: what they are asked, what becomes of the descriptions, and what happens when they do not answer.</summary>
internal sealed class RtpProxyTests
{
    private const string Offer = """
          v=0
          o=alice 1 1 IN IP4 10.1.1.1
          s=-
          c=IN IP4 10.1.1.1
          t=0 0
          m=audio 4000 RTP/AVP 0
          a=rtcp:4001
          m=image 0 udptl t38
          m=video 4002 RTP/AVP 31
          c=IN IP4 10.1.1.9
        """;

    private const string Answer = """
          v=0
          o=bob 1 1 IN IP4 10.2.2.2
          s=-
          c=IN IP4 10.2.2.2
          t=0 0
          m=audio 5000 RTP/AVP 0
        """;

    [Test]
    public void Managed_call_is_offered_answered_and_ended()
    {
        var port = 35000;
        using var proxy = new FakeRtpProxy(command => command[0] is 'U' or 'L' ? $"{Interlocked.Add(ref port, 2) - 2} 192.0.2.9" : "0");
        Play($$"""
            script {
              loadmodule "tm"
              loadmodule "rtpproxy"
              modparam("rtpproxy", "rtpproxy_sock", "{{proxy.Address}}")
              route {
                  rtpproxy_manage("r");
                  t_on_reply("media");
                  t_relay();
              }
              onreply_route[media] {
                  rtpproxy_manage("co", "198.51.100.5");
              }
            }
            listen udp:10.0.0.1:5060
            {{Invite("call1", Offer)}}
            expect udp 10.0.2.1:5060 as invite {
              INVITE sip:bob@10.0.2.1 SIP/2.0

              v=0
              o=alice 1 1 IN IP4 10.1.1.1
              s=-
              c=IN IP4 192.0.2.9
              t=0 0
              m=audio 35000 RTP/AVP 0
              a=rtcp:35001
              m=image 0 udptl t38
              m=video 35002 RTP/AVP 31
              c=IN IP4 192.0.2.9
              a=nortpproxy:yes
            }
            answer invite with 200 OK {
              Content-Type: application/sdp
              Content-Length: <length>

            {{Answer}}
            }
            expect udp 10.0.1.1:5060 {
              SIP/2.0 200 OK

              v=0
              o=bob 1 1 IN IP4 198.51.100.5
              s=-
              c=IN IP4 198.51.100.5
              t=0 0
              m=audio 35004 RTP/AVP 0
              a=nortpproxy:yes
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
            """);
        Assert.That(proxy.Commands, Is.EqualTo((string[])["U call1 10.1.1.1 4000 a;1", "U call1 10.1.1.9 4002 a;2", "L call1 10.0.2.1 5000 of-invite;1 a;1", "D call1 a of-invite"]));
    }

    [Test]
    public void Nathelper_offers_the_same_and_flags_say_how()
    {
        using var proxy = new FakeRtpProxy(_ => "40000");
        Play($$"""
            script {
              loadmodule "tm"
              loadmodule "sl"
              loadmodule "nathelper"
              modparam("nathelper", "rtpproxy_sock", "{{proxy.Address}}")
              route {
                  force_rtp_proxy("aweiz20");
                  if (force_rtp_proxy("l")) sl_send_reply("500", "Known Without To Tag");
                  if (force_rtp_proxy("x")) sl_send_reply("500", "Unknown Flag");
                  if (!force_rtp_proxy("f")) sl_send_reply("500", "Not Forced");
                  t_relay();
              }
            }
            listen udp:10.0.0.1:5060
            {{Invite("call1", Answer)}}
            expect udp 10.0.2.1:5060 {
              INVITE sip:bob@10.0.2.1 SIP/2.0

              v=0
              o=bob 1 1 IN IP4 10.2.2.2
              s=-
              c=IN IP4 127.0.0.1
              t=0 0
              m=audio 40000 RTP/AVP 0
              a=nortpproxy:yes
              a=nortpproxy:yes
            }
            """);
        Assert.That(proxy.Commands, Is.EqualTo((string[])["UAWEIZ20 call1 10.2.2.2 5000 a;1", "U call1 10.0.1.1 5000 a;1"]));
    }

    /// <summary>RFC 3264 8.4: 0.0.0.0 puts a stream on hold and has to arrive as such.</summary>
    [Test]
    public void Stream_on_hold_stays_on_hold_and_a_marked_description_as_it_is()
    {
        using var proxy = new FakeRtpProxy(_ => "40000 192.0.2.9");
        var hold = Answer.Replace("c=IN IP4 10.2.2.2", "c=IN IP4 0.0.0.0", StringComparison.Ordinal);
        Play($$"""
            script {
              loadmodule "tm"
              loadmodule "textops"
              loadmodule "rtpproxy"
              modparam("rtpproxy", "rtpproxy_sock", "{{proxy.Address}}")
              route {
                  if (rtpproxy_offer()) append_hf("X-Media: proxied\r\n");
                  t_relay();
              }
            }
            listen udp:10.0.0.1:5060
            {{Invite("call1", hold)}}
            expect udp 10.0.2.1:5060 {
              INVITE sip:bob@10.0.2.1 SIP/2.0
              X-Media: proxied

              v=0
              o=bob 1 1 IN IP4 10.2.2.2
              s=-
              c=IN IP4 0.0.0.0
              t=0 0
              m=audio 40000 RTP/AVP 0
              a=nortpproxy:yes
            }
            {{Invite("call2", Answer + "\n  a=nortpproxy:yes")}}
            expect udp 10.0.2.1:5060 {
              INVITE sip:bob@10.0.2.1 SIP/2.0
              - X-Media
            }
            {{Invite("call3", "")}}
            expect udp 10.0.2.1:5060 {
              INVITE sip:bob@10.0.2.1 SIP/2.0
              - X-Media
            }
            """);
        Assert.That(proxy.Commands, Is.EqualTo((string[])["U call1 0.0.0.0 5000 a;1"]));
    }

    /// <summary>A message goes on as it came when the proxy takes only some of its streams.</summary>
    [Test]
    public void Refusal_of_one_stream_leaves_the_description_alone()
    {
        using var proxy = new FakeRtpProxy(command => command.Contains(";2", StringComparison.Ordinal) ? "E7" : "40000 192.0.2.9");
        Play($$"""
            script {
              loadmodule "tm"
              loadmodule "textops"
              loadmodule "rtpproxy"
              modparam("rtpproxy", "rtpproxy_sock", "{{proxy.Address}}")
              route {
                  if (!rtpproxy_offer()) append_hf("X-Media: refused\r\n");
                  t_relay();
              }
            }
            listen udp:10.0.0.1:5060
            {{Invite("call1", Offer)}}
            expect udp 10.0.2.1:5060 {
              INVITE sip:bob@10.0.2.1 SIP/2.0
              X-Media: refused

            {{Offer}}
            }
            """);
    }

    [Test]
    public void Proxy_that_is_gone_is_passed_over_and_a_set_is_chosen()
    {
        string closed;
        using (var gone = new FakeRtpProxy(_ => "1"))
            closed = gone.Address;
        using var first = new FakeRtpProxy(_ => "40000 192.0.2.1");
        using var second = new FakeRtpProxy(_ => "40000 192.0.2.2", Path.Combine(Path.GetTempPath(), $"rtpp{Guid.NewGuid():N}"));
        Play($$"""
            script {
              loadmodule "tm"
              loadmodule "sl"
              loadmodule "rtpproxy"
              modparam("rtpproxy", "rtpproxy_sock", "0 == {{closed}}=100000 {{first.Address}}")
              modparam("rtpproxy", "rtpproxy_sock", "7 == {{second.Address}}")
              route {
                  if (set_rtp_proxy_set("3") || rtpproxy_offer("", "", "4")) sl_send_reply("500", "No Such Set");
                  set_rtp_proxy_set("0");
                  if (method == "INVITE") rtpproxy_offer();
                  else rtpproxy_offer("", "", "7");
                  start_recording();
                  rtpproxy_stream2uac("welcome", "2");
                  rtpproxy_stop_stream2uac();
                  rtpproxy_stream2uas("queue", "1");
                  rtpproxy_stop_stream2uas();
                  t_relay();
              }
            }
            listen udp:10.0.0.1:5060
            {{Invite("call1", Answer)}}
            expect udp 10.0.2.1:5060 {
              INVITE sip:bob@10.0.2.1 SIP/2.0

              v=0
              o=bob 1 1 IN IP4 10.2.2.2
              s=-
              c=IN IP4 192.0.2.1
              t=0 0
              m=audio 40000 RTP/AVP 0
              a=nortpproxy:yes
            }
            {{Invite("call2", Answer).Replace("INVITE", "UPDATE", StringComparison.Ordinal)}}
            expect udp 10.0.2.1:5060 {
              UPDATE sip:bob@10.0.2.1 SIP/2.0

              v=0
              o=bob 1 1 IN IP4 10.2.2.2
              s=-
              c=IN IP4 192.0.2.2
              t=0 0
              m=audio 40000 RTP/AVP 0
              a=nortpproxy:yes
            }
            """);
        Assert.That(first.Commands, Is.EqualTo((string[])["U call1 10.0.1.1 5000 a;1", "R call1 a", "P2 call1 welcome session a;1", "S call1 a;1", "P1 call1 queue session a;1", "S call1 a;1"]));
        Assert.That(second.Commands.First(), Is.EqualTo("U call2 10.0.1.1 5000 a;1"));
    }

    [Test]
    public async Task Command_that_got_lost_is_sent_again()
    {
        var count = 0;
        using var proxy = new FakeRtpProxy(_ => ++count < 3 ? null : "7");
        var node = RtpProxyNode.Parse(proxy.Address)!;
        Assert.That(await node.AskAsync("V", timeoutMilliseconds: 20, retries: 100, CancellationToken.None), Is.EqualTo("7"));
        Assert.That(proxy.Commands.Count(), Is.GreaterThanOrEqualTo(3));
    }

    [TestCase("udp:127.0.0.1:22222", true)]
    [TestCase("udp:127.0.0.1:22222=3", true)]
    [TestCase("udp6:[::1]:22222", true)]
    [TestCase("unix:/var/run/rtpproxy.sock", true)]
    [TestCase("/var/run/rtpproxy.sock", true)]
    [TestCase("127.0.0.1:22222", false)]
    [TestCase("udp:127.0.0.1", false)]
    [TestCase("udp:127.0.0.1:0", false)]
    [TestCase("udp:127.0.0.1:22222=0", false)]
    [TestCase("tcp:127.0.0.1:22222", false)]
    public void Address_is_read(string text, bool isValid) => Assert.That(RtpProxyNode.Parse(text) is not null, Is.EqualTo(isValid));

    [Test]
    public void Calls_are_shared_by_weight_and_a_call_stays()
    {
        var sets = new RtpProxySets();
        Assert.That(sets.Add("udp:127.0.0.1:1=3 udp:127.0.0.1:2=1"), Is.Null);
        var first = 0;
        for (var i = 0; i < 1000; i++)
        {
            var callId = System.Text.Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"call{i}@host"));
            var chosen = sets.Choose(0, callId, 0);
            Assert.That(sets.Choose(0, callId, 1), Is.SameAs(chosen));
            first += chosen!.Weight == 3 ? 1 : 0;
        }
        Assert.That(first, Is.InRange(650, 850));
    }

    private static string Invite(string callId, string sdp) => $$"""
        recv udp 10.0.1.1:5060 {
          INVITE sip:bob@10.0.2.1 SIP/2.0
          Via: SIP/2.0/UDP 10.0.1.1;branch=z9hG4bK{{callId}}
          Max-Forwards: 70
          From: <sip:alice@10.0.0.1>;tag=a
          To: <sip:bob@10.0.0.1>
          Call-ID: {{callId}}
          CSeq: 1 INVITE
          Content-Type: application/sdp
          Content-Length: <length>

        {{sdp}}
        }
        """;

    private static void Play(string scenario) => ScenarioRunner.Run("rtpproxy", ScenarioFile.Parse(scenario), ScenarioServer.Start);
}
