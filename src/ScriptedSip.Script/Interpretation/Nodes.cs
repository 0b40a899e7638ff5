using ScriptedSip.Script.Api;

namespace ScriptedSip.Script.Interpretation;

/// <summary>How a statement ended, in rising order of how far it leaves.</summary>
internal enum Flow
{
    /// <summary>The next statement follows.</summary>
    Next,

    /// <summary>Leaves the loop or switch around it.</summary>
    Break,

    /// <summary>Leaves the route; its code is the frame's.</summary>
    Return,

    /// <summary>Leaves the script: <see cref="Frame.Stopped"/> is set.</summary>
    Exit,
}

/// <summary>
/// A bound command. Nodes are immutable and shared by all threads; whatever a run changes is in its frame.
/// </summary>
internal abstract class StatementNode
{
    public abstract Flow Run(Frame frame);
}

/// <summary>Something true or false. A function inside may stop the script; whoever tests looks at <see cref="Frame.Stopped"/> before going on.</summary>
internal abstract class ConditionNode
{
    public abstract bool Test(Frame frame);
}

/// <summary>Something that has a value.</summary>
internal abstract class ValueNode
{
    public abstract Value Evaluate(Frame frame);
}
