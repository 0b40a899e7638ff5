using System.Buffers.Text;

namespace ScriptedSip.Modules.Registrar;

/// <summary>The flags of one <c>save()</c>: a number (1 memory only, 2 no reply, 4 replace) or letters (m, r, c with a number, f, p0 to p2, o).</summary>
internal struct SaveOptions
{
    /// <summary>The database hears nothing of it.</summary>
    public bool IsForMemoryOnly;

    /// <summary>The script answers by itself.</summary>
    public bool IsSilent;

    /// <summary>Bindings that are not in the request go.</summary>
    public bool ReplacesOthers;

    /// <summary>The reply lists only what the request bound.</summary>
    public bool ListsOwnOnly;

    /// <summary>Beyond the most contacts the oldest make room.</summary>
    public bool ReplacesOldest;

    /// <summary>Most contacts; -1 for what the parameter says.</summary>
    public int MaxContacts;

    /// <summary>How a Path is treated; null for what the parameters say.</summary>
    public PathMode? Path;

    private const int MemoryBit = 1;
    private const int NoReplyBit = 2;
    private const int ReplaceBit = 4;

    public SaveOptions() => MaxContacts = -1;

    /// <summary>Reads either form; unknown letters and bits mean nothing here.</summary>
    public static SaveOptions Parse(ReadOnlySpan<byte> text)
    {
        var options = new SaveOptions();
        if (TryReadNumber(text, out var bits))
        {
            options.IsForMemoryOnly = (bits & MemoryBit) != 0;
            options.IsSilent = (bits & NoReplyBit) != 0;
            options.ReplacesOthers = (bits & ReplaceBit) != 0;
            return options;
        }
        for (var at = 0; at < text.Length; at++)
        {
            var letter = text[at];
            if (letter == 'm')
                options.IsForMemoryOnly = true;
            else if (letter == 'r')
                options.IsSilent = true;
            else if (letter == 'o')
                options.ListsOwnOnly = true;
            else if (letter == 'f')
                options.ReplacesOldest = true;
            else if (letter is (byte)'c' or (byte)'p' && Utf8Parser.TryParse(text[(at + 1)..], out int number, out var digits))
            {
                if (letter == 'c')
                    options.MaxContacts = number;
                else if (number is >= 0 and <= 2)
                    options.Path = (PathMode)number;
                at += digits;
            }
        }
        return options;
    }

    private static bool TryReadNumber(ReadOnlySpan<byte> text, out int number)
    {
        if (text.StartsWith("0x"u8))
            return Utf8Parser.TryParse(text[2..], out number, out var digits, 'x') && digits == text.Length - 2;
        return Utf8Parser.TryParse(text, out number, out var read) && read == text.Length;
    }
}
