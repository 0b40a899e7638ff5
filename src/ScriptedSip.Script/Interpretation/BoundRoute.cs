using ScriptedSip.Script.Api;
using ScriptedSip.Script.Text;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Script.Interpretation;

/// <summary>A route block ready to run. Its body is put in once, while the script is bound: routes may name each other in any order.</summary>
internal sealed class BoundRoute(string name, RouteKinds kind, TextSpan head, RuntimeServices services) : RouteRef
{
    private StatementNode _body = EmptyEndNode.Instance;

    public override string Name { get; } = name;

    public RouteKinds Kind { get; } = kind;

    /// <summary>Where the block begins.</summary>
    public TextSpan Head { get; } = head;

    /// <summary>The name as bytes, for look-ups per message.</summary>
    public Utf8Text NameText { get; } = Utf8Text.From(name);

    public void Bind(StatementNode body) => _body = body;

    /// <summary>
    /// Starts a run here. A failure of the program ends the run, never the process: it is reported once, and the frame says so.
    /// </summary>
    public override void Run(Frame frame)
    {
        try
        {
            _body.Run(frame);
        }
        catch (Exception exception)
        {
            frame.Stopped = true;
            frame.Failed = true;
            services.Report(new ScriptFailure(exception, ScriptFailure.PlaceOf(exception) ?? Head));
        }
    }

    /// <summary>Runs as a part of another route and returns the code; 0 when the script has stopped.</summary>
    public int Call(Frame frame)
    {
        StepBudget.Enter(frame);
        _body.Run(frame);
        frame.RouteDepth--;
        return frame.Stopped ? 0 : frame.ReturnCode;
    }
}
