using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Core;

/// <summary>q values (RFC 3261 25.1 qvalue) as thousandths.</summary>
public static class QValue
{
    /// <summary>Reads "1", "0.5", ".5", "0.125"; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out int thousandths)
    {
        thousandths = 0;
        if (text.IsEmpty)
            return false;
        var at = 0;
        if (text[0] is (byte)'0' or (byte)'1')
        {
            thousandths = (text[0] - '0') * 1000;
            at = 1;
        }
        else if (text[0] != '.')
        {
            return false;
        }
        if (at == text.Length)
            return true;
        if (text[at++] != '.' || text.Length - at > 3 || (at == 1 && text.Length == 1))
            return false;
        for (var unit = 100; at < text.Length; at++, unit /= 10)
        {
            if (text[at] is < (byte)'0' or > (byte)'9')
                return false;
            thousandths += (text[at] - '0') * unit;
        }
        return thousandths <= 1000;
    }

    /// <summary>Writes "1", "0", "0.5", "0.125".</summary>
    public static void Write(ref SpanWriter writer, int thousandths)
    {
        if (thousandths is 0 or 1000)
        {
            writer.Write(thousandths == 0 ? (byte)'0' : (byte)'1');
            return;
        }
        writer.Write("0."u8);
        for (var unit = 100; thousandths > 0; unit /= 10)
        {
            writer.Write((byte)('0' + (thousandths / unit)));
            thousandths %= unit;
        }
    }
}
