using ScriptedSip.Modules.Tm;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;
using ScriptedSip.Sip.Transactions;

namespace ScriptedSip.Modules.Dialog;

/// <summary>Sends a party the BYE of the other one (RFC 3261 15). What it answers changes nothing: for this server the call is over.</summary>
internal sealed class CallEnder(ILocalRequests requests, Utf8Text headers) : IRequester
{
    public bool ByeToCaller(ScriptContext context, Call call) => Send(context, call, ref call.Callee, call.Caller);

    public bool ByeToCallee(ScriptContext context, Call call) => Send(context, call, ref call.Caller, call.Callee);

    /// <inheritdoc/>
    public void OnAnswered(ProcessingContext context, Transaction transaction, int code, ReadOnlySpan<byte> reply)
    {
    }

    private bool Send(ScriptContext context, Call call, ref Party from, in Party to)
    {
        if (to.Contact.IsEmpty || to.Tag.IsEmpty)
            return false;
        uint number;
        lock (call.Lock)
            number = ++from.CSeq;
        var next = to.Contact;
        var route = to.Route;
        if (!route.IsEmpty && NameAddrParser.TryParse(route.Array!, route.Offset, route.Offset + route.Length, out var hop))
            next = new Utf8Text(route.Array!, hop.Uri.Offset, hop.Uri.Length);
        return requests.Send(context, new LocalRequest
        {
            Method = SipMethod.Bye,
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
            Requester = this,
        });
    }
}
