using System.Collections.Concurrent;
using ScriptedSip.Sip;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transactions;

namespace ScriptedSip.Tests.Sip.Transactions;

/// <summary>Threads that do to the engine whatever comes to mind; in the end every transaction has ended and every buffer is back.</summary>
[TestFixture]
internal sealed class EngineStressTests
{
    private const int Workers = 4;
    private const int EventsPerWorker = 2000;

    // Few keys, so that threads meet.
    private const int Keys = 24;

    private static readonly string[] Methods = ["INVITE", "INVITE", "INVITE", "OPTIONS", "ACK", "CANCEL"];
    private static readonly int[] Codes = [100, 180, 183, 200, 200, 302, 401, 486, 503, 603];

    [TestCase(1)]
    [TestCase(2)]
    public void Random_events_from_many_threads_lose_nothing(int seed)
    {
        var rig = new EngineRig(t =>
        {
            t.T1 = 20;
            t.NoReply = 500;
            t.NoFinalReply = 700;
        });
        rig.Engine.User = new WaywardUser(rig);
        var requests = new ConcurrentQueue<Sent>();
        var failures = new ConcurrentQueue<Exception>();
        var running = Workers;
        var workers = Enumerable.Range(0, Workers).Select(i => new Thread(() =>
        {
            try
            {
                Work(rig, new Random((seed * 100) + i), requests);
            }
            catch (Exception e)
            {
                failures.Enqueue(e);
            }
            Interlocked.Decrement(ref running);
        })).ToArray();
        Array.ForEach(workers, w => w.Start());
        // The timer thread: the only one that moves time.
        while (Volatile.Read(ref running) > 0)
            rig.Advance(10);
        Array.ForEach(workers, w => w.Join());
        Assert.That(failures, Is.Empty);
        Assert.That(rig.Counters[Counter.TransactionsCreated], Is.GreaterThan(Keys));
        rig.ExpectAllReleased();
    }

    private static void Work(EngineRig rig, Random random, ConcurrentQueue<Sent> requests)
    {
        var log = new SentLog(rig.Clock);
        var context = new ProcessingContext(rig.Clock, rig.Buffers, log);
        var seen = 0;
        for (var i = 0; i < EventsPerWorker; i++)
        {
            context.Tick();
            if (random.Next(2) == 0 && requests.TryDequeue(out var request))
                Reply(rig, context, request, random, requests);
            else
                Receive(rig, context, random);
            context.Outbox.Flush();
            for (; seen < log.All.Count; seen++)
            {
                if (!log.All[seen].What.Contains(' ') && !log.All[seen].What.StartsWith("ACK", StringComparison.Ordinal))
                    requests.Enqueue(log.All[seen]);
            }
        }
    }

    private static void Reply(EngineRig rig, ProcessingContext context, Sent request, Random random, ConcurrentQueue<Sent> requests)
    {
        rig.Answer(request, Codes[random.Next(Codes.Length)], context);
        if (random.Next(3) > 0)
            requests.Enqueue(request);
    }

    private static void Receive(EngineRig rig, ProcessingContext context, Random random)
    {
        var message = rig.Parse(context, rig.Request(Methods[random.Next(Methods.Length)], $"s{random.Next(Keys)}"), rig.Client);
        var match = rig.Engine.Match(context, message);
        if (match == RequestMatch.New && message.Method == SipMethod.Cancel)
            rig.Cancel(context, message);
        else if (match == RequestMatch.New && message.Method != SipMethod.Ack && rig.Engine.Create(context, message) is { } transaction)
            Run(rig, context, transaction, random);
        context.Return(message);
    }

    // What scripts do with a new transaction.
    private static void Run(EngineRig rig, ProcessingContext context, Transaction transaction, Random random)
    {
        switch (random.Next(6))
        {
            case 0:
                rig.Engine.Reply(context, transaction, Codes[random.Next(Codes.Length)], "Reply"u8);
                if (!transaction.HasFinal)
                    rig.Engine.Reply(context, transaction, 404, "Not Found"u8);
                break;
            case 1:
                TransactionEngine.Abandon(transaction);
                break;
            default:
                for (var i = random.Next(1, 4); i > 0; i--)
                    rig.Send(context, transaction, rig.Callee(i));
                // Sent before the thread lets go: answers can come while it still works.
                context.Outbox.Flush();
                break;
        }
        rig.Engine.Leave(context, transaction);
    }

    /// <summary>Drops every third provisional, tries another callee after every other failure.</summary>
    private sealed class WaywardUser(EngineRig rig) : ITransactionUser
    {
        private int _replies;
        private int _failures;

        public bool OnReply(ProcessingContext context, Transaction transaction, ClientBranch branch, SipMessage reply, MessageEdits edits) =>
            Interlocked.Increment(ref _replies) % 3 != 0;

        public void OnBranchFailure(ProcessingContext context, Transaction transaction, ClientBranch branch) { }

        public void OnFailure(ProcessingContext context, Transaction transaction, ClientBranch best)
        {
            if (Interlocked.Increment(ref _failures) % 2 == 0)
                rig.Send(context, transaction, rig.Callee(4));
        }

        public void OnEnded(Transaction transaction)
        {
            if (transaction.Label == 0)
                throw new InvalidOperationException("A transaction ended twice.");
        }
    }
}
