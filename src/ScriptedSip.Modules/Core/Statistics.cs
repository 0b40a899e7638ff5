using System.Collections.Concurrent;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Core;

/// <summary>Counts of the script's own making; modules statistics and counters change them.</summary>
internal interface IStatistics
{
    /// <summary>Adds to a count; one nobody has defined begins at 0.</summary>
    void Add(Utf8Text name, long amount);

    void Reset(Utf8Text name);
}

/// <summary>The <c>$stat(name)</c> variable: what the program counts, and what the script does.</summary>
internal sealed class Statistics : ScriptModule, IStatistics
{
    private sealed class Cell
    {
        public long Value;
    }

    private readonly ConcurrentDictionary<Utf8Text, Cell> _counts = new();
    private SipCounters _counters = null!;

    public override void Start(ModuleHost host)
    {
        _counters = host.Counters;
        host.Export<IStatistics>(this);
    }

    [SipVariable("stat", "A count: rcv_requests, rcv_replies, UAS_transactions, inuse_transactions, or one of update_stat() and cnt_inc(); null for another name.")]
    public Value Get(Frame frame, Utf8Text name, int index)
    {
        if (name.EqualsIgnoreCase("rcv_requests"u8))
            return Value.FromInt(_counters[Counter.RequestsReceived]);
        if (name.EqualsIgnoreCase("rcv_replies"u8))
            return Value.FromInt(_counters[Counter.RepliesReceived]);
        if (name.EqualsIgnoreCase("UAS_transactions"u8))
            return Value.FromInt(_counters[Counter.TransactionsCreated]);
        if (name.EqualsIgnoreCase("inuse_transactions"u8))
            return Value.FromInt(_counters[Counter.TransactionsCreated] - _counters[Counter.TransactionsEnded]);
        return _counts.TryGetValue(name, out var cell) ? Value.FromInt(Volatile.Read(ref cell.Value)) : Value.Null;
    }

    public void Add(Utf8Text name, long amount) => Interlocked.Add(ref Of(name).Value, amount);

    public void Reset(Utf8Text name) => Volatile.Write(ref Of(name).Value, 0);

    // A name of the message's own bytes is copied before it is kept.
    private Cell Of(Utf8Text name) => _counts.TryGetValue(name, out var cell) ? cell : _counts.GetOrAdd(Utf8Text.CopyOf(name.Span), static _ => new Cell());
}
