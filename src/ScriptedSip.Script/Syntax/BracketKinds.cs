using Antlr4.Runtime;
using ScriptedSip.Script.Syntax.Generated;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Syntax;

/// <summary>
/// Puts right what has the wrong shape: a bracket of another kind than its place needs ('(' for '{'), and ';' or ':' between arguments. Each is told
/// once, where it stands, and its partner may have either shape; what stays unbalanced is for <see cref="BracketBalancer"/>.
/// </summary>
internal sealed class BracketKinds(List<ScriptToken> tokens, DiagnosticBag diagnostics)
{
    // Tokens of a line that are looked through: a longer line is no slip of a person.
    private const int MaxLookAhead = 200;

    private readonly List<Opening> _open = [];

    // Indexes of the ')' that ends a condition and of the ']' that ends a route's head: a block begins behind them.
    private int _conditionEnd = -1;
    private int _headEnd = -1;
    private int _blocks;

    // Tokens of definitions that must not go on to the parser.
    private readonly HashSet<ScriptToken> _dropped = [];

    private readonly record struct Opening(int Index, int Type, bool IsMended);

    /// <summary>Changes the list of tokens in place.</summary>
    public void Mend()
    {
        for (var i = 0; i < tokens.Count; i++)
        {
            switch (tokens[i].Type)
            {
                case SipScriptLexer.RouteKind when tokens[i].BeginsLine:
                    LeaveAll();
                    break;
                case SipScriptLexer.Route when tokens[i].BeginsLine && IsHead(i):
                    LeaveAll();
                    break;
                case SipScriptLexer.LeftParen or SipScriptLexer.LeftBrace or SipScriptLexer.LeftBracket:
                    Open(i);
                    break;
                case SipScriptLexer.RightParen or SipScriptLexer.RightBrace or SipScriptLexer.RightBracket:
                    Close(i);
                    break;
                case SipScriptLexer.Colon when IsInCall && IsText(i - 1) && IsText(i + 1):
                    Report(i, SipScriptLexer.Comma, ",", $" after {tokens[i - 1].Text}");
                    break;
                case SipScriptLexer.Semicolon when tokens[i].Definition.File is not null && Top == SipScriptLexer.LeftParen:
                    diagnostics.Add(DiagnosticCatalog.BadDirective, tokens[i].Definition, "define", ": the ';' becomes a part of the value, which is used within parentheses");
                    _dropped.Add(tokens[i]);
                    break;
                case SipScriptLexer.Semicolon when IsInCall && ClosesOnItsLine(i + 1, SipScriptLexer.RightParen):
                    Report(i, SipScriptLexer.Comma, ",", $" after {tokens[i - 1].Text}");
                    break;
                case SipScriptLexer.Semicolon:
                    LeaveParentheses();
                    break;
            }
        }

        if (_dropped.Count > 0)
            tokens.RemoveAll(_dropped.Contains);
    }

    private bool IsInBlock => _blocks > 0;

    private int Top => _open.Count > 0 ? _open[^1].Type : 0;

    private bool IsInCall => Top == SipScriptLexer.LeftParen && Before(_open[^1].Index) is SipScriptLexer.Word or SipScriptLexer.ModParam;

    // route[NAT] { and route {; route[NAT]; is a call.
    private bool IsHead(int index) => tokens[index + 1].Type is SipScriptLexer.LeftBracket or SipScriptLexer.LeftBrace
        && !(IsInBlock && IndexOfCloser(index + 2) is var close and > 0 && tokens[close + 1].Type == SipScriptLexer.Semicolon);

    private int Before(int index) => index > 0 ? tokens[index - 1].Type : 0;

    private bool IsText(int index) => index >= 0 && tokens[index].Type is SipScriptLexer.DoubleString or SipScriptLexer.SingleString;

