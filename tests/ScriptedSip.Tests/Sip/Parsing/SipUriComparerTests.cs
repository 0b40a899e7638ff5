using System.Text;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Tests.Sip.Parsing;

/// <summary>RFC 3261 19.1.4, its examples first.</summary>
public sealed class SipUriComparerTests
{
    [TestCase("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp")]
    [TestCase("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5")]
    [TestCase("sip:carol@chicago.com", "sip:carol@chicago.com;security=on")]
    [TestCase("sip:carol@chicago.com;newparam=5", "sip:carol@chicago.com;security=on")]
    [TestCase("sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com", "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com")]
    [TestCase("sip:alice@atlanta.com?subject=project%20x&priority=urgent", "sip:alice@atlanta.com?priority=urgent&subject=project%20x")]
    [TestCase("SIP:a@h", "sip:a@h")]
    [TestCase("sip:a:secret@h:5070", "sip:a:secret@H:5070")]
    [TestCase("sip:a@[2001:DB8::1]", "sip:a@[2001:db8::1]")]
    [TestCase("sip:a@h;x=%41", "sip:a@h;X=a")]
    [TestCase("tel:+358-555-1234", "tel:+358-555-1234")]
    public void Equal(string left, string right) => Assert.That(Compare(left, right), Is.True);

    [TestCase("sip:alice@atlanta.com", "sip:ALICE@atlanta.com")]
    [TestCase("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060")]
    [TestCase("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp")]
    [TestCase("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp")]
    [TestCase("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting")]
    [TestCase("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4")]
    [TestCase("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off")]
    [TestCase("sip:a@h", "sips:a@h")]
    [TestCase("sip:a@h", "sip:h")]
    [TestCase("sip:a@h", "sip:a:secret@h")]
    [TestCase("sip:a:secret@h", "sip:a:Secret@h")]
    [TestCase("sip:a@h;user=phone", "sip:a@h")]
    [TestCase("sip:a@h;ttl=1", "sip:a@h")]
    [TestCase("sip:a@h;method=INVITE", "sip:a@h")]
    [TestCase("sip:a@h;maddr=1.2.3.4", "sip:a@h")]
    [TestCase("sip:a@h;lr", "sip:a@h;lr=on")]
    [TestCase("sip:a%3Bb@h", "sip:a;b@h")]
    [TestCase("sip:a@h", "sip:ab@h")]
    [TestCase("tel:1234", "tel:12345")]
    [TestCase("not a uri", "not a URI")]
    public void Different(string left, string right) => Assert.That(Compare(left, right), Is.False);

    private static bool Compare(string left, string right)
    {
        var forward = SipUriComparer.AreEqual(Encoding.UTF8.GetBytes(left), Encoding.UTF8.GetBytes(right));
        Assert.That(SipUriComparer.AreEqual(Encoding.UTF8.GetBytes(right), Encoding.UTF8.GetBytes(left)), Is.EqualTo(forward), "not symmetric");
        return forward;
    }
}
