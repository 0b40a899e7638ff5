using System.Buffers;
using System.Globalization;
using Antlr4.Runtime;
using ScriptedSip.Script.Syntax.Generated;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Syntax;

/// <summary>
/// The tokens of one file, one after the other, with the ability to go on reading at another place (behind a section that is switched
/// off). Comments do not appear; directives do, when they stand at the beginning of a line.
/// </summary>
internal sealed class FileTokens
{
    private static readonly SearchValues<char> VariableEnds = SearchValues.Create(" \t\r\n;\"");

    private readonly SourceFile _file;
    private readonly AntlrInputStream _input;
    private readonly SipScriptLexer _lexer;
    private readonly DiagnosticBag _diagnostics;

    public FileTokens(SourceFile file, DiagnosticBag diagnostics)
    {
        _file = file;
        _diagnostics = diagnostics;
        _input = new AntlrInputStream(file.Text);
        _lexer = new SipScriptLexer(_input, TextWriter.Null, TextWriter.Null);
        _lexer.RemoveErrorListeners();
    }

    public SourceFile File => _file;

    /// <summary>True when a comment that is never closed took the end of the file with it.</summary>
    public bool IsCutOff { get; private set; }

    /// <summary>The next token; again and again the end of file once there is nothing more.</summary>
    public ScriptToken Next()
    {
        while (true)
        {
            var token = _lexer.NextToken();
            var start = token.StartIndex;
            var length = token.StopIndex - start + 1;
            switch (token.Type)
            {
                case TokenConstants.EOF:
                    return new ScriptToken(TokenConstants.EOF, new TextSpan(_file, _file.Text.Length, 0));
                case SipScriptLexer.LineComment:
                case SipScriptLexer.BlockComment:
                    continue;
                case SipScriptLexer.Directive when !BeginsLine(start) || !IsDirective(start):
                    // '!!' within a line is a double negation, '#!' there a comment.
                    if (_file.Text[start] == '#')
                        continue;
                    Seek(start + 1);
                    return new ScriptToken(SipScriptLexer.NotWord, new TextSpan(_file, start, 1));
                case SipScriptLexer.DoubleString or SipScriptLexer.SingleString when SwallowedTheNext(start, length):
                case SipScriptLexer.UnterminatedString:
                    return Unterminated(start);
                case SipScriptLexer.UnterminatedComment:
                    _diagnostics.Add(DiagnosticCatalog.UnterminatedComment, new TextSpan(_file, start, 2));
                    IsCutOff = true;
                    Seek(_file.Text.Length);
                    continue;
                case SipScriptLexer.Variable when IsTornGroup(start, length):
                    return TornGroup(start, length);
                case SipScriptLexer.Variable when LacksClosing(start, length):
                    return TornArgument(start, length);
                case SipScriptLexer.Variable when LengthInBraces(start, length) is var braced and > 0:
                    return NameInBraces(start, length, braced);
                case SipScriptLexer.Unknown when OpensVariable(start):
                    return TornVariable(start);
                case SipScriptLexer.Unknown when CurlyQuoted(start) is { } quoted:
                    return quoted;
                case SipScriptLexer.Unknown:
                    ReportUnknown(start);
                    if (_file.Text[start] == '$')
                        return new ScriptToken(SipScriptLexer.BadVariable, new TextSpan(_file, start, 1));
                    continue;
                default:
                    return new ScriptToken(token.Type, new TextSpan(_file, start, length));
            }
        }
    }

    /// <summary>Goes on at an offset of the file.</summary>
    public void Seek(int offset)
    {
        _input.Seek(offset);
        _lexer.HitEOF = false;
    }

    private bool BeginsLine(int start)
    {
        for (var i = start - 1; i >= 0 && _file.Text[i] != '\n'; i--)
        {
            if (_file.Text[i] is not (' ' or '\t' or '\uFEFF'))
                return false;
        }

        return true;
    }

    private bool IsDirective(int start) => _file.Text[start] == '#' || (start + 2 < _file.Text.Length && char.IsAsciiLetter(_file.Text[start + 2]));

