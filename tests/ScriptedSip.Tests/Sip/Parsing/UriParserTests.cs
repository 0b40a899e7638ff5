using System.Text;
using ScriptedSip.Sip.Messages;
using UriParser = ScriptedSip.Sip.Parsing.UriParser;

namespace ScriptedSip.Tests.Sip.Parsing;

public sealed class UriParserTests
{
    // RFC 3261 19.1.3 and its grammar; user | password | host | port | parameters | headers, "-" for absent.
    [TestCase("sip:alice@atlanta.com", "alice|-|atlanta.com|-|-|-")]
    [TestCase("sip:alice:secretword@atlanta.com;transport=tcp", "alice|secretword|atlanta.com|-|;transport=tcp|-")]
    [TestCase("sips:alice@atlanta.com?subject=project%20x&priority=urgent", "alice|-|atlanta.com|-|-|subject=project%20x&priority=urgent")]
    [TestCase("sip:+1-212-555-1212:1234@gateway.com;user=phone", "+1-212-555-1212|1234|gateway.com|-|;user=phone|-")]
    [TestCase("sip:alice@192.0.2.4", "alice|-|192.0.2.4|-|-|-")]
    [TestCase("sip:atlanta.com;method=REGISTER?to=alice%40atlanta.com", "-|-|atlanta.com|-|;method=REGISTER|to=alice%40atlanta.com")]
    [TestCase("sip:alice;day=tuesday@atlanta.com", "alice;day=tuesday|-|atlanta.com|-|-|-")]
    [TestCase("SIP:a@b:5070", "a|-|b|5070|-|-")]
    [TestCase("sip:a:@b", "a||b|-|-|-")]
    [TestCase("sip:[2001:db8::1]:5070;lr", "-|-|[2001:db8::1]|5070|;lr|-")]
    [TestCase("sip:*21#@b", "*21#|-|b|-|-|-")]
    [TestCase("sip:a@sip_proxy", "a|-|sip_proxy|-|-|-")]
    [TestCase("sip:b;lr=;x=[1]:/&+$", "-|-|b|-|;lr=;x=[1]:/&+$|-")]
    [TestCase("tel:+1-201-555-0123;ext=5", "+1-201-555-0123|-|-|-|;ext=5|-")]
    [TestCase("tel:7042;phone-context=example.com", "7042|-|-|-|;phone-context=example.com|-")]
    [TestCase("urn:service:sos", "-|-|-|-|-|-")]
    [TestCase("mailto:a@b", "-|-|-|-|-|-")]
    public void Good_uri_is_taken_apart(string text, string parts)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Assert.That(UriParser.TryParse(bytes, out var uri));
        var cut = new[] { uri.User, uri.Password, uri.Host, uri.PortText, uri.Parameters, uri.Headers }
            .Select(slice => slice.IsPresent ? Encoding.UTF8.GetString(slice.In(bytes)) : "-");
        Assert.That(string.Join("|", cut), Is.EqualTo(parts));
    }

    [TestCase("")]
    [TestCase("sip")]
    [TestCase(":x")]
    [TestCase("1sip:x")]
    [TestCase("sip:")]
    [TestCase("sip:@b")]
    [TestCase("sip::p@b")]
    [TestCase("sip:a@")]
    [TestCase("sip:a@b@c")]
    [TestCase("sip:a@b:")]
    [TestCase("sip:a@b:65536")]
    [TestCase("sip:a@b:50x")]
    [TestCase("sip:a@-b")]
    [TestCase("sip:a@.b")]
    [TestCase("sip:a@[]")]
    [TestCase("sip:a@[::1")]
    [TestCase("sip:a@[::1]x")]
    [TestCase("sip:a@[::g]")]
    [TestCase("sip:2001:db8::10")]
    [TestCase("sip:a%4@b")]
    [TestCase("sip:a%@b")]
    [TestCase("sip:a%zz@b")]
    [TestCase("sip:a@b;")]
    [TestCase("sip:a@b;;x")]
    [TestCase("sip:a@b;x=%4")]
    [TestCase("sip:a@b;x y")]
    [TestCase("sip:a@b?")]
    [TestCase("sip:a b@c")]
    [TestCase("sip:a@b\t")]
    [TestCase("sip:\"a\"@b")]
    [TestCase("<sip:a@b>")]
    [TestCase("sip:ä@b")]
    [TestCase("tel:")]
    [TestCase("tel:x y")]
    [TestCase("tel:1?x")]
    [TestCase("urn:")]
    [TestCase("urn:a b")]
    [TestCase("urn:<a>")]
    public void Bad_uri_is_refused(string text) => Assert.That(UriParser.TryParse(Encoding.UTF8.GetBytes(text), out _), Is.False);

    [Test]
    public void Parameters_proxies_route_by_are_noted()
    {
        var text = "sip:a@b:5080;TRANSPORT=tcp;maddr=192.0.2.1;LR"u8;
        Assert.That(UriParser.TryParse(text, out var uri));
        Assert.That(uri.Scheme, Is.EqualTo(UriScheme.Sip));
        Assert.That(uri.Transport.In(text).SequenceEqual("tcp"u8));
        Assert.That(uri.Maddr.In(text).SequenceEqual("192.0.2.1"u8));
        Assert.That(uri.HasLooseRoute);
        Assert.That(uri.Port, Is.EqualTo(5080));
    }

    [TestCase(";a=1;b=2", "b", true, "2")]
    [TestCase(";a=1;B=2", "b", true, "2")]
    [TestCase(";a=1;b", "b", true, "-")]
    [TestCase(";ab=1", "b", false, "-")]
    [TestCase(";a=\"x;b=2\" ; b = \"q;\\\"\" ;c", "b", true, "\"q;\\\"\"")]
    [TestCase(" ; tag = 12 ;x", "tag", true, "12")]
    [TestCase("a=1;b=2", "a", true, "1")]
    [TestCase(";a=;b=2", "a", true, "")]
    [TestCase(";a=\"open", "b", false, "-")]
    [TestCase("", "a", false, "-")]
    [TestCase(";;;", "a", false, "-")]
    public void Parameter_is_looked_up_by_name(string parameters, string name, bool found, string value)
    {
        var text = Encoding.UTF8.GetBytes(parameters);
        Assert.That(UriParser.TryGetParameter(text, Encoding.UTF8.GetBytes(name), out var slice), Is.EqualTo(found));
        Assert.That(slice.IsPresent ? Encoding.UTF8.GetString(slice.In(text)) : "-", Is.EqualTo(value));
    }
}
