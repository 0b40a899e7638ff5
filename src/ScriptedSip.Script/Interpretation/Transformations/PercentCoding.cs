using System.Buffers;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Script.Interpretation.Transformations;

/// <summary>"%41" for A and back (RFC 3986 2.1).</summary>
internal static class PercentCoding
{
    public static Value Encode(Frame frame, Utf8Text text, SearchValues<byte> kept, bool spaceAsPlus)
    {
        var writer = new SpanWriter(frame.Arena.Reserve(text.Length * 3));
        foreach (var c in text.Span)
        {
            if (kept.Contains(c))
            {
                writer.Write(c);
            }
            else if (c == ' ' && spaceAsPlus)
            {
                writer.Write((byte)'+');
            }
            else
            {
                writer.Write((byte)'%');
                writer.Write("0123456789ABCDEF"u8[c >> 4]);
                writer.Write("0123456789ABCDEF"u8[c & 15]);
            }
        }
        return Value.FromText(frame.Arena.Commit(writer.Length));
    }

    /// <summary>Null when a percent sign is not followed by two digits.</summary>
    public static Value Decode(Frame frame, Utf8Text text, bool plusAsSpace)
    {
        var span = text.Span;
        var writer = new SpanWriter(frame.Arena.Reserve(text.Length));
        for (var i = 0; i < span.Length; i++)
        {
            if (span[i] == '%')
            {
                if (i + 2 >= span.Length || !TryReadHex(span[(i + 1)..], out var value))
                    return Value.Null;
                writer.Write(value);
                i += 2;
            }
            else
            {
                writer.Write(span[i] == '+' && plusAsSpace ? (byte)' ' : span[i]);
            }
        }
        return Value.FromText(frame.Arena.Commit(writer.Length));
    }

    /// <summary>Reads the two digits a text begins with.</summary>
    public static bool TryReadHex(ReadOnlySpan<byte> text, out byte value)
    {
        var high = Digit(text[0]);
        var low = Digit(text[1]);
        value = (byte)((high << 4) | low);
        return high >= 0 && low >= 0;
    }

    private static int Digit(byte c) => c switch
    {
        >= (byte)'0' and <= (byte)'9' => c - '0',
        >= (byte)'a' and <= (byte)'f' => c - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => c - 'A' + 10,
        _ => -1,
    };
}
