using System.Collections.Immutable;
using System.Text;
using ScriptedSip.Script.Syntax.Generated;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Syntax.Formatting;

/// <summary>
/// Writes the pieces of a file again, with its own line breaks and indentation between them: a statement begins a line, braces open at the end of
/// one and close at the beginning of another, what goes on over several lines is indented once more, and a directive stands at the margin. Breaks
/// within statements, single blank lines and the columns of comments behind code are the author's.
/// </summary>
internal sealed class Layout(string text, List<Piece> pieces, string newLine)
{
    private const int Indentation = 4;
    private const int TabWidth = 8;

    private readonly SourceFile _source = new("", text);
    private readonly StringBuilder _output = new(text.Length + text.Length / 8);
    private readonly Stack<Position> _conditionals = new();
    private Position _at = new(ImmutableStack<Block>.Empty, 0, 0, 0, 0, AtStart: true, InLabel: false, IsRoute: false);
    private int _lineIndent;
    private int _lineStart;
    private Piece _lineFirst;
    private bool _mustBreak;

    /// <summary>An open brace.</summary>
    private readonly record struct Block(int Indent, bool IsSwitch, bool IsRoute, int OuterParentheses, int OuterHeaders, int OuterHeaderIndent)
    {
        public int Content => Indent + (IsSwitch ? 2 : 1);
    }

    /// <summary>Where the writer is: what <c>#!else</c> goes back to.</summary>
    private readonly record struct Position(
        ImmutableStack<Block> Blocks, int Parentheses, int Headers, int HeaderIndent, int StatementIndent, bool AtStart, bool InLabel, bool IsRoute)
    {
        public bool IsTopLevel => Blocks.IsEmpty;

        public bool IsInSwitch => !Blocks.IsEmpty && Blocks.Peek().IsSwitch;

        public bool IsInRoute => !Blocks.IsEmpty && Blocks.Peek().IsRoute;

        public int Content => Blocks.IsEmpty ? 0 : Blocks.Peek().Content;
    }

    public string Write()
    {
        for (var i = 0; i < pieces.Count; i++)
        {
            if (pieces[i].IsDirective)
                WriteDirective(i);
            else if (pieces[i].IsComment)
                WriteComment(i);
            else
                WriteToken(i);
        }
        if (_output.Length > 0)
            _output.Append(newLine);
        return _output.ToString();
    }

    private void WriteDirective(int index)
    {
        Break(index, 0);
        Append(pieces[index]);
        _mustBreak = true;
        switch (new Directive(new TextSpan(_source, pieces[index].Start, pieces[index].Length)).Name)
        {
            case "ifdef" or "ifndef" or "ifexp":
                _conditionals.Push(_at);
                break;
            case "else" when _conditionals.Count > 0:
                _at = _conditionals.Peek();
                break;
            case "endif" when _conditionals.Count > 0:
                _conditionals.Pop();
                break;
        }
    }

    private void WriteComment(int index)
    {
        var comment = pieces[index];
        if (index == 0 || LinesBefore(index) > 0 || _mustBreak)
            Break(index, CommentIndent(index));
        else if (EndsLine(index))
            _output.Append(' ', GapBefore(index));
        else if (pieces[index - 1].End != comment.Start)
            _output.Append(' ');
        Append(comment);
        _mustBreak = comment.Type == SipScriptLexer.LineComment || EndsLine(index);
    }

    private void WriteToken(int index)
    {
        var token = pieces[index];
        if (token.Type == SipScriptLexer.RightBrace)
            _at = _at with { InLabel = false };
        if (BreaksBefore(index))
            Break(index, IndentOf(index));
        else if (IsAfterEmptyBrace(index) || (!EndsLabel(index) && Spacing.Separates(pieces, index - 1, _at.IsInRoute)))
            _output.Append(' ');
        Append(token);
        _mustBreak = false;
        Advance(index);
    }

    // ---- where lines end ---------------------------------------------------------------------------------------------------------

