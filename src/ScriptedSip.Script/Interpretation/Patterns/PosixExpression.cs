namespace ScriptedSip.Script.Interpretation.Patterns;

/// <summary>A POSIX extended regular expression as a tree over bytes.</summary>
internal abstract record PosixExpression;

/// <summary>One byte of a set.</summary>
internal sealed record ByteSet(ByteMask Bytes) : PosixExpression;

internal sealed record Sequence(IReadOnlyList<PosixExpression> Parts) : PosixExpression;

internal sealed record Alternatives(IReadOnlyList<PosixExpression> Choices) : PosixExpression;

/// <param name="Maximum">Null for no limit.</param>
internal sealed record Repetition(PosixExpression Operand, int Minimum, int? Maximum) : PosixExpression;

/// <summary>A parenthesis; counts as a group of a substitution.</summary>
internal sealed record Group(PosixExpression Inner) : PosixExpression;

internal enum AnchorKind
{
    Start,
    End,
    TextStart,
    TextEnd,
    WordBoundary,
    NoWordBoundary,
}

internal sealed record Anchor(AnchorKind Kind) : PosixExpression;
