namespace ScriptedSip.Script.Interpretation.Patterns;

/// <summary>What one step of a pattern waits for.</summary>
internal enum PatternStepKind : byte
{
    /// <summary>A byte of a set, then <see cref="PatternStep.Next"/>.</summary>
    Byte,

    /// <summary>Nothing: both ways are open.</summary>
    Fork,

    /// <summary>A place in the text, then <see cref="PatternStep.Next"/>.</summary>
    Place,

    /// <summary>Nothing more: the pattern has matched.</summary>
    Done,
}

internal readonly record struct PatternStep(PatternStepKind Kind, int Next, int Other = -1, ByteMask Bytes = default, AnchorKind Anchor = default);

/// <summary>A pattern as steps to follow all at once (Thompson's construction), written from the end to the start.</summary>
internal sealed class PatternProgram
{
    private const int MostSteps = 300;

    private readonly List<PatternStep> _steps = [new(PatternStepKind.Done, -1)];

    private PatternProgram()
    {
    }

    public IReadOnlyList<PatternStep> Steps => _steps;

    /// <summary>The step to begin with.</summary>
    public int Start { get; private set; }

    /// <summary>The program of a tree; null when it is large or asks for the borders of words.</summary>
    public static PatternProgram? TryWrite(PosixExpression tree)
    {
        var program = new PatternProgram();
        program.Start = program.Write(tree, 0);
        return program.Start < 0 ? null : program;
    }

    private int Write(PosixExpression expression, int next)
    {
        switch (expression)
        {
            case ByteSet set:
                return Add(new PatternStep(PatternStepKind.Byte, next, Bytes: set.Bytes));
            case Group group:
                return Write(group.Inner, next);
            case Anchor { Kind: not (AnchorKind.WordBoundary or AnchorKind.NoWordBoundary) } anchor:
                return Add(new PatternStep(PatternStepKind.Place, next, Anchor: anchor.Kind));
            case Sequence sequence:
                for (var i = sequence.Parts.Count - 1; i >= 0 && next >= 0; i--)
                    next = Write(sequence.Parts[i], next);
                return next;
            case Alternatives alternatives:
                var way = Write(alternatives.Choices[^1], next);
                for (var i = alternatives.Choices.Count - 2; i >= 0 && way >= 0; i--)
                {
                    var choice = Write(alternatives.Choices[i], next);
                    way = choice < 0 ? -1 : Add(new PatternStep(PatternStepKind.Fork, choice, way));
                }
                return way;
            case Repetition repetition:
                return Write(repetition, next);
            default:
                return -1;
        }
    }

    private int Write(Repetition repetition, int next)
    {
        if (repetition.Maximum is { } maximum)
        {
            var end = next;
            for (var i = repetition.Minimum; i < maximum && next >= 0; i++)
            {
                var once = Write(repetition.Operand, next);
                next = once < 0 ? -1 : Add(new PatternStep(PatternStepKind.Fork, once, end));
            }
        }
        else
        {
            // The fork is there before what leads back to it.
            var fork = Add(new PatternStep(PatternStepKind.Fork, next));
            var once = fork < 0 ? -1 : Write(repetition.Operand, fork);
            if (once < 0)
                return -1;
            _steps[fork] = new PatternStep(PatternStepKind.Fork, once, next);
            next = fork;
        }
        for (var i = 0; i < repetition.Minimum && next >= 0; i++)
        {
            var once = Write(repetition.Operand, next);
            // What needs no step needs none however often: nested, counting that would not end.
            if (once == next)
                break;
            next = once;
        }
        return next;
    }

    private int Add(PatternStep step)
    {
        if (_steps.Count >= MostSteps)
            return -1;
        _steps.Add(step);
        return _steps.Count - 1;
    }
}