    private bool BreaksBefore(int index)
    {
        if (index == 0 || _mustBreak)
            return true;
        var type = pieces[index].Type;
        var previous = PreviousType(index);
        if ((type == SipScriptLexer.Semicolon && previous != SipScriptLexer.LeftBrace) || type is SipScriptLexer.Comma or SipScriptLexer.RightParen || IsAfterEmptyBrace(index))
            return false;
        if (type == SipScriptLexer.RightBrace)
            return true;
        if (type == SipScriptLexer.LeftBrace && !_at.AtStart)
            return false;
        if ((type == SipScriptLexer.Else && previous == SipScriptLexer.RightBrace) || (type == SipScriptLexer.If && previous == SipScriptLexer.Else))
            return false;
        if (_at.AtStart || LinesBefore(index) > 0)
            return true;
        return _at is { IsTopLevel: true, Parentheses: 0 } && type is SipScriptLexer.LoadModule or SipScriptLexer.ModParam;
    }

    private bool IsAfterEmptyBrace(int index) => index > 0 && pieces[index].Type == SipScriptLexer.RightBrace && pieces[index - 1].Type == SipScriptLexer.LeftBrace;

    private int PreviousType(int index) => index > 0 ? pieces[index - 1].Type : 0;

    private int LinesBefore(int index) => index == 0 ? 0 : text.AsSpan(pieces[index - 1].End, pieces[index].Start - pieces[index - 1].End).Count('\n');

    private bool EndsLine(int index) => index + 1 == pieces.Count || LinesBefore(index + 1) > 0;

    private void Break(int index, int indent)
    {
        if (_output.Length > 0)
        {
            _output.Append(newLine);
            if (LinesBefore(index) > 1 && PreviousType(index) != SipScriptLexer.LeftBrace && pieces[index].Type != SipScriptLexer.RightBrace)
                _output.Append(newLine);
        }
        _lineStart = _output.Length;
        _lineIndent = indent;
        _lineFirst = pieces[index];
        _output.Append(' ', indent * Indentation);
    }

    private void Append(Piece piece)
    {
        var written = text.AsSpan(piece.Start, piece.Length);
        _output.Append(piece.IsComment || piece.IsDirective ? written.TrimEnd() : written);
    }

    // ---- how far in they begin ---------------------------------------------------------------------------------------------------

    private int IndentOf(int index)
    {
        var type = pieces[index].Type;
        if (type == SipScriptLexer.RightBrace)
            return _at.IsTopLevel ? 0 : _at.Blocks.Peek().Indent;
        if (BeginsLabel(index))
            return _at.Content - 1;
        if (_at.AtStart || type == SipScriptLexer.LeftBrace || BeginsItem(index))
            return _at.Content;
        return _at.Content + Math.Max(1, _at.Headers);
    }

    private int CommentIndent(int index)
    {
        var next = index + 1;
        while (next < pieces.Count && (pieces[next].IsComment || pieces[next].IsDirective))
            next++;
        if (next < pieces.Count && BeginsLabel(next))
            return _at.Content - 1;
        if (_at.AtStart || (!_at.IsInRoute && _at.Parentheses == 0))
            return _at.Content;
        return _at.Content + Math.Max(1, _at.Headers);
    }

    private bool BeginsLabel(int index) => _at is { IsInSwitch: true, AtStart: true } && pieces[index].Type is SipScriptLexer.Case or SipScriptLexer.CaseRegex or SipScriptLexer.Default;

    private bool EndsLabel(int index) => _at is { InLabel: true, Parentheses: 0 } && pieces[index].Type == SipScriptLexer.Colon;

    // At top level nothing has to end a setting, so what begins one is recognised.
    private bool BeginsItem(int index)
    {
        if (_at.IsInRoute || _at.Parentheses > 0)
            return false;
        switch (pieces[index].Type)
        {
            case SipScriptLexer.LoadModule or SipScriptLexer.ModParam or SipScriptLexer.ModulePath or SipScriptLexer.IncludeFile or SipScriptLexer.SettingsBlock or SipScriptLexer.RouteKind:
                return true;
            case SipScriptLexer.Route:
                return TypeAt(index + 1) is SipScriptLexer.LeftBracket or SipScriptLexer.LeftBrace;
            case SipScriptLexer.Flags:
                return true;
            case not (SipScriptLexer.Word or SipScriptLexer.In or SipScriptLexer.Default or SipScriptLexer.Desc):
                return false;
        }
        for (index++; TypeAt(index) is SipScriptLexer.Dot or SipScriptLexer.Minus; index++)
            index++;
        return TypeAt(index) == SipScriptLexer.Assign;
    }

