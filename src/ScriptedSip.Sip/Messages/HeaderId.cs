namespace ScriptedSip.Sip.Messages;

/// <summary>Header fields known by number, all below 64 so that "seen" is one bit. Names and compact letters: <see cref="Parsing.HeaderNames"/>.</summary>
public enum HeaderId : byte
{
    Other = 0,
    Via, From, To, CallId, CSeq, MaxForwards, Contact, Route, RecordRoute,
    ContentLength, ContentType, Expires, MinExpires, Authorization, ProxyAuthorization, WwwAuthenticate, ProxyAuthenticate,
    Require, ProxyRequire, Supported, Unsupported, Allow, UserAgent, Server, Event, SubscriptionState, ReferTo, ReferredBy, Replaces,
    SessionExpires, MinSE, PAssertedIdentity, PPreferredIdentity, RemotePartyId, Diversion, Privacy, Path, ServiceRoute,
    Date, Subject, Warning, RetryAfter, Accept, AcceptEncoding, AcceptLanguage, ContentDisposition, ContentEncoding, ContentLanguage,
    InReplyTo, MimeVersion, Organization, Priority, Timestamp, AlertInfo, CallInfo, SipIfMatch, SipETag, Identity, Reason, RSeq, RAck,

    /// <summary>Number of values, for arrays indexed by id.</summary>
    Count,
}
