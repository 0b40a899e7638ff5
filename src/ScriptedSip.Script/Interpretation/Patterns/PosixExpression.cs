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

/// <summary>A set of bytes as 256 bits.</summary>
internal struct ByteMask : IEquatable<ByteMask>
{
    private UInt128 _low;
    private UInt128 _high;

    public static ByteMask All => ~default(ByteMask);

    public readonly bool this[int value] => ((value < 128 ? _low >> value : _high >> (value - 128)) & 1) != 0;

    /// <summary>Number of bytes in the set.</summary>
    public readonly int Count => (int)(UInt128.PopCount(_low) + UInt128.PopCount(_high));

    public void Add(int value)
    {
        if (value < 128)
            _low |= UInt128.One << value;
        else
            _high |= UInt128.One << (value - 128);
    }

    public void Remove(int value)
    {
        if (value < 128)
            _low &= ~(UInt128.One << value);
        else
            _high &= ~(UInt128.One << (value - 128));
    }

    public void AddRange(int first, int last)
    {
        for (var value = first; value <= last; value++)
            Add(value);
    }

    /// <summary>With each ASCII letter its other case.</summary>
    public readonly ByteMask WithBothCases()
    {
        var both = this;
        for (var letter = 'a'; letter <= 'z'; letter++)
        {
            if (this[letter] || this[letter - 32])
            {
                both.Add(letter);
                both.Add(letter - 32);
            }
        }
        return both;
    }

    public static ByteMask operator ~(ByteMask mask) => new() { _low = ~mask._low, _high = ~mask._high };

    public readonly bool Equals(ByteMask other) => _low == other._low && _high == other._high;

    public override readonly bool Equals(object? obj) => obj is ByteMask other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(_low, _high);
}