    private int TypeAt(int index) => index < pieces.Count ? pieces[index].Type : 0;

    // A comment behind code keeps its distance from the beginning of the line, as far as the code leaves room.
    private int GapBefore(int index)
    {
        var first = index;
        while (first > 0 && LinesBefore(first) == 0)
            first--;
        if (pieces[first] != _lineFirst)
            return 1;
        var lineStart = text.LastIndexOf('\n', Math.Max(0, pieces[first].Start - 1)) + 1;
        var asWritten = Width(text.AsSpan(lineStart, pieces[index].Start - lineStart)) - Width(text.AsSpan(lineStart, pieces[first].Start - lineStart));
        var line = _output.ToString(_lineStart, _output.Length - _lineStart);
        return Math.Max(1, asWritten + _lineIndent * Indentation - Width(line));
    }

    private static int Width(ReadOnlySpan<char> characters)
    {
        var width = 0;
        foreach (var c in characters)
            width = c == '\t' ? (width / TabWidth + 1) * TabWidth : width + 1;
        return width;
    }

    // ---- what a token changes ----------------------------------------------------------------------------------------------------

    private void Advance(int index)
    {
        var type = pieces[index].Type;
        if (_at.AtStart || BeginsItem(index))
            _at = _at with { StatementIndent = _lineIndent, Headers = 0, IsRoute = type is SipScriptLexer.Route or SipScriptLexer.RouteKind };
        var isLabel = BeginsLabel(index);
        switch (type)
        {
            case SipScriptLexer.LeftParen:
                _at = _at with { Parentheses = _at.Parentheses + 1 };
                break;
            case SipScriptLexer.RightParen:
                _at = _at with { Parentheses = Math.Max(0, _at.Parentheses - 1) };
                break;
            case SipScriptLexer.If or SipScriptLexer.While or SipScriptLexer.For or SipScriptLexer.Switch when _at.IsInRoute:
            case SipScriptLexer.Else when TypeAt(index + 1) != SipScriptLexer.If:
                _at = _at with { Headers = _at.Headers + 1, HeaderIndent = _lineIndent };
                break;
            case SipScriptLexer.LeftBrace:
                Open(index);
                return;
            case SipScriptLexer.RightBrace:
                Close();
                return;
        }
        var isEnd = (type == SipScriptLexer.Semicolon && _at.Parentheses == 0) || EndsLabel(index);
        _at = _at with { AtStart = isEnd, InLabel = !isEnd && (isLabel || _at.InLabel), Headers = isEnd ? 0 : _at.Headers };
    }

    private void Open(int index)
    {
        var indent = _at.Headers > 0 ? _at.HeaderIndent : _at.StatementIndent;
        var isSwitch = _at.IsInRoute && HeaderOf(index) == SipScriptLexer.Switch;
        var block = new Block(indent, isSwitch, _at.IsInRoute || _at.IsRoute, _at.Parentheses, _at.Headers, _at.HeaderIndent);
        _at = _at with { Blocks = _at.Blocks.Push(block), Parentheses = 0, Headers = 0, AtStart = true, InLabel = false };
    }

    // The word in front of the parentheses a brace stands behind.
    private int HeaderOf(int brace)
    {
        var depth = 0;
        for (var i = brace - 1; i >= 0; i--)
        {
            if (pieces[i].IsComment || pieces[i].IsDirective)
                continue;
            if (pieces[i].Type == SipScriptLexer.RightParen)
                depth++;
            else if (pieces[i].Type == SipScriptLexer.LeftParen)
                depth--;
            else if (depth == 0)
                return pieces[i].Type;
        }
        return 0;
    }

    private void Close()
    {
        if (_at.IsTopLevel)
            return;
        var block = _at.Blocks.Peek();
        _at = _at with
        {
            Blocks = _at.Blocks.Pop(),
            Parentheses = block.OuterParentheses,
            Headers = block.OuterParentheses > 0 ? block.OuterHeaders : 0,
            HeaderIndent = block.OuterHeaderIndent,
            AtStart = block.OuterParentheses == 0,
            InLabel = false,
        };
    }
}
