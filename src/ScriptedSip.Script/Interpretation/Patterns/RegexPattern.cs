using System.Text;
using System.Text.RegularExpressions;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Script.Interpretation.Patterns;

/// <summary>A regular expression of .NET over bytes: each byte becomes one character in a buffer of the thread.</summary>
internal sealed class RegexPattern(Lazy<Regex> regex) : BytePattern
{
    public override bool IsMatch(Frame frame, ReadOnlySpan<byte> text) => regex.Value.IsMatch(WideText.Of(text));

    public override Slice Find(Frame frame, ReadOnlySpan<byte> text)
    {
        foreach (var match in regex.Value.EnumerateMatches(WideText.Of(text)))
            return new Slice(match.Index, match.Length);
        return Slice.None;
    }
}

/// <summary>A pattern whose text is found per message. A text that is no expression matches nothing.</summary>
internal sealed class ComputedPattern(ValueNode text, bool linewise) : BytePattern
{
    private readonly TextCache<BytePattern?> _patterns = new(pattern => PatternCompiler.TryCompile(pattern, linewise, out _));

    public override bool IsMatch(Frame frame, ReadOnlySpan<byte> subject) => Current(frame) is { } pattern && pattern.IsMatch(frame, subject);

    public override Slice Find(Frame frame, ReadOnlySpan<byte> subject) => Current(frame) is { } pattern ? pattern.Find(frame, subject) : Slice.None;

    private BytePattern? Current(Frame frame)
    {
        var value = text.Evaluate(frame);
        return value.IsNull ? null : _patterns.Get(value.ToText(frame.Arena).Span);
    }
}

/// <summary>Bytes as characters of the same number.</summary>
internal static class WideText
{
    [ThreadStatic]
    private static char[]? _buffer;

    public static ReadOnlySpan<char> Of(ReadOnlySpan<byte> text)
    {
        var buffer = _buffer;
        if (buffer is null || buffer.Length < text.Length)
            _buffer = buffer = new char[Math.Max(4096, text.Length)];
        return buffer.AsSpan(0, Encoding.Latin1.GetChars(text, buffer));
    }
}
