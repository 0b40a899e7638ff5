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
    public bool ByeToCaller(ScriptContext context, Call call) => Bye(context, call, ref call.Callee, call.Caller);

    /// <summary>Ends the call for the callee.</summary>
    public bool ByeToCallee(ScriptContext context, Call call) => Bye(context, call, ref call.Caller, call.Callee);

    /// <summary>Asks a party whether it is still there (RFC 3261 11); the answer goes to its <see cref="Party.KeepAlive"/>.</summary>
    public void Ping(ScriptContext context, Call call, bool isCaller)
    {
        ref var to = ref isCaller ? ref call.Caller : ref call.Callee;
        ref var from = ref isCaller ? ref call.Callee : ref call.Caller;
        if (to.KeepAlive is not { IsWaiting: false } keepAlive)
            return;
        // The number is not used up: the next request of the party that is spoken for here has it, too, and may not come with a lower one (12.2.2).
        keepAlive.IsWaiting = true;
        if (!Send(context, call, SipMethod.Options, from, to, from.CSeq + 1, keepAlive))
            keepAlive.IsWaiting = false;
    }

    /// <inheritdoc/>
    public void OnAnswered(ProcessingContext context, Transaction transaction, int code, ReadOnlySpan<byte> reply)
    {
    }

    private bool Bye(ScriptContext context, Call call, ref Party from, in Party to)
    {
        uint number;
        lock (call.Lock)
            number = ++from.CSeq;
        return Send(context, call, SipMethod.Bye, from, to, number, this);
    }

    private bool Send(ScriptContext context, Call call, SipMethod method, in Party from, in Party to, uint number, IRequester requester)
    {
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
            From = from.Uri,
            FromTag = from.Tag,
            To = to.Uri,
            ToTag = to.Tag,
            CallId = call.CallId,
            CSeq = number,
            NextHop = next,
            Route = route,
            Headers = headers,
            Socket = to.Socket,
            Requester = requester,
        });
    }
}
