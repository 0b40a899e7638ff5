using Antlr4.Runtime;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Syntax;

/// <summary>
/// A token that knows its file. A token that a definition or substitution put in place carries its own text, while its span stays the
/// place the author can edit: where the defined name is used.
/// </summary>
internal sealed class ScriptToken(int type, TextSpan span, string? replacement = null) : IToken
{
    private string? _text = replacement;

    public int Type { get; } = type;

    public TextSpan Span { get; } = span;

    /// <summary>True when the text is not what stands in the source at <see cref="Span"/>.</summary>
    public bool IsReplaced { get; } = replacement is not null;

    public string Text => _text ??= Span.Text.ToString();

    /// <summary>Position in the list the parser reads.</summary>
    public int TokenIndex { get; set; }

    public int Line => Span.Line;

    public int Column => Span.Column - 1;

    public int Channel => 0;

    public int StartIndex => Span.Start;

    public int StopIndex => Span.End - 1;

    public ITokenSource TokenSource => null!;

    public ICharStream InputStream => null!;

    /// <summary>True when nothing stands between this token and the next in the source.</summary>
    public bool Touches(ScriptToken next) =>
        ReferenceEquals(Span.File, next.Span.File) && (Span.End == next.Span.Start || Span == next.Span);

    public override string ToString() => Text;
}
