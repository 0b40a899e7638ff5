using Antlr4.Runtime;
using ScriptedSip.Script.Syntax.Generated;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Syntax;

/// <summary>
/// Makes parentheses and braces pair up before parsing. A missing one is the mistake that derails a parser most; found here, it can be
/// named with the place it was opened, mended, and everything behind it read as usual. Which brace lacks its partner is judged by
/// indentation, as a person would.
/// </summary>
internal sealed class BracketBalancer(List<ScriptToken> tokens, DiagnosticBag diagnostics, bool isCutOff = false)
{
    private const int MaxDepth = 250;

    private readonly List<ScriptToken> _output = new(tokens.Count + 8);
    private readonly List<Opening> _open = [];

    // Pairs of the route block being read whose indentation does not fit: candidates for blame.
    private ScriptToken? _closedTooEarly;
    private int _closerThatLeftTheBlock = -1;

    // Index of the last token of a route's head that has no '{' behind it.
    private int _bodyMissingAfter = -1;

    private readonly record struct Opening(ScriptToken Token, int OutputIndex);

    /// <returns>The balanced list; null when nesting is too deep to go on.</returns>
    public List<ScriptToken>? Balance()
    {
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            if (_open.Count == 0 && Last is { Type: SipScriptLexer.Comma } comma && token.BeginsLine && BeginsItem(i))
            {
                diagnostics.Add(DiagnosticCatalog.UnexpectedToken, comma.Span, "','", " at the end of a setting");
                _output.RemoveAt(_output.Count - 1);
            }
            if (_open.Count == 0 && Last is { Type: SipScriptLexer.Assign or SipScriptLexer.Colon } && token.BeginsLine && BeginsItem(i))
                DropSetting();
            else if (_open.Count == 0 && Last is { Type: not (SipScriptLexer.Semicolon or SipScriptLexer.Assign) } && token.BeginsLine && IsNoValue(i))
                _output.Add(new ScriptToken(SipScriptLexer.Semicolon, Last!.Span.After, ";"));
            switch (token.Type)
            {
                case SipScriptLexer.LeftParen:
                    if (Last is { Type: SipScriptLexer.Word or SipScriptLexer.Route or SipScriptLexer.Flags or SipScriptLexer.Desc })
                        token = new ScriptToken(SipScriptLexer.CallParen, token.Span, "(");
                    _open.Add(new(token, _output.Count));
                    break;
                case SipScriptLexer.LeftBrace:
                    if (IsParenthesis(Top) && !OpensInsideParenthesis())
                        CloseParentheses();
                    _open.Add(new(token, _output.Count));
                    break;
                case SipScriptLexer.Semicolon:
                    CloseParentheses();
                    break;
                case SipScriptLexer.RightParen:
                    if (IsParenthesis(Top))
                        _open.RemoveAt(_open.Count - 1);
                    else if (!OpenMissingParenthesis(token))
                    {
                        diagnostics.Add(DiagnosticCatalog.UnmatchedClosing, token.Span, ")");
                        continue;
                    }
                    break;
                case SipScriptLexer.RightBrace:
                    CloseParentheses();
                    if (!CloseBrace(token))
                        continue;
                    break;
                case TokenConstants.EOF:
                    CloseParentheses(isReported: !isCutOff);
                    CloseBraces(isReported: !isCutOff);
                    break;
                case SipScriptLexer.Route or SipScriptLexer.RouteKind or SipScriptLexer.LoadModule or SipScriptLexer.ModParam when IsDeclaration(i):
                    token = Declaration(i);
                    break;
                default:
                    if (IsParenthesis(Top) && BeginsNextStatement(i))
                        CloseParentheses();
                    break;
            }

            if (_open.Count > MaxDepth)
            {
                diagnostics.Add(DiagnosticCatalog.NestingTooDeep, token.Span, $": more than {MaxDepth} brackets are open");
                return null;
            }

            _output.Add(token);
            if (i == _bodyMissingAfter)
                OpenMissingBody();
        }

