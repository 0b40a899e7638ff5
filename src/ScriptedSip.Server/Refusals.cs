using System.Text;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Server;

/// <summary>The answer to each way a request can be malformed: a code, and a reason that tells the other side's developer what to look at.</summary>
internal static class Refusals
{
    private static readonly (int Code, byte[] Reason)[] Table = [.. Enum.GetValues<ParseFailure>().Select(Make)];

    /// <summary>Code and reason phrase.</summary>
    public static (int Code, byte[] Reason) For(ParseFailure failure) => Table[(int)failure];

    private static (int, byte[]) Make(ParseFailure failure) => failure switch
    {
        ParseFailure.BadVersion => (505, Text("Version Not Supported")),
        ParseFailure.TooManyHeaders => (513, Text("Message Too Large")),
        ParseFailure.BadStartLine => Bad("Start Line"),
        ParseFailure.BadRequestUri => Bad("Request-URI"),
        ParseFailure.BadHeader => Bad("Header Line"),
        ParseFailure.MissingVia => Missing("Via"),
        ParseFailure.BadVia => Bad("Via"),
        ParseFailure.MissingFrom => Missing("From"),
        ParseFailure.BadFrom => Bad("From"),
        ParseFailure.MissingTo => Missing("To"),
        ParseFailure.BadTo => Bad("To"),
        ParseFailure.MissingCallId => Missing("Call-ID"),
        ParseFailure.BadCallId => Bad("Call-ID"),
        ParseFailure.MissingCSeq => Missing("CSeq"),
        ParseFailure.BadCSeq => Bad("CSeq"),
        ParseFailure.CSeqMethodMismatch => (400, Text("CSeq Method Does Not Match Request")),
        ParseFailure.BadContact => Bad("Contact"),
        ParseFailure.BadMaxForwards => Bad("Max-Forwards"),
        ParseFailure.BadContentLength => Bad("Content-Length"),
        ParseFailure.Truncated => (400, Text("Content-Length Larger Than Message")),
        ParseFailure.DuplicateHeader => (400, Text("Header Field Repeated")),
        ParseFailure.BadRoute => Bad("Route"),
        _ => (400, Text("Bad Request")),
    };

    private static (int, byte[]) Bad(string what) => (400, Text("Bad " + what));

    private static (int, byte[]) Missing(string what) => (400, Text("Missing " + what));

    private static byte[] Text(string text) => Encoding.ASCII.GetBytes(text);
}
