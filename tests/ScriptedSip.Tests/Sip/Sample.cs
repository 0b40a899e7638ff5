using System.Text;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Tests.Sip;

/// <summary>Messages to parse, written with plain line ends.</summary>
internal static class Sample
{
    public const string Invite = """
        INVITE sip:bob@biloxi.example.com SIP/2.0
        Via: SIP/2.0/UDP pc33.atlanta.example.com:5062;branch=z9hG4bK776asdhds
        Max-Forwards: 70
        To: Bob <sip:bob@biloxi.example.com>
        From: "Alice" <sip:alice@atlanta.example.com>;tag=1928301774
        Call-ID: a84b4c76e66710@pc33.atlanta.example.com
        CSeq: 314159 INVITE
        Contact: <sip:alice@pc33.atlanta.example.com>
        Content-Length: 4

        body
        """;

    /// <summary>The bytes of a message written with any line ends; CRLF comes out.</summary>
    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n"));

    public static SipMessage Parse(string text, bool isStream = false) => Parse(Bytes(text), isStream);

    public static SipMessage Parse(byte[] bytes, bool isStream = false)
    {
        var message = new SipMessage();
        MessageParser.Parse(message, bytes, bytes.Length, isStream);
        return message;
    }

    /// <summary>The sample INVITE with one line replaced (or, by "", removed), told by how it begins.</summary>
    public static string InviteWith(string lineStart, string replacement)
    {
        var lines = Invite.ReplaceLineEndings("\n").Split('\n').ToList();
        var at = lines.FindIndex(line => line.StartsWith(lineStart, StringComparison.Ordinal));
        Assert.That(at, Is.GreaterThanOrEqualTo(0), lineStart);
        lines.RemoveAt(at);
        if (replacement.Length > 0)
            lines.Insert(at, replacement);
        return string.Join("\n", lines);
    }

    public static string Cut(this SipMessage message, Slice slice) => slice.IsPresent ? Encoding.UTF8.GetString(message[slice]) : "(none)";
}
