using System.Text;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Tests.Sip.Parsing;

public sealed class HeaderNamesTests
{
    [Test]
    public void Every_name_leads_back_to_its_id_in_any_case()
    {
        for (var id = HeaderId.Other + 1; id < HeaderId.Count; id++)
        {
            var name = HeaderNames.NameOf(id);
            Assert.That(name.Length, Is.Positive);
            Assert.That(HeaderNames.Parse(name), Is.EqualTo(id));
            Assert.That(HeaderNames.Parse(Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(name).ToLowerInvariant())), Is.EqualTo(id));
            Assert.That(HeaderNames.Parse(Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(name).ToUpperInvariant())), Is.EqualTo(id));
        }
    }

    [Test]
    public void Ids_fit_into_one_word_of_bits() => Assert.That((int)HeaderId.Count, Is.LessThanOrEqualTo(64));

    [TestCase(HeaderId.CallId, "Call-ID")]
    [TestCase(HeaderId.CSeq, "CSeq")]
    [TestCase(HeaderId.WwwAuthenticate, "WWW-Authenticate")]
    [TestCase(HeaderId.MinSE, "Min-SE")]
    [TestCase(HeaderId.PAssertedIdentity, "P-Asserted-Identity")]
    [TestCase(HeaderId.RemotePartyId, "Remote-Party-ID")]
    [TestCase(HeaderId.SipETag, "SIP-ETag")]
    [TestCase(HeaderId.RAck, "RAck")]
    [TestCase(HeaderId.ProxyAuthorization, "Proxy-Authorization")]
    public void Names_are_spelled_as_in_their_rfc(HeaderId id, string name) =>
        Assert.That(Encoding.ASCII.GetString(HeaderNames.NameOf(id)), Is.EqualTo(name));

    // RFC 3261 7.3.3, RFC 3515, RFC 3892, RFC 4028, RFC 6665, RFC 4474.
    [TestCase('i', HeaderId.CallId)]
    [TestCase('m', HeaderId.Contact)]
    [TestCase('e', HeaderId.ContentEncoding)]
    [TestCase('l', HeaderId.ContentLength)]
    [TestCase('c', HeaderId.ContentType)]
    [TestCase('f', HeaderId.From)]
    [TestCase('s', HeaderId.Subject)]
    [TestCase('k', HeaderId.Supported)]
    [TestCase('t', HeaderId.To)]
    [TestCase('v', HeaderId.Via)]
    [TestCase('r', HeaderId.ReferTo)]
    [TestCase('b', HeaderId.ReferredBy)]
    [TestCase('x', HeaderId.SessionExpires)]
    [TestCase('o', HeaderId.Event)]
    [TestCase('y', HeaderId.Identity)]
    [TestCase('z', HeaderId.Other)]
    [TestCase('1', HeaderId.Other)]
    public void Compact_letters_stand_for_names(char letter, HeaderId id)
    {
        Assert.That(HeaderNames.Parse([(byte)letter]), Is.EqualTo(id));
        Assert.That(HeaderNames.Parse([(byte)char.ToUpperInvariant(letter)]), Is.EqualTo(id));
    }

    [TestCase("")]
    [TestCase("Vi")]
    [TestCase("Vias")]
    [TestCase("X-Unknown")]
    [TestCase("C%6Fntact")]
    [TestCase("Contäct")]
    public void Other_names_have_no_id(string name) => Assert.That(HeaderNames.Parse(Encoding.UTF8.GetBytes(name)), Is.EqualTo(HeaderId.Other));
}
