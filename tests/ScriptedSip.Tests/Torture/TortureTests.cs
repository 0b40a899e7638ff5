using System.Runtime.CompilerServices;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;
using ScriptedSip.Tests.Sip;
using UriParser = ScriptedSip.Sip.Parsing.UriParser;

namespace ScriptedSip.Tests.Torture;

/// <summary>
/// The verdict of the parser on every message of RFC 4475 and RFC 5118. Messages that are good here may still be refused for what they ask
/// (an unknown scheme, an extension, no hops left). The binary part of mpart01 is of the RFC's kind but not its bytes.
/// </summary>
public sealed class TortureTests
{
    // RFC 4475 3.1.1: valid.
    [TestCase("wsinv", ParseFailure.None)]
    [TestCase("intmeth", ParseFailure.None)]
    [TestCase("esc01", ParseFailure.None)]
    [TestCase("escnull", ParseFailure.None)]
    [TestCase("esc02", ParseFailure.None)]
    [TestCase("lwsdisp", ParseFailure.None)]
    [TestCase("longreq", ParseFailure.None)]
    [TestCase("dblreq", ParseFailure.None)]
    [TestCase("semiuri", ParseFailure.None)]
    [TestCase("transports", ParseFailure.None)]
    [TestCase("mpart01", ParseFailure.None)]
    [TestCase("unreason", ParseFailure.None)]
    [TestCase("noreason", ParseFailure.None)]
    // 3.1.2: invalid. Where the RFC lets an element guess, this one refuses; only a bad Date is none of a proxy's business.
    [TestCase("badinv01", ParseFailure.BadVia)]
    [TestCase("clerr", ParseFailure.Truncated)]
    [TestCase("ncl", ParseFailure.BadContentLength)]
    [TestCase("scalar02", ParseFailure.BadCSeq)]
    [TestCase("scalarlg", ParseFailure.BadCSeq)]
    [TestCase("quotbal", ParseFailure.BadTo)]
    [TestCase("ltgtruri", ParseFailure.BadRequestUri)]
    [TestCase("lwsruri", ParseFailure.BadRequestUri)]
    [TestCase("lwsstart", ParseFailure.BadStartLine)]
    [TestCase("trws", ParseFailure.BadStartLine)]
    [TestCase("escruri", ParseFailure.BadRequestUri)]
    [TestCase("baddate", ParseFailure.None)]
    [TestCase("regbadct", ParseFailure.BadContact)]
    [TestCase("badaspec", ParseFailure.BadTo)]
    [TestCase("baddn", ParseFailure.BadFrom)]
    [TestCase("badvers", ParseFailure.BadVersion)]
    [TestCase("mismatch01", ParseFailure.CSeqMethodMismatch)]
    [TestCase("mismatch02", ParseFailure.CSeqMethodMismatch)]
    [TestCase("bigcode", ParseFailure.BadStartLine)]
    // 3.2: transaction layer.
    [TestCase("badbranch", ParseFailure.None)]
    // 3.3: application layer.
    [TestCase("insuf", ParseFailure.MissingFrom)]
    [TestCase("unkscm", ParseFailure.None)]
    [TestCase("novelsc", ParseFailure.None)]
    [TestCase("unksm2", ParseFailure.None)]
    [TestCase("bext01", ParseFailure.None)]
    [TestCase("invut", ParseFailure.None)]
    [TestCase("regaut01", ParseFailure.None)]
    [TestCase("multi01", ParseFailure.DuplicateHeader)]
    [TestCase("mcl01", ParseFailure.DuplicateHeader)]
    [TestCase("bcast", ParseFailure.None)]
    [TestCase("zeromf", ParseFailure.None)]
    [TestCase("cparam01", ParseFailure.None)]
    [TestCase("cparam02", ParseFailure.None)]
    [TestCase("regescrt", ParseFailure.None)]
    [TestCase("sdp01", ParseFailure.None)]
    // 3.4: backward compatibility.
    [TestCase("inv2543", ParseFailure.None)]
    public void Rfc4475_message_gets_its_verdict(string name, ParseFailure expected) => AssertVerdict("Rfc4475", name, expected);

    [TestCase("ipv6-good", ParseFailure.None)]
    [TestCase("ipv6-bad", ParseFailure.BadRequestUri)]
    [TestCase("port-ambiguous", ParseFailure.None)]
    [TestCase("port-unambiguous", ParseFailure.None)]
    [TestCase("via-received-param-with-delim", ParseFailure.None)]
    [TestCase("via-received-param-no-delim", ParseFailure.None)]
    [TestCase("ipv6-in-sdp", ParseFailure.None)]
    [TestCase("mult-ip-in-header", ParseFailure.None)]
    [TestCase("mult-ip-in-sdp", ParseFailure.None)]
    [TestCase("ipv4-mapped-ipv6", ParseFailure.None)]
    [TestCase("ipv6-bug-abnf-3-colons", ParseFailure.None)]
    [TestCase("ipv6-correct-abnf-2-colons", ParseFailure.None)]
    public void Rfc5118_message_gets_its_verdict(string name, ParseFailure expected) => AssertVerdict("Rfc5118", name, expected);

    [Test]
    public void Every_message_on_disk_has_a_verdict()
    {
        var judged = typeof(TortureTests).GetMethods()
            .Where(method => method.Name.EndsWith("_gets_its_verdict", StringComparison.Ordinal))
            .SelectMany(method => method.GetCustomAttributes(typeof(TestCaseAttribute), false))
            .Select(test => (string)((TestCaseAttribute)test).Arguments[0]!);
        Assert.That(judged, Is.EquivalentTo(Files().Select(Path.GetFileNameWithoutExtension)));
    }

