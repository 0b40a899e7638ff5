using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Modules.UsrLoc;

/// <summary>Which contacts are the same binding (parameter <c>matching_mode</c>).</summary>
internal enum MatchingMode
{
    /// <summary>Equal contact URIs (RFC 3261 10.3 step 7).</summary>
    Contact = 0,

    /// <summary>Equal contact URIs from the same Call-ID.</summary>
    ContactAndCallId = 1,

    /// <summary>Equal contact URIs over the same path.</summary>
    ContactAndPath = 2,

    /// <summary>The same Call-ID, whatever the contact URI: for phones whose address changes.</summary>
    CallId = 3,
}

/// <summary>The rules of all location tables, from the parameters of usrloc.</summary>
/// <param name="Matching">Which contacts are the same binding.</param>
/// <param name="NewestFirst">Order by time, newest first, instead of by q.</param>
/// <param name="RetransmissionWindow">Milliseconds in which a REGISTER with an equal CSeq is a retransmission, not an error.</param>
internal sealed record LocationRules(MatchingMode Matching = MatchingMode.Contact, bool NewestFirst = false, long RetransmissionWindow = 20_000)
{
    /// <summary>True when the contact of a REGISTER means that stored binding.</summary>
    public bool AreSame(StoredBinding stored, in Binding contact) => Matching switch
    {
        MatchingMode.ContactAndCallId => stored.CallId == contact.CallId && IsSameUri(stored.Contact.Span, contact.Contact.Span),
        MatchingMode.ContactAndPath => stored.Path == contact.Path && IsSameUri(stored.Contact.Span, contact.Contact.Span),
        MatchingMode.CallId => stored.CallId == contact.CallId,
        _ => IsSameUri(stored.Contact.Span, contact.Contact.Span),
    };

    /// <summary>RFC 3261 19.1.4; most contacts come back byte for byte.</summary>
    public static bool IsSameUri(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        left.SequenceEqual(right) || SipUriComparer.AreEqual(left, right);
}
