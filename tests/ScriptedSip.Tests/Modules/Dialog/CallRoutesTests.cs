using System.Text;
using NUnit.Framework;
using ScriptedSip.Modules.Dialog;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Tests.Modules.Dialog;

/// <summary>Route sets of both parties, RFC 3261 12.1.1 and 12.1.2. 192.168.1.15 is this server.</summary>
internal sealed class CallRoutesTests
{
    [TestCase("<sip:192.168.1.15;lr>", "", "")]
    [TestCase("<sip:10.1.1.2;lr>, <sip:10.1.1.1;lr>, <sip:192.168.1.15;lr>, <sip:10.2.2.1;lr>, <sip:10.2.2.2;lr>",
        "<sip:10.2.2.1;lr>, <sip:10.2.2.2;lr>", "<sip:10.1.1.1;lr>, <sip:10.1.1.2;lr>")]
    [TestCase("<sip:10.1.1.1;lr>, <sip:192.168.1.15;r2=on;lr>, <sip:192.168.1.15;transport=tcp;r2=on;lr>", "", "<sip:10.1.1.1;lr>")]
    [TestCase("<sip:10.1.1.1;lr>", "", "")]
    public void Record_route_of_the_answer_gives_a_route_to_each_side(string recordRoute, string toCaller, string toCallee)
    {
        var rig = new FrameRig();
        var bytes = Encoding.UTF8.GetBytes("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 10.9.9.9;branch=z9hG4bK1\r\nFrom: <sip:a@a>;tag=a\r\nTo: <sip:b@b>;tag=b\r\n"
            + $"Call-ID: c\r\nCSeq: 1 INVITE\r\nRecord-Route: {recordRoute}\r\n\r\n");
        var message = rig.Context.RentMessage();
        MessageParser.Parse(message, bytes, bytes.Length, isStream: false);
        var (caller, callee) = CallRoutes.Read(message, rig.Host.LocalNames);
        Assert.That(caller.ToString(), Is.EqualTo(toCaller));
        Assert.That(callee.ToString(), Is.EqualTo(toCallee));
    }
}
