using Antlr4.Runtime;
using ScriptedSip.Script.Syntax.Generated;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Syntax;

/// <summary>Puts a token that fits nowhere into the words a person would use.</summary>
internal static class SyntaxErrorReport
{
    private static readonly string[] BlockKeywords =
    [
        "route", "request_route", "reply_route", "onreply_route", "failure_route", "branch_route", "branch_failure_route", "onsend_route",
        "error_route", "local_route", "startup_route", "timer_route", "event_route",
    ];

    private static readonly string[] ItemKeywords = ["loadmodule", "modparam", "mpath", "loadpath", "include_file", "import_file"];

    private static readonly string[] Templates = ["{{", "{%", "<%", "<#", "[%", "@@"];

    public static void Report(ScriptTokenStream stream, ScriptToken token, RuleContext? context, DiagnosticBag diagnostics)
    {
        var previous = token.TokenIndex > 0 ? (ScriptToken)stream.Get(token.TokenIndex - 1) : null;
        var next = token.TokenIndex + 1 < stream.Size ? (ScriptToken)stream.Get(token.TokenIndex + 1) : null;
        var inRoute = IsInside<SipScriptParser.BlockContext>(context);

        if ((TemplateMark(token) ?? (previous is not null && previous.Touches(token) ? TemplateMark(previous) : null)) is { } mark || (next is { Type: SipScriptLexer.LeftParen or SipScriptLexer.CallParen } && (mark = M4Word(token)) is not null) || (previous is not null && token.Type is SipScriptLexer.LeftParen or SipScriptLexer.CallParen && (mark = M4Word(previous)) is not null))
            diagnostics.Add(DiagnosticCatalog.TemplateSource, token.Span, mark);
        else if (previous is { Type: SipScriptLexer.LeftParen or SipScriptLexer.CallParen } && token.Type == SipScriptLexer.RightParen && Before(stream, previous) is { Type: SipScriptLexer.If or SipScriptLexer.While or SipScriptLexer.Switch } keyword)
            diagnostics.Add(DiagnosticCatalog.MissingCondition, keyword.Span, keyword.Text);
        else if (previous is { Type: SipScriptLexer.If or SipScriptLexer.While })
            diagnostics.Add(DiagnosticCatalog.MissingCondition, previous.Span, previous.Text);
        else if (inRoute)
            ReportInRoute(token, previous, diagnostics);
        else
            ReportAtTopLevel(stream, token, previous, next, context, diagnostics);
    }

    private static void ReportInRoute(ScriptToken token, ScriptToken? previous, DiagnosticBag diagnostics)
    {
        switch (token.Type)
        {
            case SipScriptLexer.LoadModule or SipScriptLexer.ModParam or SipScriptLexer.RouteKind:
                diagnostics.Add(DiagnosticCatalog.DeclarationInRoute, token.Span, token.Text);
                break;
            case SipScriptLexer.Else:
                diagnostics.Add(DiagnosticCatalog.ElseAfterSemicolon, token.Span);
                break;
            case SipScriptLexer.RightBrace or SipScriptLexer.Semicolon or SipScriptLexer.RightParen or SipScriptLexer.LeftBrace when previous is not null && IsOperator(previous.Type):
                diagnostics.Add(DiagnosticCatalog.MissingToken, previous.Span.After, "value", $" after '{previous.Text}'");
                break;
            case SipScriptLexer.RightBrace when previous is { Type: SipScriptLexer.RightParen or SipScriptLexer.Else }:
                diagnostics.Add(DiagnosticCatalog.MissingToken, previous.Span.After, "statement", $" after '{previous.Text}'");
                break;
            case TokenConstants.EOF:
                diagnostics.Add(DiagnosticCatalog.UnexpectedToken, token.Span, "end of file", "");
                break;
            default:
                diagnostics.AddWithHint(DiagnosticCatalog.UnexpectedToken, token.Span, Operator(token, previous) ?? Form(token, previous), token.Quoted, previous is null ? "" : $" after {previous.Quoted}");
                break;
        }
    }

    // The operators of other languages, and those with their characters turned round.
    private static string? Operator(ScriptToken token, ScriptToken? previous)
    {
        var text = token.Span.File.Text.AsSpan(token.Span.Start);
        if (text.StartsWith("=>", StringComparison.Ordinal))
            return Spelling.Question(">=");
        if (text.StartsWith("=<", StringComparison.Ordinal))
            return Spelling.Question("<=");
        if (text.StartsWith("~=", StringComparison.Ordinal))
            return Spelling.Question("=~");
        if (text.StartsWith("! =", StringComparison.Ordinal))
            return Spelling.Question("!=");
        if (token.Text is "AND" or "OR" or "NOT")
            return Spelling.Question(token.Text.ToLowerInvariant());
        return token.Text == ">" && previous is { Text: "<" } && previous.Touches(token) ? Spelling.Question("!=") : null;
    }

