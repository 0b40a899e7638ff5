using ScriptedSip.Modules.Tm;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Sl;

/// <summary>Offers replies to all modules; part of the core, so that it is there whatever a script loads.</summary>
internal sealed class ReplyService : ScriptModule, IReplies
{
    private StatelessReplies _stateless = null!;
    private IStatefulReplies? _stateful;

    public override void Start(ModuleHost host)
    {
        _stateless = new StatelessReplies(host);
        host.Export<IStatelessReplies>(_stateless);
        host.Export<IReplies>(this);
    }

    public override void Started(ModuleHost host) => _stateful = host.Import<IStatefulReplies>();

    public override void Reloaded(ModuleHost host) => Started(host);

    public Outcome Reply(Frame frame, int code, Utf8Text reason)
    {
        if (_stateful is not null && _stateful.HasTransaction(frame))
        {
            var outcome = _stateful.Reply(frame, code, reason);
            frame.Answered |= code >= 200 && outcome.Code > 0;
            return outcome;
        }
        return Outcome.From(_stateless.Send(frame, code, reason.Span) || frame.Message.Method == SipMethod.Ack);
    }
}
