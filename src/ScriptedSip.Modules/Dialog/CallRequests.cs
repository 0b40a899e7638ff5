using ScriptedSip.Modules.Tm;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;
using ScriptedSip.Sip.Transactions;

namespace ScriptedSip.Modules.Dialog;

/// <summary>Sends a party of a call a request as the other one would have written it (RFC 3261 12.2.1.1).</summary>
internal sealed class CallRequests(ILocalRequests requests, Utf8Text headers) : IRequester
{
    /// <summary>Ends the call for the caller (RFC 3261 15). What it answers changes nothing: for this server the call is over.</summary>
    public bool ByeToCaller(ScriptContext context, Call call) => Bye(context, call, isToCaller: true);

    /// <summary>Ends the call for the callee.</summary>
    public bool ByeToCallee(ScriptContext context, Call call) => Bye(context, call, isToCaller: false);

    /// <summary>Asks a party whether it is still there (RFC 3261 11); the answer goes to its <see cref="Party.KeepAlive"/>.</summary>
    public void Ping(ScriptContext context, Call call, bool isToCaller)
    {
        if ((isToCaller ? call.Caller : call.Callee).KeepAlive is not { IsWaiting: false } keepAlive)
            return;
        // No number is used up: the next one belongs to the party that is spoken for here, whose request must come with a higher one (12.2.2). Who takes
        // offence at one that he has seen answers 500, and so is there.
        keepAlive.IsWaiting = true;
        if (!Send(context, call, SipMethod.Options, isToCaller, (isToCaller ? call.Callee : call.Caller).CSeq, keepAlive))
            keepAlive.IsWaiting = false;
    }

    /// <inheritdoc/>
    public void OnAnswered(ProcessingContext context, Transaction transaction, int code, ReadOnlySpan<byte> reply)
    {
    }

    private bool Bye(ScriptContext context, Call call, bool isToCaller)
    {
        uint number;
        lock (call.Lock)
            number = ++(isToCaller ? ref call.Callee : ref call.Caller).CSeq;
        return Send(context, call, SipMethod.Bye, isToCaller, number, this);
    }

    private bool Send(ScriptContext context, Call call, SipMethod method, bool isToCaller, uint number, IRequester requester)
    {
        ref var to = ref isToCaller ? ref call.Caller : ref call.Callee;
        ref var from = ref isToCaller ? ref call.Callee : ref call.Caller;
        // The callee must be written to as he was in the INVITE.
        var sent = isToCaller ? null : call.Sent;
        if (to.Contact.IsEmpty || to.Tag.IsEmpty)
            return false;
        var next = to.Contact;
        var route = to.Route;
        if (!route.IsEmpty && NameAddrParser.TryParse(route.Array!, route.Offset, route.Offset + route.Length, out var hop))
            next = new Utf8Text(route.Array!, hop.Uri.Offset, hop.Uri.Length);
        return requests.Send(context, new LocalRequest
        {
            Method = method,
            Uri = to.Contact,
            From = sent?.From ?? from.Uri,
            FromTag = from.Tag,
            To = sent?.To ?? to.Uri,
            ToTag = to.Tag,
            CallId = call.CallId,
            CSeq = number + (sent?.Raise ?? 0),
            NextHop = next,
            Route = route,
            Headers = headers,
            Socket = to.Socket,
            Requester = requester,
        });
    }
}
