using Antlr4.Runtime;
using ScriptedSip.Script.Syntax.Generated;
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

    /// <summary>The directive whose value this token is a part of; default for a token of the script's own.</summary>
    public TextSpan Definition { get; init; }

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

    /// <summary>True when nothing but blanks stands before this token on its line.</summary>
    public bool BeginsLine => Span.File.Text.AsSpan(Span.File.LineStart(Span.Line), Span.Column - 1).IsWhiteSpace();

    /// <summary>How far in the line of this token begins, in columns; a tab goes to the next multiple of 8.</summary>
    public int Indentation
    {
        get
        {
            var width = 0;
            foreach (var c in Span.File.LineText(Span.Line))
            {
                if (c is not (' ' or '\t'))
                    break;
                width = c == '\t' ? (width / 8 + 1) * 8 : width + 1;
            }

            return width;
        }
    }

    /// <summary>The token as findings call it: what the author wrote, in quotes.</summary>
    public string Quoted => Type switch
    {
        TokenConstants.EOF => "end of file",
        SipScriptLexer.DoubleString or SipScriptLexer.SingleString when Text.Length > 30 => "the string " + Text[..27] + "…" + Text[0],
        SipScriptLexer.DoubleString or SipScriptLexer.SingleString => "the string " + Text,
        SipScriptLexer.Word or SipScriptLexer.DigitWord or SipScriptLexer.Number when IsReplaced && Span.Length > 0 => $"'{Span.Text}'",
        _ => $"'{Text}'",
    };

    public override string ToString() => Text;
}
