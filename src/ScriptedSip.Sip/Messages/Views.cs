using System.Net;

namespace ScriptedSip.Sip.Messages;

/// <summary>One value of a Via header (RFC 3261 20.42). Slices are offsets into the message's buffer.</summary>
public struct ViaView
{
    /// <summary>Value from "SIP/2.0/…" to the comma or the end of the field, without surrounding white space.</summary>
    public Slice Whole;

    /// <summary>UDP, TCP … as written.</summary>
    public Slice Transport;

    /// <summary>Host of sent-by; an IPv6 address keeps its brackets.</summary>
    public Slice Host;

    /// <summary>Port of sent-by; 0 when none is written.</summary>
    public int Port;

    /// <summary>The value of the branch parameter.</summary>
    public Slice Branch;

    /// <summary>The value of the received parameter.</summary>
    public Slice Received;

    /// <summary>The rport parameter: name and value as written; absent when there is none.</summary>
    public Slice RportParameter;

    /// <summary>Value of rport; 0 when absent or empty.</summary>
    public int Rport;

    /// <summary>The value of the maddr parameter.</summary>
    public Slice Maddr;

    /// <summary>True when the "alias" parameter (RFC 5923) is there.</summary>
    public bool HasAlias;

    /// <summary>True when the branch begins with the magic cookie of RFC 3261 8.1.1.7.</summary>
    public bool HasMagicCookie;

    /// <summary>Row of the header line that holds this value.</summary>
    public short Row;

    /// <summary>True when other values follow in the same line.</summary>
    public bool IsFollowed;
}

/// <summary>A From, To, Contact, Route … value (RFC 3261 20.10). Slices are offsets into the message's buffer.</summary>
public struct NameAddrView
{
    /// <summary>The whole value up to the comma or the end of the field, without surrounding white space.</summary>
    public Slice Whole;

    /// <summary>Display name as written, quotes included; absent when none.</summary>
    public Slice DisplayName;

    /// <summary>The URI without angle brackets.</summary>
    public Slice Uri;

    /// <summary>Header parameters behind the URI, from the first ';'; absent when none.</summary>
    public Slice Parameters;

    /// <summary>The value of the tag parameter; absent when none.</summary>
    public Slice Tag;

    /// <summary>Offset behind the value: at the comma, or the end of the field.</summary>
    public int End;

    /// <summary>True when the URI stands in angle brackets.</summary>
    public bool HasBrackets;

    /// <summary>True for the value "*" of a Contact (RFC 3261 10.2.2).</summary>
    public bool IsStar;
}

/// <summary>The CSeq of a message (RFC 3261 20.16).</summary>
public struct CSeqView
{
    /// <summary>Sequence number, below 2^31.</summary>
    public uint Number;

    /// <summary>The number as written.</summary>
    public Slice NumberText;

    /// <summary>The method token.</summary>
    public Slice MethodText;

    /// <summary>The method.</summary>
    public SipMethod Method;
}

/// <summary>Schemes told apart by number.</summary>
public enum UriScheme : byte
{
    Other,
    Sip,
    Sips,
    Tel,
}

/// <summary>Parts of a SIP, SIPS or tel URI (RFC 3261 19.1.1); slices are relative to the text that was parsed.</summary>
public struct SipUri
{
    public UriScheme Scheme;
    public Slice SchemeText;

    /// <summary>User part without password; for tel: the number.</summary>
    public Slice User;
    public Slice Password;

    /// <summary>Host; an IPv6 address keeps its brackets.</summary>
    public Slice Host;

    /// <summary>The port as written; absent when none.</summary>
    public Slice PortText;

    /// <summary>Port number; 0 when none is written.</summary>
    public int Port;

    /// <summary>Everything from the first ';' of the URI parameters to the '?' or end; absent when none.</summary>
    public Slice Parameters;

    /// <summary>Everything behind '?'; absent when none.</summary>
    public Slice Headers;

    /// <summary>The value of the transport parameter; absent when none.</summary>
    public Slice Transport;

    /// <summary>The value of the maddr parameter; absent when none.</summary>
    public Slice Maddr;

    /// <summary>True when the lr parameter is there, with or without value.</summary>
    public bool HasLooseRoute;
}
