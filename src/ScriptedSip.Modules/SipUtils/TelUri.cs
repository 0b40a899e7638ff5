using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.SipUtils;

/// <summary>Telephone numbers and tel URIs (RFC 3966).</summary>
internal static class TelUri
{
    /// <summary>"sip:NUMBER;PARAMETERS@HOST;user=phone", visual separators left out (RFC 3261 19.1.6).</summary>
    public static Utf8Text ToSip(Arena arena, Utf8Text uri, in SipUri parts, ReadOnlySpan<byte> host)
    {
        var writer = new SpanWriter(arena.Reserve(uri.Length + host.Length + 32));
        writer.Write("sip:"u8);
        foreach (var digit in parts.User.In(uri.Span))
        {
            if (digit is not ((byte)'-' or (byte)'.' or (byte)'(' or (byte)')'))
                writer.Write(digit);
        }
        writer.Write(parts.Parameters.In(uri.Span));
        writer.Write((byte)'@');
        writer.Write(host);
        writer.Write(";user=phone"u8);
        return arena.Commit(writer.Length);
    }

    /// <summary>True for '+' and 2 to 15 digits.</summary>
    public static bool IsE164(ReadOnlySpan<byte> number) => number.Length is > 2 and < 17 && number[0] == '+' && IsDigits(number[1..]);

    /// <summary>True for digits with an optional '+' in front.</summary>
    public static bool IsNumber(ReadOnlySpan<byte> number) => IsDigits(number.StartsWith("+"u8) ? number[1..] : number);

    /// <summary>True for one digit or more and nothing else.</summary>
    public static bool IsDigits(ReadOnlySpan<byte> text) => !text.IsEmpty && !text.ContainsAnyExceptInRange((byte)'0', (byte)'9');
}
