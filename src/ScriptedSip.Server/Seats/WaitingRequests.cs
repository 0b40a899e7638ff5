using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transactions;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Server.Seats;

/// <summary>
/// Requests whose run waits while they have no transaction yet. Their retransmissions end here, as RFC 3261 17.2 has it; a CANCEL for one of
/// them finds nothing to cancel yet, so it is kept until the run is over.
/// </summary>
internal sealed class WaitingRequests
{
    private readonly Dictionary<TransactionKey, KeptMessage?> _requests = [];
    private volatile int _count;
    private volatile int _ended;

    /// <summary>How many waiting runs have ended, wrapping around: another value than before means that a request kept here may have a transaction by now.</summary>
    public int Ended => _ended;

    /// <summary>A message put aside. Whoever gets it releases the bytes.</summary>
    public sealed record KeptMessage(MessageBuffer Bytes, SipEndpoint Source, ListenSocket Local);

    /// <summary>The run of this request is about to wait.</summary>
    public void Add(SipMessage request)
    {
        lock (_requests)
        {
            _requests.TryAdd(TransactionKey.Of(request), null);
            _count = _requests.Count;
        }
    }

    /// <summary>True when this is the retransmission of a waiting request, or its CANCEL: nothing is to be done with it now.</summary>
    public bool Absorbs(SipMessage request, MessageBufferPool buffers)
    {
        if (_count == 0 || request.Method == SipMethod.Ack)
            return false;
        lock (_requests)
        {
            if (_requests.ContainsKey(TransactionKey.Of(request)))
                return true;
            if (request.Method != SipMethod.Cancel)
                return false;
            var invite = TransactionKey.Of(request, SipMethod.Invite);
            if (!_requests.TryGetValue(invite, out var kept))
                return false;
            if (kept is null)
            {
                var copy = buffers.Rent(request.Length);
                request.Span.CopyTo(copy.Bytes);
                copy.Length = request.Length;
                _requests[invite] = new KeptMessage(copy, request.Source, request.Local);
            }
            return true;
        }
    }

    /// <summary>The run of a request that has waited is over; returns the CANCEL that came meanwhile, null for none.</summary>
    public KeptMessage? Remove(SipMessage request)
    {
        lock (_requests)
        {
            _requests.Remove(TransactionKey.Of(request), out var kept);
            _count = _requests.Count;
            _ended++;
            return kept;
        }
    }
}