    private static void ReportAtTopLevel(ScriptTokenStream stream, ScriptToken token, ScriptToken? previous, ScriptToken? next, RuleContext? context, DiagnosticBag diagnostics)
    {
        // The parser stops at the second token of an item it cannot tell; the first is what the author misspelt.
        var head = token;
        if (previous is { Type: SipScriptLexer.Word } && previous.BeginsLine && token.Type is SipScriptLexer.LeftBrace or SipScriptLexer.LeftBracket or SipScriptLexer.LeftParen or SipScriptLexer.CallParen)
            (head, next) = (previous, token);

        if (head.Type == SipScriptLexer.Word && next is { Type: SipScriptLexer.LeftBrace or SipScriptLexer.LeftBracket })
            diagnostics.AddWithHint(DiagnosticCatalog.UnexpectedToken, head.Span, Spelling.DidYouMean(head.Text, BlockKeywords), $"'{head.Text}'", ": no block has this name");
        else if (IsStatementHead(head.Type) || (head.Type is SipScriptLexer.Word or SipScriptLexer.Route && next is { Type: SipScriptLexer.LeftParen or SipScriptLexer.CallParen }))
            diagnostics.AddWithHint(DiagnosticCatalog.StatementAtTopLevel, head.Span, Spelling.DidYouMean(head.Text, ItemKeywords), head.Text);
        else if (previous is { Type: SipScriptLexer.Assign })
            diagnostics.Add(DiagnosticCatalog.MissingToken, previous.Span.After, "value", SettingName(stream, previous) is { } name ? $" of '{name}'" : "");
        else if (previous is { Type: SipScriptLexer.Word } && previous.BeginsLine && RouteBlock(context) is null)
        {
            if (token.Text == "==")
                diagnostics.AddWithHint(DiagnosticCatalog.UnexpectedToken, token.Span, "a setting takes a single '='", "'=='", $" after '{previous.Text}'");
            else
                diagnostics.AddWithHint(DiagnosticCatalog.MissingToken, previous.Span.After, Spelling.DidYouMean(previous.Text, ItemKeywords), "'='", $" after '{previous.Text}'");
        }
        else if (RouteBlock(context) is { } block && block.LeftBracket() is not null && block.RightBracket() is null)
            diagnostics.Add(DiagnosticCatalog.MissingToken, (previous ?? token).Span.After, "']'", previous is null ? "" : $" after '{previous.Text}'");
        else if (RouteBlock(context) is not null)
            diagnostics.Add(DiagnosticCatalog.MissingToken, (previous ?? token).Span.After, "'{'", previous is null ? "" : $" after '{previous.Text}'");
        else if (token.Type == TokenConstants.EOF)
            diagnostics.Add(DiagnosticCatalog.UnexpectedToken, token.Span, "end of file", "");
        else
            diagnostics.AddWithHint(DiagnosticCatalog.UnexpectedToken, token.Span, Form(token, previous), token.Quoted, previous is null ? "" : $" after {previous.Quoted}");
    }

    // modparam "tm", …; route NAT {
    private static string? Form(ScriptToken token, ScriptToken? previous) => previous?.Type switch
    {
        SipScriptLexer.ModParam => "the form is modparam(\"module\", \"parameter\", value)",
        SipScriptLexer.Route or SipScriptLexer.RouteKind when token.Type is SipScriptLexer.Word or SipScriptLexer.Number => Spelling.Question($"{previous.Text}[{token.Text}]"),
        _ => null,
    };

    private static string? TemplateMark(ScriptToken token)
    {
        var text = token.Span.File.Text.AsSpan(token.Span.Start);
        foreach (var mark in Templates)
        {
            if (text.StartsWith(mark, StringComparison.Ordinal) && token.Span.Length > 0)
                return mark;
        }

        return null;
    }

    private static string? M4Word(ScriptToken token) =>
        token.Text is "define" or "divert" or "changequote" or "ifdef" or "ifelse" or "include" or "dnl" or "undefine" ? "m4 " + token.Text : null;

    private static string? SettingName(ScriptTokenStream stream, ScriptToken assign) => Before(stream, assign)?.Text;

    private static ScriptToken? Before(ScriptTokenStream stream, ScriptToken token) =>
        token.TokenIndex > 0 ? (ScriptToken)stream.Get(token.TokenIndex - 1) : null;

    private static bool IsStatementHead(int type) => type is SipScriptLexer.If or SipScriptLexer.Else or SipScriptLexer.While or SipScriptLexer.For
        or SipScriptLexer.Switch or SipScriptLexer.Break or SipScriptLexer.Return or SipScriptLexer.Exit or SipScriptLexer.Drop or SipScriptLexer.Variable;

    private static bool IsOperator(int type) => type is >= SipScriptLexer.OrWord and <= SipScriptLexer.AssignOperator or SipScriptLexer.Dot;

    private static SipScriptParser.RouteBlockContext? RouteBlock(RuleContext? context)
    {
        while (context is not (null or SipScriptParser.RouteBlockContext))
            context = context.Parent;
        return (SipScriptParser.RouteBlockContext?)context;
    }

    private static bool IsInside<T>(RuleContext? context)
        where T : RuleContext
    {
        for (; context is not null; context = context.Parent)
        {
            if (context is T)
                return true;
        }

        return false;
    }
}
