using System.Buffers.Text;

namespace ScriptedSip.Modules.UacRedirect;

/// <summary>How many contacts are taken from redirections.</summary>
/// <param name="Total">Of all branches together.</param>
/// <param name="PerBranch">Of each branch.</param>
internal readonly record struct RedirectLimits(int Total, int PerBranch)
{
    /// <summary>Reads "3", "3:1", "*", "*:1", where "*", 0 and nothing mean no limit; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out RedirectLimits limits)
    {
        var colon = text.IndexOf((byte)':');
        limits = default;
        if (!TryParseOne(colon < 0 ? text : text[..colon], out var total) || !TryParseOne(colon < 0 ? default : text[(colon + 1)..], out var perBranch))
            return false;
        limits = new RedirectLimits(total, perBranch);
        return true;
    }

    private static bool TryParseOne(ReadOnlySpan<byte> text, out int limit)
    {
        limit = int.MaxValue;
        if (text.IsEmpty || text.SequenceEqual("*"u8))
            return true;
        if (!Utf8Parser.TryParse(text, out int number, out var read) || read != text.Length || number < 0)
            return false;
        limit = number == 0 ? int.MaxValue : number;
        return true;
    }
}