        return _output;
    }

    private ScriptToken? Top => _open.Count > 0 ? _open[^1].Token : null;

    private ScriptToken? Last => _output.Count > 0 ? _output[^1] : null;

    // if ({ a(); b(); }): a block as a condition begins right behind its parenthesis.
    private bool OpensInsideParenthesis() => Last is { Type: SipScriptLexer.LeftParen } && _open[^1].OutputIndex == _output.Count - 1;

    private void CloseParentheses(bool isReported = true)
    {
        var outermost = -1;
        for (var i = _open.Count - 1; i >= 0 && IsParenthesis(_open[i].Token); i--)
            outermost = i;
        if (outermost < 0)
            return;
        if (isReported)
            ReportParenthesis(_open[outermost]);
        for (var i = _open.Count - 1; i >= outermost; i--)
            _output.Add(new ScriptToken(SipScriptLexer.RightParen, Last!.Span.After, ")"));
        _open.RemoveRange(outermost, _open.Count - outermost);
    }

    private void ReportParenthesis(Opening opening)
    {
        var before = opening.OutputIndex > 0 ? _output[opening.OutputIndex - 1] : null;
        var what = before switch
        {
            { Type: SipScriptLexer.If or SipScriptLexer.While or SipScriptLexer.Switch or SipScriptLexer.For } => $"the '{before.Text}'",
            { Type: SipScriptLexer.Word or SipScriptLexer.Route or SipScriptLexer.ModParam } => $"{before.Text}(…)",
            _ => "the '('",
        };
        var (line, column) = opening.Token.Span.File.Locate(opening.Token.Span.Start);
        diagnostics.Add(DiagnosticCatalog.MissingClosingParenthesis, Last!.Span.After, what, line, column);
    }

    private bool CloseBrace(ScriptToken token)
    {
        if (_open.Count == 0)
            return CloseWithoutOpening(token);
        var opening = _open[^1].Token;
        _open.RemoveAt(_open.Count - 1);
        if (token.BeginsLine)
        {
            var difference = token.Indentation - opening.Indentation;
            if (difference < 0)
                _closedTooEarly ??= opening;
            if (_open.Count == 0)
                _closerThatLeftTheBlock = difference > 0 ? _output.Count : _closerThatLeftTheBlock;
        }

        if (_open.Count == 0)
            _closedTooEarly = null;
        return true;
    }

    // One brace too many. When an earlier one left the block although it stands further in than the block's head, that one is it.
    private bool CloseWithoutOpening(ScriptToken token)
    {
        if (_closerThatLeftTheBlock >= 0)
        {
            if (OpenMissingBrace(_closerThatLeftTheBlock))
                return true;
            diagnostics.Add(DiagnosticCatalog.UnmatchedClosing, _output[_closerThatLeftTheBlock].Span, "}");
            _output.RemoveAt(_closerThatLeftTheBlock);
            _closerThatLeftTheBlock = -1;
            return true;
        }

        diagnostics.Add(DiagnosticCatalog.UnmatchedClosing, token.Span, "}");
        return false;
    }

    // if (x) without its brace, whose body goes on to a brace as far in as the 'if' itself: that one was meant to close it.
    private bool OpenMissingBrace(int closer)
    {
        var indentation = _output[closer].Indentation;
        for (var i = closer - 1; i > 0 && (!_output[i].BeginsLine || _output[i].Indentation >= indentation); i--)
        {
            if (!_output[i].BeginsLine || _output[i].Indentation > indentation)
                continue;
            var last = i;
            while (!_output[last + 1].BeginsLine)
                last++;
            if (_output[last].Type == SipScriptLexer.LeftBrace)
                return false;
            if (!_output[i..(last + 1)].Exists(static token => token.Type is SipScriptLexer.If or SipScriptLexer.Else or SipScriptLexer.While or SipScriptLexer.For or SipScriptLexer.Switch))
                continue;
            var head = _output[last].Span;
            var text = head.File.LineText(head.Line)[..(head.Column - 1 + head.Length)].Trim().ToString();
            diagnostics.Add(DiagnosticCatalog.MissingToken, head.After, "'{'", $" after '{text}'");
            _output.Insert(last + 1, new ScriptToken(SipScriptLexer.LeftBrace, head.After, "{"));
            _closerThatLeftTheBlock = -1;
            return true;
        }
        return false;
    }

    // t_on_failure"X"): a name and a text side by side are a call.
    private bool OpenMissingParenthesis(ScriptToken closing)
    {
        for (var i = _output.Count - 1; i > 0 && _output[i].Line == closing.Line && i > (_open.Count > 0 ? _open[^1].OutputIndex : 0); i--)
        {
            if (_output[i].Type is not (SipScriptLexer.DoubleString or SipScriptLexer.SingleString) || _output[i - 1].Type != SipScriptLexer.Word)
                continue;
            var place = _output[i - 1].Span.After;
            diagnostics.Add(DiagnosticCatalog.MissingToken, place, "'('", $" after '{_output[i - 1].Text}'");
            _output.Insert(i, new ScriptToken(SipScriptLexer.CallParen, place, "("));
            return true;
        }
        return false;
    }

    private void CloseBraces(bool isReported = true)
    {
        if (_open.Count == 0)
            return;
        if (isReported)
            diagnostics.Add(DiagnosticCatalog.UnclosedBrace, (_closedTooEarly ?? _open[^1].Token).Span);
        for (var i = _open.Count - 1; i >= 0; i--)
            _output.Add(new ScriptToken(SipScriptLexer.RightBrace, Last!.Span.After, "}"));
        _open.Clear();
        _closedTooEarly = null;
    }

    private static bool IsParenthesis(ScriptToken? token) => token is { Type: SipScriptLexer.LeftParen or SipScriptLexer.CallParen };

    private bool BeginsItem(int index) => tokens[index].Type switch
    {
        SipScriptLexer.Route or SipScriptLexer.RouteKind or SipScriptLexer.LoadModule or SipScriptLexer.ModParam => IsDeclaration(index),
        SipScriptLexer.Word => tokens[index + 1].Type == SipScriptLexer.Assign,
        _ => false,
    };

    // What a setting without its ';' would take for one more value: 'flags', and a misspelt loadmodule.
    private bool IsNoValue(int index) => tokens[index].Type == SipScriptLexer.Flags || LacksItsAssign(index)
        || (tokens[index].Type == SipScriptLexer.Word && tokens[index + 1].Type is SipScriptLexer.DoubleString or SipScriptLexer.SingleString && Last is { Type: not (SipScriptLexer.RightBrace or SipScriptLexer.Word) });

    // listen udp:…: a name at the margin with a value beside it. The values of a list that go on in the next line stand further in, and touch.
    private bool LacksItsAssign(int index) => tokens[index].Type == SipScriptLexer.Word && tokens[index].Indentation == 0
        && tokens[index + 1] is var value && value.Line == tokens[index].Line
        && (value.Type == SipScriptLexer.EqualEqual || (value.Type is SipScriptLexer.Word or SipScriptLexer.Number or SipScriptLexer.Ipv4 && !tokens[index].Touches(value))
            || (value.Type == SipScriptLexer.Colon && !value.Touches(tokens[index + 2]))) && Last is { Type: not (SipScriptLexer.Comma or SipScriptLexer.Word) };

    // A value may stand on the next line, so a setting without one would take the head of what follows it.
    private void DropSetting()
    {
        var first = _output.Count - 1;
        while (first > 0 && !_output[first].BeginsLine)
            first--;
        var isAddress = Last!.Type == SipScriptLexer.Colon;
        var name = string.Concat(_output.Skip(first).SkipLast(isAddress ? 0 : 1).Select(static token => token.Text));
        var isComment = Last.Span.File.Text.AsSpan(Last.Span.End).StartsWith("//", StringComparison.Ordinal);
        diagnostics.AddWithHint(DiagnosticCatalog.MissingToken, Last.Span.After, isComment ? "'//' begins a comment" : null, isAddress ? "address" : "value", isAddress ? $" after '{name}'" : $" of '{name}'");
        _output.RemoveRange(first, _output.Count - first);
    }

    // 'route' is a declaration when brackets or a brace follow; with parentheses it is a call.
    private bool IsDeclaration(int index) =>
        tokens[index].Type != SipScriptLexer.Route || tokens[index + 1].Type is SipScriptLexer.LeftBracket or SipScriptLexer.LeftBrace;

    // Where it stands tells whether blocks before it lack their end, or whether it was put inside of one on purpose.
    private ScriptToken Declaration(int index)
    {
        var token = tokens[index];
        if (_open.Count > 0)
        {
            CloseParentheses();
            if (_open.Count > 0 && (!token.BeginsLine || token.Indentation > _open[0].Token.Indentation))
                return token.Type == SipScriptLexer.Route ? new ScriptToken(SipScriptLexer.RouteKind, token.Span, token.Text) : token;
            CloseBraces();
        }

        _closerThatLeftTheBlock = -1;
        if (token.Type is SipScriptLexer.Route or SipScriptLexer.RouteKind && token.BeginsLine)
            LookForBody(index);
        return token;
    }

    private void LookForBody(int index)
    {
        var end = index;
        if (tokens[end + 1].Type == SipScriptLexer.LeftBracket)
        {
            for (end++; end < index + 12 && end < tokens.Count - 1 && tokens[end].Type != SipScriptLexer.RightBracket;)
                end++;
        }

        if (tokens[end].Type is SipScriptLexer.RightBracket or SipScriptLexer.RouteKind && tokens[end + 1].Type is not (SipScriptLexer.LeftBrace or SipScriptLexer.LeftBracket or TokenConstants.EOF))
            _bodyMissingAfter = end;
    }

    private void OpenMissingBody()
    {
        var first = Last!;
        var text = first.Span.File.LineText(first.Span.Line)[..(first.Span.Column - 1 + first.Span.Length)].Trim().ToString();
        diagnostics.Add(DiagnosticCatalog.MissingToken, first.Span.After, "'{'", $" after '{text}'");
        var brace = new ScriptToken(SipScriptLexer.LeftBrace, first.Span.After, "{");
        _open.Add(new(brace, _output.Count));
        _output.Add(brace);
        _bodyMissingAfter = -1;
    }

    // Inside parentheses two operands never follow one another; where the second begins a line, the first was the end of its statement.
    private bool BeginsNextStatement(int index)
    {
        var token = tokens[index];
        if (Last is not
            {
                Type: SipScriptLexer.DoubleString or SipScriptLexer.SingleString or SipScriptLexer.Number or SipScriptLexer.Variable
                or SipScriptLexer.Word or SipScriptLexer.RightParen or SipScriptLexer.Ipv4 or SipScriptLexer.Null
            } || !token.BeginsLine)
            return false;
        return token.Type switch
        {
            SipScriptLexer.If or SipScriptLexer.While or SipScriptLexer.Switch or SipScriptLexer.Return or SipScriptLexer.Exit
                or SipScriptLexer.Drop or SipScriptLexer.Break => true,
            SipScriptLexer.Word or SipScriptLexer.Route => tokens[index + 1].Type == SipScriptLexer.LeftParen,
            SipScriptLexer.Variable => tokens[index + 1].Type is SipScriptLexer.Assign or SipScriptLexer.AssignOperator,
            _ => false,
        };
    }
}
