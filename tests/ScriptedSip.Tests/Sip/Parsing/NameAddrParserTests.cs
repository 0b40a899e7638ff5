using System.Text;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Tests.Sip.Parsing;

/// <summary>RFC 3261 20.10 and 25.1.</summary>
public sealed class NameAddrParserTests
{
    // display name | URI | parameters | tag | whole, "-" for absent.
    [TestCase("<sip:a@b>", "-|sip:a@b|-|-|<sip:a@b>")]
    [TestCase("  A. Bell <sip:a@b;lr?x=y> ; tag = 12 ; x ", "A. Bell|sip:a@b;lr?x=y|; tag = 12 ; x|12|A. Bell <sip:a@b;lr?x=y> ; tag = 12 ; x")]
    [TestCase("\"Bell, \\\"Al\\\" <x>\"<sip:a@b>;q=0.1", "\"Bell, \\\"Al\\\" <x>\"|sip:a@b|;q=0.1|-|\"Bell, \\\"Al\\\" <x>\"<sip:a@b>;q=0.1")]
    [TestCase("sip:a@b;tag=1", "-|sip:a@b|;tag=1|1|sip:a@b;tag=1")]
    [TestCase("sip:a@b , x", "-|sip:a@b|-|-|sip:a@b")]
    [TestCase("<sip:a@b;x=1,2>;y=\"1,2\",<sip:c@d>", "-|sip:a@b;x=1,2|;y=\"1,2\"|-|<sip:a@b;x=1,2>;y=\"1,2\"")]
    [TestCase("José <sip:a@b>", "José|sip:a@b|-|-|José <sip:a@b>")]
    [TestCase("\"\" <tel:+12>", "\"\"|tel:+12|-|-|\"\" <tel:+12>")]
    [TestCase("<sip:a@b>;TAG=x;tag=y", "-|sip:a@b|;TAG=x;tag=y|x|<sip:a@b>;TAG=x;tag=y")]
    [TestCase("<sip:a@b>;+sip.instance=\"<urn:uuid:0-1>\";reg-id=1", "-|sip:a@b|;+sip.instance=\"<urn:uuid:0-1>\";reg-id=1|-|<sip:a@b>;+sip.instance=\"<urn:uuid:0-1>\";reg-id=1")]
    public void Good_value_is_taken_apart(string text, string parts)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Assert.That(NameAddrParser.TryParse(bytes, 0, bytes.Length, out var view));
        var cut = new[] { view.DisplayName, view.Uri, view.Parameters, view.Tag, view.Whole }
            .Select(slice => slice.IsPresent ? Encoding.UTF8.GetString(slice.In(bytes)) : "-");
        Assert.That(string.Join("|", cut), Is.EqualTo(parts));
    }

    [TestCase("")]
    [TestCase("  ")]
    [TestCase("bob")]
    [TestCase("<>")]
    [TestCase("<bob>")]
    [TestCase("<sip:a@b")]
    [TestCase("sip:a@b>")]
    [TestCase("\"open <sip:a@b>")]
    [TestCase("\"x\\\" <sip:a@b>")]
    [TestCase("\"x\" sip:a@b")]
    [TestCase("\"x\" y <sip:a@b>")]
    [TestCase("a@b <sip:a@b>")]
    [TestCase("< sip:a@b>")]
    [TestCase("<sip:a @b>")]
    [TestCase("<sip:a@b> x")]
    [TestCase("<sip:a@b>;")]
    [TestCase("<sip:a@b>;;x")]
    [TestCase("<sip:a@b>;=x")]
    [TestCase("<sip:a@b>;x=")]
    [TestCase("<sip:a@b>;x=\"open")]
    [TestCase("<sip:a@b>;tag")]
    [TestCase("<sip:a@b>;tag=\"1\"")]
    [TestCase("sip:a@b?x=y")]
    [TestCase("sip:a@b x")]
    public void Bad_value_is_refused(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Assert.That(NameAddrParser.TryParse(bytes, 0, bytes.Length, out _), Is.False);
    }

    [Test]
    public void Values_of_a_list_are_read_one_after_the_other()
    {
        var bytes = "<sip:a@b>;q=1 , sip:c@d\r\n , \"x,y\" <sip:e@f>"u8.ToArray();
        var uris = new List<string>();
        for (var at = 0; at < bytes.Length;)
        {
            Assert.That(NameAddrParser.TryParse(bytes, at, bytes.Length, out var view));
            uris.Add(Encoding.ASCII.GetString(view.Uri.In(bytes)));
            at = view.End + 1;
        }
        Assert.That(uris, Is.EqualTo(new[] { "sip:a@b", "sip:c@d", "sip:e@f" }));
    }

    [Test]
    public void Star_is_known()
    {
        Assert.That(NameAddrParser.TryParse(" * "u8.ToArray(), 0, 3, out var view) && view.IsStar);
        Assert.That(NameAddrParser.TryParse("* <sip:a@b>"u8.ToArray(), 0, 11, out view) && !view.IsStar);
    }
}
