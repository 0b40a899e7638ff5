namespace ScriptedSip.Script.Text;

/// <summary>
/// Text taken from a script together with the way back: offsets into the decoded value (escapes resolved, adjacent literals
/// joined) map to spans of the source, so that a mistake inside a string is shown where the author typed it.
/// </summary>
public sealed class LiteralText
{
    private readonly int[]? _offsets;
    private readonly int[]? _ends;
    private readonly int _base;
    private readonly bool _opaque;

    /// <summary>Text that stands in the source as it is, from <paramref name="valueStart"/> on.</summary>
    public LiteralText(string value, TextSpan whole, int valueStart)
    {
        Value = value;
        Whole = whole;
        _base = valueStart;
    }

    /// <summary>Decoded text, with the source offsets where what stands for each character begins and ends.</summary>
    public LiteralText(string value, TextSpan whole, int[] offsets, int[] ends)
    {
        Value = value;
        Whole = whole;
        _offsets = offsets;
        _ends = ends;
    }

    /// <summary>Text with no counterpart in the source (a definition's value): every place in it is the whole span.</summary>
    public LiteralText(string value, TextSpan whole)
    {
        Value = value;
        Whole = whole;
        _opaque = true;
    }

    /// <summary>The decoded text.</summary>
    public string Value { get; }

    /// <summary>The literal in the source, quotes included.</summary>
    public TextSpan Whole { get; }

    /// <summary>A stretch of the text as a text of its own.</summary>
    public LiteralText Slice(int start, int end)
    {
        var value = Value[start..end];
        var span = Locate(start, end - start);
        return _opaque ? new(value, Whole)
            : _offsets is null ? new(value, span, span.Start)
            : new(value, span, _offsets[start..end], _ends![start..end]);
    }

    /// <summary>Source span of a stretch of <see cref="Value"/>.</summary>
    public TextSpan Locate(int start, int length)
    {
        if (_opaque)
            return Whole;
        if (_offsets is null)
            return new TextSpan(Whole.File, _base + start, length);
        if (start >= _offsets.Length)
            return Whole.After;
        var end = Math.Min(start + length, _offsets.Length);
        return new TextSpan(Whole.File, _offsets[start], end > start ? _ends![end - 1] - _offsets[start] : 0);
    }
}
