using System.Text;

namespace ScriptedSip.Script.Interpretation;

/// <summary>Equality of bytes but for the case of ASCII letters; other bytes, as of UTF-8, count as they are.</summary>
internal static class LetterCase
{
    public static bool EqualsIgnoreCase(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.Length != right.Length)
            return false;

        // The framework's comparison is fast, and false for anything that is not ASCII.
        return Ascii.EqualsIgnoreCase(left, right) || (!Ascii.IsValid(left) && EqualsOneByOne(left, right));
    }

    private static bool EqualsOneByOne(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        for (var i = 0; i < left.Length; i++)
        {
            if (left[i] != right[i] && (!char.IsAsciiLetter((char)left[i]) || (left[i] ^ right[i]) != 0x20))
                return false;
        }
        return true;
    }
}
