using System.Text;

namespace ScriptedSip.Modules.TextOps;

/// <summary>Lists of words with a separator, blanks around them ignored.</summary>
internal static class Tokens
{
    public static bool Contains(ReadOnlySpan<byte> list, ReadOnlySpan<byte> word, byte separator, bool ignoreCase)
    {
        while (true)
        {
            var end = list.IndexOf(separator);
            var entry = (end < 0 ? list : list[..end]).Trim(" \t\r\n"u8);
            if (ignoreCase ? Ascii.EqualsIgnoreCase(entry, word) : entry.SequenceEqual(word))
                return true;
            if (end < 0)
                return false;
            list = list[(end + 1)..];
        }
    }
}