    private void Open(int i)
    {
        var (type, before) = (tokens[i].Type, Before(i));
        if (before is SipScriptLexer.Route && !IsInBlock && type != SipScriptLexer.LeftBracket && IsNameInBrackets(i))
        {
            Report(i, SipScriptLexer.LeftBracket, "[", " after 'route'");
            tokens[i + 2] = new ScriptToken(SipScriptLexer.RightBracket, tokens[i + 2].Span, "]");
        }
        else if (type == SipScriptLexer.LeftBracket && IsDoubledHead(i, before))
        {
            diagnostics.Add(DiagnosticCatalog.UnexpectedToken, tokens[i].Span, "'['", " after '['");
            _dropped.Add(tokens[i]);
            if (tokens.FindIndex(i, Math.Min(4, tokens.Count - i), static token => token.Type == SipScriptLexer.RightBracket) is var close and > 0 && tokens[close + 1].Type == SipScriptLexer.RightBracket)
                _dropped.Add(tokens[close]);
            return;
        }
        else if (type != SipScriptLexer.LeftBrace && IsPlaceOfBlock(i, before))
            Report(i, SipScriptLexer.LeftBrace, "{", " where a block begins");
        else if (type != SipScriptLexer.LeftParen && IsInBlock && IsPlaceOfParenthesis(i, before))
            Report(i, SipScriptLexer.LeftParen, "(", $" after '{tokens[i - 1].Text}'");
        else
        {
            Push(new(i, type, IsMended: false));
            return;
        }
        Push(new(i, tokens[i].Type, IsMended: true));
    }

    private void Push(Opening opening)
    {
        _open.Add(opening);
        if (opening.Type == SipScriptLexer.LeftBrace)
            _blocks++;
    }

    private void LeaveAll()
    {
        _open.Clear();
        _blocks = 0;
    }

    // route(NAT) {
    // route[[NAT]] {
    private bool IsDoubledHead(int i, int before) => before == SipScriptLexer.LeftBracket && !IsInBlock && i > 1 && Before(i - 1) is SipScriptLexer.Route or SipScriptLexer.RouteKind;

    private bool IsNameInBrackets(int i) => i + 3 < tokens.Count
        && tokens[i + 1].Type is SipScriptLexer.Word or SipScriptLexer.Number or SipScriptLexer.DoubleString
        && tokens[i + 2].Type is SipScriptLexer.RightParen or SipScriptLexer.RightBrace
        && tokens[i + 3].Type is SipScriptLexer.LeftBrace && tokens[i + 3].Line == tokens[i].Line;

    // Behind a condition or an 'else', and behind the head of a route when the line ends.
    private bool IsPlaceOfBlock(int i, int before) => i > 0 && tokens[i].Line == tokens[i - 1].Line && (IsInBlock
        ? i - 1 == _conditionEnd || (before == SipScriptLexer.Else && tokens[i].Type == SipScriptLexer.LeftParen && tokens[i + 1].BeginsLine)
        : tokens[i + 1].BeginsLine && (i - 1 == _headEnd || (before is SipScriptLexer.Route or SipScriptLexer.RouteKind && tokens[i].Type == SipScriptLexer.LeftParen)));

    // setflag{1}, if {…}, route[NAT]; within a block. A block as a condition (SER 0.8) has statements in it, which end with ';'.
    private bool IsPlaceOfParenthesis(int i, int before) => tokens[i].Type == SipScriptLexer.LeftBracket
        ? before is SipScriptLexer.Route or SipScriptLexer.Word && tokens[i - 1].Touches(tokens[i]) && IndexOfCloser(i + 1) is var close and > 0 && tokens[close + 1].Type != SipScriptLexer.LeftBrace
        : (before is SipScriptLexer.If or SipScriptLexer.While or SipScriptLexer.Switch
            || (before is SipScriptLexer.Word or SipScriptLexer.Route && tokens[i - 1].Touches(tokens[i]))) && IndexOfCloser(i + 1) > 0;

    private void Close(int i)
    {
        var type = tokens[i].Type;
        if (_open.Count > 0 && _open[^1] is { IsMended: true } mended)
        {
            if (Partner(mended.Type) != type)
                tokens[i] = new ScriptToken(Partner(mended.Type), tokens[i].Span, Shape(Partner(mended.Type)));
            Pop(i);
            return;
        }

        if (type == SipScriptLexer.RightParen && Top == SipScriptLexer.LeftBrace && EndsBlock(i))
            Report(i, SipScriptLexer.RightBrace, "}", " where a block ends");
        else if (type != SipScriptLexer.RightParen && Top == SipScriptLexer.LeftParen && EndsParenthesis(i))
            Report(i, SipScriptLexer.RightParen, ")", $" after {tokens[i - 1].Quoted}");
        else if (type == SipScriptLexer.RightBrace)
            LeaveParentheses();
        if (Partner(Top) == tokens[i].Type)
            Pop(i);
    }