    [Test]
    public void Wsinv_is_read_through_all_its_white_space()
    {
        var message = Load("Rfc4475", "wsinv");
        Assert.That(message.Cut(message.From.DisplayName), Is.EqualTo("""
            "J Rosenberg \\\""
            """));
        Assert.That(message.Cut(message.From.Tag), Is.EqualTo("98asjd8"));
        Assert.That(message.Cut(message.To.Tag), Is.EqualTo("1918181833n"));
        Assert.That(message.CSeq.Number, Is.EqualTo(9));
        Assert.That(message.MaxForwards, Is.EqualTo(68));
        Assert.That(message.Cut(message.Via.Transport), Is.EqualTo("UDP"));
        Assert.That(message.Cut(message.Via.Host), Is.EqualTo("192.0.2.2"));
        Assert.That(message.Cut(message.Via.Branch), Is.EqualTo("390skdjuw"));
        Assert.That(message.Body.Length, Is.EqualTo(150));
        var second = message.Header(message.Header(message.First(HeaderId.Via)).NextSame).Value;
        Assert.That(ViaParser.TryParse(message.Buffer, second.Offset, second.End, out var via) && via.IsFollowed);
        Assert.That(message.Cut(via.Branch), Is.EqualTo("z9hG4bK9ikj8"));
        Assert.That(ViaParser.TryParse(message.Buffer, ViaParser.NextStart(message.Span, via), second.End, out via) && !via.IsFollowed);
        Assert.That(message.Cut(via.Branch), Is.EqualTo("z9hG4bK30239"));
    }

    [Test]
    public void Intmeth_keeps_its_unusual_user_password_and_method()
    {
        var message = Load("Rfc4475", "intmeth");
        var text = message[message.RequestUri];
        Assert.That(UriParser.TryParse(text, out var uri));
        Assert.That(System.Text.Encoding.ASCII.GetString(uri.User.In(text)), Is.EqualTo("1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*"));
        Assert.That(System.Text.Encoding.ASCII.GetString(uri.Password.In(text)), Is.EqualTo("&it+has=1,weird!*pas$wo~d_too.(doesn't-it)"));
        Assert.That(message.Method, Is.EqualTo(SipMethod.Other));
    }

    [Test]
    public void Esc02_percent_in_a_method_or_header_name_is_no_escape()
    {
        var message = Load("Rfc4475", "esc02");
        Assert.That(message.Method, Is.EqualTo(SipMethod.Other));
        Assert.That(message.Header(message.First(HeaderId.Contact)).NextSame, Is.EqualTo(message.Last(HeaderId.Contact)));
    }

    [Test]
    public void Longreq_has_all_its_vias()
    {
        var message = Load("Rfc4475", "longreq");
        var count = 0;
        for (var row = message.First(HeaderId.Via); row >= 0; row = message.Header(row).NextSame)
            count++;
        Assert.That(count, Is.EqualTo(34));
        Assert.That(message.Cut(message.Via.Host), Is.EqualTo("sip33.example.com"));
    }

    [Test]
    public void Dblreq_ends_where_its_Content_Length_says()
    {
        var message = Load("Rfc4475", "dblreq");
        Assert.That(System.Text.Encoding.ASCII.GetString(message.Span), Does.EndWith("Content-Length: 0\r\n\r\n"));
        Assert.That(message.Body.Length, Is.Zero);
    }

    [Test]
    public void Badbranch_has_no_transaction_identifier() => Assert.That(Load("Rfc4475", "badbranch").Via.HasMagicCookie, Is.False);

    [TestCase("port-ambiguous", "[2001:db8::10:5070]", 0)]
    [TestCase("port-unambiguous", "[2001:db8::10]", 5070)]
    public void Ipv6_port_is_what_stands_behind_the_bracket(string name, string host, int port)
    {
        var message = Load("Rfc5118", name);
        var text = message[message.RequestUri];
        Assert.That(UriParser.TryParse(text, out var uri));
        Assert.That(System.Text.Encoding.ASCII.GetString(uri.Host.In(text)), Is.EqualTo(host));
        Assert.That(uri.Port, Is.EqualTo(port));
    }

    [TestCase("via-received-param-with-delim", "[2001:db8::9:255]")]
    [TestCase("via-received-param-no-delim", "2001:db8::9:255")]
    public void Ipv6_received_is_read_with_and_without_brackets(string name, string received)
    {
        var message = Load("Rfc5118", name);
        Assert.That(message.Cut(message.Via.Received), Is.EqualTo(received));
    }

    internal static IEnumerable<string> Files() => Directory.GetFiles(Folder(), "*.dat", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    private static SipMessage Load(string rfc, string name) => Sample.Parse(File.ReadAllBytes(Path.Combine(Folder(), rfc, name + ".dat")));

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    private static void AssertVerdict(string rfc, string name, ParseFailure expected)
    {
        var message = Load(rfc, name);
        Assert.That(message.Failure, Is.EqualTo(expected));
        // A refused request must be answered: what an answer copies has to be found whatever is wrong (RFC 3261 8.2.6).
        if (message.IsRequest)
            Assert.That(message.Has(HeaderId.Via) && message.Has(HeaderId.CSeq));
    }
}
