using ScriptedSip.Script.Api;

namespace ScriptedSip.Tests.Script.Interpretation;

/// <summary>The core's own operands in comparisons (LANGUAGE 6 "Old core operands").</summary>
internal sealed class CoreOperandTests
{
    [TestCase("uri==myself", "true")]
    [TestCase("uri!=myself", "false")]
    [TestCase("myself==uri", "true")]
    [TestCase("from_uri==myself", "false")]
    [TestCase("to_uri==myself", "true")]
    [TestCase("dst_ip==myself", "true")]
    [TestCase("src_ip==myself", "false")]
    [TestCase("uri:host==myself", "true")]
    [TestCase("uri=~\"^sip:bob@\"", "true")]
    [TestCase("uri==\"sip:bob@example.org:5070;transport=udp\"", "true")]
    [TestCase("uri:host==\"example.org\"", "true")]
    [TestCase("uri:port==5070", "true")]
    [TestCase("src_ip==10.0.0.1", "true")]
    [TestCase("src_ip==10.0.0.2", "false")]
    [TestCase("src_ip!=10.0.0.2", "true")]
    [TestCase("src_ip==10.0.0.0/8", "true")]
    [TestCase("src_ip==10.1.0.0/16", "false")]
    [TestCase("src_ip==10.0.0.0/255.255.255.0", "true")]
    [TestCase("src_ip==\"10.0.0.1\"", "true")]
    [TestCase("src_ip==[::1]", "false")]
    [TestCase("src_ip==$var(ip)", "true")]
    [TestCase("src_ip=~\"^10\\.\"", "true")]
    [TestCase("dst_ip==10.0.0.15", "true")]
    [TestCase("src_port==5062", "true")]
    [TestCase("dst_port==5060", "true")]
    [TestCase("proto==UDP", "true")]
    [TestCase("proto==tcp", "false")]
    [TestCase("af==INET", "true")]
    [TestCase("af==INET6", "false")]
    [TestCase("msg:len>=10", "true")]
    [TestCase("msg:len>max_len", "false")]
    [TestCase("msg:len<=2048", "true")]
    public void Operand_compares_with_what_it_is_for(string condition, string expected) =>
        Assert.That(ScriptRig.Run($"$var(ip) = \"10.0.0.1\"; if ({condition}) log(\"true\"); else log(\"false\");"), Is.EqualTo(expected));

    [TestCase("retcode==-5", "true")]
    [TestCase("retcode<0", "true")]
    [TestCase("$?==-5", "true")]
    [TestCase("$retcode==-5", "true")]
    public void Return_code_is_that_of_the_last_command(string condition, string expected) =>
        Assert.That(ScriptRig.Run($"code(-5); if ({condition}) log(\"true\"); else log(\"false\");"), Is.EqualTo(expected));

    [TestCase("status==\"180\"", "true")]
    [TestCase("status==180", "true")]
    [TestCase("status=~\"(180)|(183)|2[0-9][0-9]\"", "true")]
    [TestCase("status=~\"^2\"", "false")]
    [TestCase("method==\"INVITE\"", "true")]
    [TestCase("uri==myself", "false")]
    public void Reply_has_a_status_and_no_uri(string condition, string expected)
    {
        var rig = new ScriptRig($"route {{ exit; }} onreply_route {{ if ({condition}) log(\"true\"); else log(\"false\"); }}");
        using var run = rig.Start("""
            SIP/2.0 180 Ringing
            Via: SIP/2.0/UDP 10.0.0.15:5060;branch=z9hG4bK1
            From: <sip:alice@example.com>;tag=a1
            To: <sip:bob@example.org>;tag=b1
            Call-ID: c1
            CSeq: 7 INVITE
            Content-Length: 0


            """, RouteKinds.OnReply);
        Assert.That(rig.Output, Is.EqualTo(expected));
    }
}
