using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transactions;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Tests.Sip.Transactions;

/// <summary>
/// Clients, callees, names and time do what they like, in an order the seed decides; <see cref="WireRules"/> watches every packet. In the end every
/// request has been answered, every transaction is over and every buffer is back.
/// </summary>
[TestFixture]
internal sealed class EngineFuzzTests
{
    private const int Events = 700;

    private static readonly int[] Codes = [100, 180, 180, 183, 200, 200, 302, 401, 404, 407, 486, 487, 500, 503, 603];

    [Test]
    public void Whatever_happens_the_rules_hold([Range(1, 24)] int seed) => new World(seed).Run();

    private sealed class World : ITransactionUser
    {
        private readonly Random _random;
        private readonly EngineRig _rig;
        private readonly WireRules _rules;
        private readonly List<string> _calls = [];
        private readonly List<long> _held = [];
        private readonly List<(long Ticket, string Branch)> _tickets = [];
        private readonly long _start;
        private int _seen;

        public World(int seed)
        {
            _random = new Random(seed);
            _rig = new EngineRig(t =>
            {
                t.NoReply = _random.Next(2) == 0 ? 32_000 : 3_000;
                t.NoFinalReply = _random.Next(2) == 0 ? 120_000 : 5_000;
                t.Wait = _random.Next(3) == 0 ? 5_000 : 0;
            });
            _rig.Engine.User = this;
            _rules = new WireRules(_rig.Client);
            _start = _rig.Clock.Milliseconds;
        }

        public void Run()
        {
            for (var i = 0; i < Events; i++)
            {
                Happen();
                Watch();
            }
            foreach (var ticket in _held)
                _rig.Engine.OnResolved(ticket, null);
            // A transaction may live for 180 s, and waits for stragglers and its ACK after that.
            _rig.Advance(50_000);
            _rig.ExpectAllReleased();
            Watch();
            _rules.ExpectAllAnswered();
        }

        private void Happen()
        {
            switch (_random.Next(20))
            {
                case 0 or 1:
                    Receive(_random.Next(3) > 0 ? "INVITE" : "OPTIONS", $"f{_calls.Count}");
                    break;
                case 2:
                    Again(_random.Next(2) == 0 ? "INVITE" : "OPTIONS");
                    break;
                case 3:
                    Again("CANCEL");
                    break;
                case 4:
                    Again("ACK");
                    break;
                case 5:
                    Resolve();
                    break;
                case 6:
                    FailToSend();
                    break;
                case < 10:
                    _rig.Advance(_random.Next(300) * 10);
                    break;
                default:
                    Reply();
                    break;
            }
        }

        // One of the last calls: with older ones little can still happen.
        private void Again(string method)
        {
            if (_calls.Count > 0)
                Receive(method, _calls[_random.Next(Math.Max(0, _calls.Count - 6), _calls.Count)]);
        }

        private void Receive(string method, string branch)
        {
            var message = _rig.Parse(_rig.Context, _rig.Request(method, branch), _rig.Client);
            var match = _rig.Engine.Match(_rig.Context, message);
            if (match == RequestMatch.New && method == "CANCEL")
            {
                if (_rig.Engine.FindCancelled(message, out _) is { HasFinal: false, State: not TxState.Terminated })
                    _rules.Cancelled(branch);
                _rig.Cancel(_rig.Context, message);
            }
            else if (match == RequestMatch.New && method != "ACK" && _rig.Engine.Create(_rig.Context, message) is { } transaction)
            {
                _calls.Add(branch);
                _rules.Received(branch, method);
                Script(transaction);
                _rig.Engine.Leave(_rig.Context, transaction);
            }
            _rig.Context.Return(message);
            _rig.Context.Outbox.Flush();
        }

        private void Script(Transaction transaction)
        {
            if (_random.Next(10) == 0)
            {
                _rig.Engine.Reply(_rig.Context, transaction, 404, "Not Found"u8);
                return;
            }
            for (var i = _random.Next(1, 4); i > 0; i--)
                Branch(transaction, i);
        }

        private void Branch(Transaction transaction, int callee)
        {
            var branch = _rig.Send(_rig.Context, transaction, _rig.Callee(callee), isHeld: _random.Next(5) == 0);
            if (branch is null)
                return;
            if (branch.IsResolving)
                _held.Add(TransactionEngine.TicketOf(transaction, branch));
            else if (_random.Next(4) == 0)
                branch.Targets = new ResolvedTargets([branch.Destination, _rig.Callee(callee + 4), _rig.Callee(callee + 8)]);
            Span<byte> id = stackalloc byte[48];
            var writer = new SpanWriter(id);
            TransactionEngine.WriteBranchId(ref writer, transaction, branch.Index);
            _tickets.Add((TransactionEngine.TicketOf(transaction, branch), System.Text.Encoding.ASCII.GetString(writer.Written)));
        }

        private void FailToSend()
        {
            if (_tickets.Count == 0)
                return;
            var (ticket, branch) = _tickets[_random.Next(Math.Max(0, _tickets.Count - 12), _tickets.Count)];
            _rules.GivenUp(branch);
            _rig.Engine.OnSendFailed(ticket);
            _rig.Advance(10);
        }

        private void Resolve()
        {
            if (_held.Count == 0)
                return;
            var ticket = _held[^1];
            _held.RemoveAt(_held.Count - 1);
            _rig.Engine.OnResolved(ticket, _random.Next(3) == 0 ? null : new ResolvedTargets([_rig.Callee(13), _rig.Callee(14)]));
            _rig.Advance(10);
        }

        private void Reply()
        {
            if (_rules.ToAnswer.Count == 0)
                return;
            var request = _rules.ToAnswer[_random.Next(Math.Max(0, _rules.ToAnswer.Count - 12), _rules.ToAnswer.Count)];
            var code = request.What == "CANCEL" ? 200 : Codes[_random.Next(Codes.Length)];
            Watch();
            _rules.Answering(request, code, _rig.Clock.Milliseconds - _start);
            var isOurs = _rig.Answer(request, code, _rig.Context);
            Watch();
            _rules.Answered(request, code, isOurs);
        }

        private void Watch()
        {
            for (; _seen < _rig.Log.All.Count; _seen++)
                _rules.Sent(_rig.Log.All[_seen]);
        }

        bool ITransactionUser.OnReply(ScriptedSip.Sip.ProcessingContext context, Transaction transaction, ClientBranch branch, SipMessage reply, MessageEdits edits) =>
            _random.Next(4) > 0;

        void ITransactionUser.OnBranchFailure(ScriptedSip.Sip.ProcessingContext context, Transaction transaction, ClientBranch branch)
        {
            if (transaction.TakesBranches && _random.Next(6) == 0)
                Branch(transaction, 5);
        }

        void ITransactionUser.OnFailure(ScriptedSip.Sip.ProcessingContext context, Transaction transaction, ClientBranch best)
        {
            switch (_random.Next(5))
            {
                case 0:
                    _rig.Engine.Reply(context, transaction, 480, "Temporarily Unavailable"u8);
                    break;
                // What t_relay() makes sure of.
                case 1 or 2 when transaction.TakesBranches:
                    Branch(transaction, 4);
                    break;
                case 3:
                    best.IsDropped = true;
                    break;
            }
        }

        void ITransactionUser.OnEnded(Transaction transaction)
        {
        }
    }
}
