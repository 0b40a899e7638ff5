using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transactions;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.Tm;

/// <summary>Sends requests of this server's own through transactions; exported by tm for modules that probe, ping or notify.</summary>
internal interface ILocalRequests
{
    /// <summary>
    /// Sends a request; its final reply goes to <see cref="LocalRequest.Requester"/>. False when it leads nowhere: then nobody is told.
    /// </summary>
    bool Send(ScriptContext context, in LocalRequest request);
}

/// <summary>A request outside of any dialog (RFC 3261 8.1.1), or with <see cref="CallId"/> within one (12.2.1.1). Texts are copied while it is sent.</summary>
internal readonly ref struct LocalRequest
{
    /// <summary>Any method but INVITE and ACK.</summary>
    public required SipMethod Method { get; init; }

    /// <summary>Request-URI, and To.</summary>
    public required Utf8Text Uri { get; init; }

    /// <summary>From, without tag; a URI.</summary>
    public required Utf8Text From { get; init; }

    /// <summary>To when it is not the Request-URI; a URI.</summary>
    public Utf8Text To { get; init; }

    /// <summary>Call-ID of the dialog it belongs to; empty for a new one.</summary>
    public Utf8Text CallId { get; init; }

    /// <summary>Tags and sequence number in that dialog.</summary>
    public Utf8Text FromTag { get; init; }

    public Utf8Text ToTag { get; init; }

    public uint CSeq { get; init; }

    /// <summary>URI of the next hop when it is not the Request-URI.</summary>
    public Utf8Text NextHop { get; init; }

    /// <summary>Route values to put in front (a Path); empty for none.</summary>
    public Utf8Text Route { get; init; }

    /// <summary>Whole header lines with CRLF; empty for none.</summary>
    public Utf8Text Headers { get; init; }

    public Utf8Text Body { get; init; }

    /// <summary>The socket to leave through; null for a fitting one.</summary>
    public ListenSocket? Socket { get; init; }

    /// <summary>How long to wait for a final reply, in milliseconds; 0 for tm's fr_timer.</summary>
    public int Timeout { get; init; }

    public required IRequester Requester { get; init; }

    /// <summary>True for the name of a method that can be sent so.</summary>
    public static bool IsMethod(string name) =>
        SipMethods.Parse(Utf8Text.From(name).Span) is not (SipMethod.Other or SipMethod.Invite or SipMethod.Ack or SipMethod.Cancel);
}
