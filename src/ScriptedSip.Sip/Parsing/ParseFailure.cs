namespace ScriptedSip.Sip.Parsing;

/// <summary>Why a message is refused. A value, never an exception: hostile input is ordinary input.</summary>
public enum ParseFailure : byte
{
    None = 0,

    /// <summary>Not SIP at all: no start line can be made out. Dropped.</summary>
    NotSip,

    /// <summary>A start line that breaks RFC 3261 25.1; answered 400.</summary>
    BadStartLine,

    /// <summary>A protocol version other than SIP/2.0; answered 505 (RFC 3261 21.5.6).</summary>
    BadVersion,

    /// <summary>A Request-URI that breaks the grammar of its scheme; answered 400.</summary>
    BadRequestUri,

    /// <summary>A header line without name, colon, with characters no token may have, or with a NUL; answered 400.</summary>
    BadHeader,
    MissingVia,
    BadVia,
    MissingFrom,
    BadFrom,
    MissingTo,
    BadTo,
    MissingCallId,
    BadCallId,
    MissingCSeq,
    BadCSeq,

    /// <summary>The method of the CSeq is not that of the request line; answered 400 (RFC 3261 8.1.1.5).</summary>
    CSeqMethodMismatch,
    BadContact,
    BadMaxForwards,
    BadContentLength,

    /// <summary>Content-Length promises more than the datagram holds; answered 400 (RFC 3261 18.3).</summary>
    Truncated,

    /// <summary>A header that may stand once stands twice, in a reply with different values; a request is answered 400.</summary>
    DuplicateHeader,
    BadRoute,
    TooManyHeaders,
}