    // A string may span lines, so one that lacks its closing quote takes all text up to the next opening quote with it. What follows
    // its supposed end then is the text of that next string, which no grammar allows behind a string.
    private bool SwallowedTheNext(int start, int length)
    {
        var text = _file.Text;
        if (text.AsSpan(start, length).IndexOf('\n') < 0)
            return false;
        var end = start + length;
        if (end >= text.Length)
            return false;
        if (char.IsLetterOrDigit(text[end]) || text[end] is '"' or '\'' or '$' or '%' or '<' or '/' or '^' or '\\' or '[' or '@' or '_' or '-' or ':')
            return true;
        if (text[end] is not (' ' or '\t'))
            return false;
        var next = end;
        while (next < text.Length && text[next] is ' ' or '\t')
            next++;
        return next < text.Length && (char.IsLetterOrDigit(text[next]) || text[next] is '$' or '<' or '[' or ':') && !IsContinuation(text.AsSpan(next));
    }

    private static bool IsContinuation(ReadOnlySpan<char> text)
    {
        foreach (var word in (ReadOnlySpan<string>)["and", "or", "eq", "ne", "desc", "descr"])
        {
            if (text.StartsWith(word, StringComparison.Ordinal) && (text.Length == word.Length || !char.IsLetterOrDigit(text[word.Length])))
                return true;
        }

        return false;
    }

    // The string ends where its line does, or before what closes the statement there, so that reading goes on undisturbed.
    private ScriptToken Unterminated(int start)
    {
        var text = _file.Text;
        var end = text.AsSpan(start).IndexOfAny('\r', '\n') is var index and >= 0 ? start + index : text.Length;
        var trimmed = text.AsSpan(start, end - start).TrimEnd();
        var closing = trimmed.TrimEnd(" \t);{}".AsSpan());
        if (closing.Length < trimmed.Length && closing.Length > 0)
            trimmed = closing;
        Seek(start + trimmed.Length);
        _diagnostics.Add(DiagnosticCatalog.UnterminatedString, new TextSpan(_file, start, trimmed.Length));
        return new ScriptToken(SipScriptLexer.UnterminatedString, new TextSpan(_file, start, trimmed.Length));
    }

    // $(rm{s.len == "x"): the parenthesis that ends it belongs to something else.
    private bool IsTornGroup(int start, int length)
    {
        var text = _file.Text.AsSpan(start, length);
        return text.StartsWith("$(", StringComparison.Ordinal) && text.Count('{') > text.Count('}') && !text.Contains('\\');
    }

    private ScriptToken TornGroup(int start, int length)
    {
        var blank = _file.Text.AsSpan(start, length).IndexOfAny(' ', '\t');
        var span = new TextSpan(_file, start, blank > 0 ? blank : length);
        Seek(span.End);
        _diagnostics.Add(DiagnosticCatalog.MalformedPseudoVariable, span, "the '{' of a transformation is never closed");
        return new ScriptToken(SipScriptLexer.BadVariable, span);
    }

    // $(name; nothing on its line closes it.
    private bool OpensVariable(int start) => _file.Text.AsSpan(start).StartsWith("$(", StringComparison.Ordinal);

    private ScriptToken TornVariable(int start)
    {
        var rest = _file.Text.AsSpan(start);
        var length = rest.IndexOfAny(VariableEnds);
        var span = new TextSpan(_file, start, length < 0 ? rest.Length : length);
        Seek(span.End);
        _diagnostics.Add(DiagnosticCatalog.MalformedPseudoVariable, span, "its '(' is never closed");
        return new ScriptToken(SipScriptLexer.BadVariable, span);
    }

    // $avp(name; a parenthesis right behind a name that does not end on its line.
    private bool LacksClosing(int start, int length) =>
        start + length < _file.Text.Length && _file.Text[start + length] == '(' && _file.Text[start + length - 1] is not (')' or ']' or '}');

    private ScriptToken TornArgument(int start, int length)
    {
        var end = start + length + 1;
        while (end < _file.Text.Length && (char.IsAsciiLetterOrDigit(_file.Text[end]) || _file.Text[end] is '_' or ':' or '>' or '$'))
            end++;
        var span = new TextSpan(_file, start, end - start);
        Seek(end);
        _diagnostics.Add(DiagnosticCatalog.MalformedPseudoVariable, span, "its '(' is never closed");
        return new ScriptToken(SipScriptLexer.BadVariable, span);
    }

