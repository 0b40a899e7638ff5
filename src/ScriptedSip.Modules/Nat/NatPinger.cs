using ScriptedSip.Modules.Core;
using ScriptedSip.Modules.Tm;
using ScriptedSip.Modules.UsrLoc;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;
using ScriptedSip.Sip.Transactions;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.Nat;

/// <summary>
/// Keeps the bindings of NATs open: sends something to every contact once in an interval, a little at each tick. What comes back only has to
/// pass the NAT; nobody reads it.
/// </summary>
internal sealed class NatPinger(NatHelperModule module, ILocationStore store, ILocalRequests? requests, SocketTable sockets, MessageBufferPool buffers) : IRequester
{
    /// <summary>Milliseconds between ticks.</summary>
    public const int Period = 1000;

    // Shorter than T1: a lost ping is followed by the next, not by retransmissions.
    private const int Timeout = 400;

    private readonly BindingList _found = new();
    private readonly Utf8Text _from = Utf8Text.From(module.SipPingFrom);
    private readonly SipMethod _method = SipMethods.Parse(Utf8Text.From(module.SipPingMethodOfSer.Length > 0 ? module.SipPingMethodOfSer : module.SipPingMethod).Span);
    private long _ticks;

    /// <summary>Pings the share of the contacts that is due now.</summary>
    public void Ping(ScriptContext context)
    {
        var tick = _ticks++;
        foreach (var table in store.Tables)
        {
            var first = PartAt(table, tick);
            for (var part = first; part < PartAt(table, tick + 1); part++)
            {
                _found.Clear();
                table.CopyPart((int)(part % table.PartCount), context.Now, _found);
                foreach (ref readonly var binding in _found.Items)
                    Ping(context, binding);
            }
        }
        _found.Clear();
    }

    /// <inheritdoc/>
    public void OnAnswered(ProcessingContext context, Transaction transaction, int code, ReadOnlySpan<byte> reply)
    {
    }

    private long PartAt(ILocationTable table, long tick) => tick * table.PartCount / module.PingInterval;

    private void Ping(ScriptContext context, in Binding binding)
    {
        if ((module.PingsOnlyNated && binding.Received.IsEmpty) || (binding.BranchFlags & module.NoPingFlag.Mask) != 0)
            return;
        var asksSip = module.SipPingMethodOfSer.Length > 0 || (binding.BranchFlags & module.SipPingFlag.Mask) != 0;
        if (asksSip && !_from.IsEmpty && requests is not null)
            PingWithRequest(context, binding);
        else if (binding.Path.IsEmpty)
            PingWithZeros(context, binding);
    }

    private void PingWithRequest(ScriptContext context, in Binding binding)
    {
        var next = binding.Received;
        var path = binding.Path;
        if (!path.IsEmpty && NameAddrParser.TryParse(path.Array!, path.Offset, path.Offset + path.Length, out var hop))
            next = new Utf8Text(path.Array!, hop.Uri.Offset, hop.Uri.Length);
        requests!.Send(context, new LocalRequest
        {
            Method = _method,
            Uri = binding.Contact,
            From = _from,
            NextHop = next,
            Route = path,
            Socket = binding.Socket,
            Timeout = Timeout,
            Requester = this,
        });
    }

    private void PingWithZeros(ScriptContext context, in Binding binding)
    {
        var text = (binding.Received.IsEmpty ? binding.Contact : binding.Received).Span;
        if (!NextHop.TryFromUri(text, TransportProtocol.None, out var hop) || hop.Protocol is not (TransportProtocol.None or TransportProtocol.Udp)
            || !SipEndpoint.TryParseAddress(hop.Host, TransportProtocol.Udp, hop.Port == 0 ? ListenSocket.DefaultPort : hop.Port, out var endpoint)
            || sockets.Choose(endpoint, binding.Socket) is not { } socket)
            return;
        var bytes = buffers.Rent(4);
        bytes.Bytes.AsSpan(0, 4).Clear();
        bytes.Length = 4;
        context.Outbox.Add(socket, endpoint, bytes);
        bytes.Release();
    }
}