    private void Pop(int i)
    {
        var opening = _open[^1];
        _open.RemoveAt(_open.Count - 1);
        if (opening.Type == SipScriptLexer.LeftBrace)
            _blocks--;
        var before = Before(opening.Index);
        if (opening.Type == SipScriptLexer.LeftParen && before is SipScriptLexer.If or SipScriptLexer.While or SipScriptLexer.For or SipScriptLexer.Switch)
            _conditionEnd = i;
        else if (opening.Type == SipScriptLexer.LeftBracket && !IsInBlock && before is SipScriptLexer.Route or SipScriptLexer.RouteKind)
            _headEnd = i;
    }

    // A ')' alone on a line that stands as far in as the line of the '{'.
    private bool EndsBlock(int i) => tokens[i].BeginsLine && tokens[i].Indentation == tokens[_open[^1].Index].Indentation
        && (tokens[i + 1].BeginsLine || tokens[i + 1].Type is SipScriptLexer.Else or TokenConstants.EOF);

    // foo(1}; and if (foo(1}) {: what follows goes on as behind a ')'.
    private bool EndsParenthesis(int i) => !tokens[i].BeginsLine && tokens[i].Line == tokens[_open[^1].Index].Line && tokens[i + 1].Line == tokens[i].Line
        && tokens[i + 1].Type is SipScriptLexer.Semicolon or SipScriptLexer.RightParen or SipScriptLexer.Comma or SipScriptLexer.LeftBrace
            or (>= SipScriptLexer.OrWord and <= SipScriptLexer.Caret);

    private bool ClosesOnItsLine(int from, int closer) => FirstUnmatched(from, allowsSemicolon: true) is var close and > 0 && tokens[close].Type == closer;

    private int IndexOfCloser(int from) => FirstUnmatched(from, allowsSemicolon: false);

    // The closing bracket on the same line that has no partner behind 'from'; -1 when there is none.
    private int FirstUnmatched(int from, bool allowsSemicolon)
    {
        var depth = 0;
        for (var i = from; i < Math.Min(tokens.Count, from + MaxLookAhead) && tokens[i].Line == tokens[from - 1].Line; i++)
        {
            switch (tokens[i].Type)
            {
                case SipScriptLexer.LeftParen or SipScriptLexer.LeftBrace or SipScriptLexer.LeftBracket:
                    depth++;
                    break;
                case SipScriptLexer.RightParen or SipScriptLexer.RightBrace or SipScriptLexer.RightBracket when depth-- == 0:
                    return i;
                case SipScriptLexer.Semicolon when !allowsSemicolon:
                case TokenConstants.EOF:
                    return -1;
            }
        }
        return -1;
    }

    private void LeaveParentheses()
    {
        while (_open.Count > 0 && Top != SipScriptLexer.LeftBrace)
            _open.RemoveAt(_open.Count - 1);
    }

    private void Report(int index, int type, string shape, string where)
    {
        var token = tokens[index];
        diagnostics.AddWithHint(DiagnosticCatalog.UnexpectedToken, token.Span, Spelling.Question(shape), $"'{token.Text}'", where);
        tokens[index] = new ScriptToken(type, token.Span, shape);
    }

    private static int Partner(int type) => type switch
    {
        SipScriptLexer.LeftParen => SipScriptLexer.RightParen,
        SipScriptLexer.LeftBrace => SipScriptLexer.RightBrace,
        SipScriptLexer.LeftBracket => SipScriptLexer.RightBracket,
        _ => 0,
    };

    private static string Shape(int type) => type switch
    {
        SipScriptLexer.RightParen => ")",
        SipScriptLexer.RightBrace => "}",
        _ => "]",
    };
}