    // $var{x}: length of what stands in braces right behind a bare name; 0 when nothing does.
    private int LengthInBraces(int start, int length)
    {
        var rest = _file.Text.AsSpan(start + length);
        if (rest is not ['{', ..] || !char.IsAsciiLetterOrDigit(_file.Text[start + length - 1]))
            return 0;
        var end = 1;
        while (end < rest.Length && (char.IsAsciiLetterOrDigit(rest[end]) || rest[end] is '_' or ':'))
            end++;
        return end > 1 && end < rest.Length && rest[end] == '}' ? end + 1 : 0;
    }

    private ScriptToken NameInBraces(int start, int length, int braced)
    {
        var span = new TextSpan(_file, start, length + braced);
        Seek(span.End);
        var name = _file.Text.AsSpan(start + length + 1, braced - 2);
        _diagnostics.AddWithHint(DiagnosticCatalog.MalformedPseudoVariable, span, Spelling.Question($"{_file.Text.AsSpan(start, length)}({name})"), "its name stands in braces");
        return new ScriptToken(SipScriptLexer.BadVariable, span);
    }

    // Text pasted from a word processor: one finding for the pair of quotes, and a string to go on with.
    private ScriptToken? CurlyQuoted(int start)
    {
        if (_file.Text[start] is not ('\u201C' or '\u201D' or '\u201E'))
            return null;
        var rest = _file.Text.AsSpan(start + 1);
        var close = rest.IndexOfAny("\u201C\u201D\"\r\n");
        if (close < 0 || rest[close] is '\r' or '\n')
            return null;
        var span = new TextSpan(_file, start, close + 2);
        Seek(span.End);
        _diagnostics.AddWithHint(DiagnosticCatalog.UnknownCharacter, span with { Length = 1 }, HintFor(_file.Text[start].ToString()), _file.Text[start]);
        return new ScriptToken(SipScriptLexer.DoubleString, span, '"' + rest[..close].ToString() + '"');
    }

    private void ReportUnknown(int start)
    {
        if (TemplateMark(_file.Text.AsSpan(start)) is { } mark)
        {
            _diagnostics.Add(DiagnosticCatalog.TemplateSource, new TextSpan(_file, start, mark.Length), mark);
            return;
        }

        // One finding for a run of them: a pasted word in another script is one mistake.
        var end = start + 1;
        while (end < _file.Text.Length && _file.Text[end] > 127 && !char.IsWhiteSpace(_file.Text[end]))
            end++;
        Seek(end);
        var shown = _file.Text[start..end];
        if (IsInvisible(shown[0]))
            shown = $"U+{(int)shown[0]:X4}";
        _diagnostics.AddWithHint(DiagnosticCatalog.UnknownCharacter, new TextSpan(_file, start, end - start), HintFor(_file.Text[start..end]), shown);
    }

    private string? TemplateMark(ReadOnlySpan<char> text) =>
        text.StartsWith("${", StringComparison.Ordinal) ? "${" : text.StartsWith("$$", StringComparison.Ordinal) ? "$$" : text[0] == '`' && IsM4() ? "m4 `" : null;

    private bool IsM4() => _file.Text.Contains("define(`", StringComparison.Ordinal) || _file.Text.Contains("dnl", StringComparison.Ordinal) || _file.Text.Contains("changequote(", StringComparison.Ordinal);

    private static string? HintFor(string shown) => shown[0] switch
    {
        '\u201C' or '\u201D' or '\u201E' => "write a straight quote: \"",
        '\u2018' or '\u2019' => "write a straight quote: '",
        '\u2013' or '\u2014' => "write '-'",
        '$' => "a pseudo-variable is $name or $(name)",
        var c when IsInvisible(c) => "it cannot be seen; delete it",
        var c when IsLookAlike(shown, out var plain) => $"it is U+{(int)c:X4}; write '{plain}'",
        var c when char.IsLetter(c) => $"it is U+{(int)c:X4}, no letter from a to z",
        _ => null,
    };

    private static bool IsInvisible(char c) => c is '\u2028' or '\u2029' || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.Control;

    // Marks of other scripts and widths that stand for one of ours: the full-width ones, and the Greek question mark.
    private static bool IsLookAlike(string shown, out char plain)
    {
        plain = shown[0] == '\u037E' ? ';' : shown[0] is > '\uFF00' and < '\uFF5F' ? (char)(shown[0] - 0xFEE0) : '\0';
        return shown.Length == 1 && plain != '\0';
    }
}
