using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.TextOps;

/// <summary>Substitutions in texts that are not part of the message.</summary>
internal static class Substitutions
{
    /// <summary>Replaces the first match, or all of them; false when there is none.</summary>
    public static bool TryApply(Frame frame, Utf8Text text, Substitution substitution, out Utf8Text result)
    {
        result = default;
        var source = text.Span;
        var from = 0;
        var copied = 0;
        while (from <= source.Length && substitution.TryMatch(frame, source, from, out var match, out var replacement))
        {
            var done = frame.Arena.Concat(result.Span, source[copied..match.Offset]);
            result = frame.Arena.Concat(done.Span, replacement.Span);
            copied = match.End;
            from = Math.Max(match.End, match.Offset + 1);
            if (!substitution.IsGlobal)
                break;
        }
        if (from == 0)
            return false;
        result = frame.Arena.Concat(result.Span, source[copied..]);
        return true;
    }
}
