using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Script.Interpretation;

/// <summary>Enters at the first label that fits and falls through until <c>break</c>.</summary>
/// <param name="subject">Evaluated once.</param>
/// <param name="labels">In the order written; the default is not among them.</param>
/// <param name="body">The statements of all cases in a row.</param>
/// <param name="defaultEntry">Where the default begins in <paramref name="body"/>; -1 without one.</param>
internal sealed class SwitchNode(ValueNode subject, CaseLabel[] labels, StatementNode[] body, int defaultEntry) : StatementNode
{
    public override Flow Run(Frame frame)
    {
        var value = subject.Evaluate(frame);
        if (frame.Stopped)
            return Flow.Exit;
        var entry = defaultEntry;
        foreach (var label in labels)
        {
            if (!label.Fits(frame, value))
                continue;
            entry = label.Entry;
            break;
        }
        if (entry < 0)
            return Flow.Next;
        for (var i = entry; i < body.Length; i++)
        {
            var flow = body[i].Run(frame);
            if (flow == Flow.Break)
                return Flow.Next;
            if (flow != Flow.Next)
                return flow;
        }
        return Flow.Next;
    }
}

/// <param name="entry">Index of the first statement in the switch's row.</param>
internal abstract class CaseLabel(int entry)
{
    public int Entry { get; } = entry;

    public abstract bool Fits(Frame frame, in Value value);
}

internal sealed class ValueLabel(int entry, Value label, Comparison comparison) : CaseLabel(entry)
{
    public override bool Fits(Frame frame, in Value value) => comparison.AreEqual(frame, value, label);
}

internal sealed class PatternLabel(int entry, BytePattern pattern) : CaseLabel(entry)
{
    public override bool Fits(Frame frame, in Value value) => !value.IsNull && pattern.IsMatch(frame, value.ToText(frame.Arena).Span);
}
