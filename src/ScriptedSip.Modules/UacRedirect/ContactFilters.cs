using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.UacRedirect;

/// <summary>Which URIs of a redirection may be called: those a script has named, those it has excluded, and a rule for all others.</summary>
internal sealed class ContactFilters(bool acceptsByDefault, BytePattern? accepted, BytePattern? denied)
{
    private readonly List<BytePattern> _accepted = [];
    private readonly List<BytePattern> _denied = [];
    private bool _usesAccepted = true;
    private bool _usesDenied = true;

    /// <summary>Adds an expression for one run of the script, having forgotten others when told to; false when the word for that is none.</summary>
    /// <param name="isDeny">What it matches is denied.</param>
    /// <param name="pattern">The expression.</param>
    /// <param name="reset">Empty, or reset_all, reset_default, reset_added.</param>
    public bool TryAdd(bool isDeny, BytePattern pattern, ReadOnlySpan<byte> reset)
    {
        var isAll = reset.SequenceEqual("reset_all"u8) || reset.SequenceEqual("*"u8);
        var isDefault = isAll || reset.SequenceEqual("reset_default"u8);
        var isAdded = isAll || reset.SequenceEqual("reset_added"u8);
        if (!isDefault && !isAdded && !reset.IsEmpty)
            return false;
        var added = isDeny ? _denied : _accepted;
        if (isDefault && isDeny)
            _usesDenied = false;
        else if (isDefault)
            _usesAccepted = false;
        if (isAdded)
            added.Clear();
        added.Add(pattern);
        return true;
    }

    /// <summary>An expression that accepts wins over the default rule and over those that deny.</summary>
    public bool Accepts(Frame frame, Utf8Text uri)
    {
        if ((_usesAccepted && accepted?.IsMatch(frame, uri.Span) == true) || MatchesAny(_accepted, frame, uri))
            return true;
        return acceptsByDefault && !(_usesDenied && denied?.IsMatch(frame, uri.Span) == true) && !MatchesAny(_denied, frame, uri);
    }

    private static bool MatchesAny(List<BytePattern> patterns, Frame frame, Utf8Text uri)
    {
        foreach (var pattern in patterns)
        {
            if (pattern.IsMatch(frame, uri.Span))
                return true;
        }
        return false;
    }
}
