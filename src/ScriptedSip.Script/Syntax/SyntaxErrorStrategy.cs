using Antlr4.Runtime;
using ScriptedSip.Script.Syntax.Generated;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Syntax;

/// <summary>
/// What the parser does at a token that fits nowhere: names the mistake once, in words, and goes on with the next statement or item.
/// No token is ever invented or dropped silently; balanced brackets make the end of the damage easy to see.
/// </summary>
internal sealed class SyntaxErrorStrategy(ScriptTokenStream stream, DiagnosticBag diagnostics) : DefaultErrorStrategy
{
    private int _reportedAt = -1;

    /// <summary>True when what was skipped holds a whole block, or the head of one.</summary>
    public bool HasLostBlock { get; private set; }

    // Called before each turn of a list: what cannot begin another element is reported here, where the list can go on behind it.
    public override void Sync(Parser recognizer)
    {
        while (!CanGoOn(recognizer.Context, recognizer.InputStream.LA(1)))
        {
            ReportError(recognizer, new InputMismatchException(recognizer));
            var start = recognizer.InputStream.Index;
            if (recognizer.Context is SipScriptParser.ScriptContext)
                SkipItem(recognizer);
            else
                SkipStatementOrBlock(recognizer);
            Forget(recognizer, start);
            EndErrorCondition(recognizer);
        }
    }

    public override IToken RecoverInline(Parser recognizer)
    {
        if (recognizer.Context is not SipScriptParser.CaseLabelContext label)
            throw new InputMismatchException(recognizer);

        // Only the colon of a label is ever taken as read: everything behind it can go on.
        var previous = (ScriptToken)stream.Get(recognizer.CurrentToken.TokenIndex - 1);
        diagnostics.Add(DiagnosticCatalog.MissingToken, previous.Span.After, "':'", $" after '{label.Start.Text}{(previous == label.Start ? "" : " " + previous.Text)}'");
        return new ScriptToken(SipScriptLexer.Colon, previous.Span.After, ":");
    }

    public override void ReportError(Parser recognizer, RecognitionException e)
    {
        if (InErrorRecoveryMode(recognizer))
            return;
        BeginErrorCondition(recognizer);
        var token = (ScriptToken)e.OffendingToken;
        if (token.TokenIndex == _reportedAt)
            return;
        _reportedAt = token.TokenIndex;
        SyntaxErrorReport.Report(stream, token, e.Context ?? recognizer.Context, diagnostics);
    }

    // Only a statement and an item know where the damage ends; every rule below hands the failure up to them.
    public override void Recover(Parser recognizer, RecognitionException e)
    {
        switch (recognizer.Context)
        {
            case SipScriptParser.StatementContext statement:
                LeaveBraces(recognizer, statement.Start.TokenIndex);
                SkipStatement(recognizer, statement.Start.TokenIndex + 1);
                Forget(recognizer, statement.Start.TokenIndex);
                break;
            case SipScriptParser.ItemContext item:
                SkipItem(recognizer);
                Forget(recognizer, item.Start.TokenIndex);
                break;
            case SipScriptParser.ScriptContext:
                break;
            default:
                throw e;
        }

        EndErrorCondition(recognizer);
    }

    // A call of a route is a Route as well; a head is one only at top level, and a RouteKind anywhere.
    private void Forget(Parser recognizer, int start)
    {
        var isTopLevel = recognizer.Context is SipScriptParser.ScriptContext or SipScriptParser.ItemContext;
        for (var i = start; i < recognizer.InputStream.Index; i++)
            HasLostBlock |= stream.Get(i).Type is SipScriptLexer.RouteKind || (isTopLevel && stream.Get(i).Type is SipScriptLexer.Route or SipScriptLexer.LeftBrace);
    }

    private static bool CanGoOn(RuleContext context, int type) => context switch
    {
        _ when type == TokenConstants.EOF => true,
        SipScriptParser.BlockContext => type == SipScriptLexer.RightBrace || BeginsStatement(type),
        SipScriptParser.SwitchCaseContext => type is SipScriptLexer.RightBrace or SipScriptLexer.Case or SipScriptLexer.CaseRegex or SipScriptLexer.Default || BeginsStatement(type),
        SipScriptParser.SwitchStatementContext { } choice when choice.LeftBrace() is not null =>
            type is SipScriptLexer.RightBrace or SipScriptLexer.Case or SipScriptLexer.CaseRegex or SipScriptLexer.Default,
        SipScriptParser.ScriptContext => ItemStarts.Contains(type),
        _ => true,
    };

    private static bool BeginsStatement(int type) => StatementStarts.Contains(type);

    private static readonly HashSet<int> StatementStarts =
    [
        SipScriptLexer.LeftBrace, SipScriptLexer.If, SipScriptLexer.While, SipScriptLexer.For, SipScriptLexer.Switch, SipScriptLexer.Return,
        SipScriptLexer.Exit, SipScriptLexer.Drop, SipScriptLexer.Break, SipScriptLexer.Semicolon, SipScriptLexer.Else, SipScriptLexer.NotWord,
        SipScriptLexer.Minus, SipScriptLexer.Plus, SipScriptLexer.Tilde, SipScriptLexer.Cast, SipScriptLexer.Defined, SipScriptLexer.DoubleString,
        SipScriptLexer.SingleString, SipScriptLexer.UnterminatedString, SipScriptLexer.Number, SipScriptLexer.Ipv4, SipScriptLexer.Ipv6,
        SipScriptLexer.LeftBracket, SipScriptLexer.Variable, SipScriptLexer.AttributeVariable, SipScriptLexer.SelectVariable,
        SipScriptLexer.CoreColonWord, SipScriptLexer.Null, SipScriptLexer.DigitWord, SipScriptLexer.Word, SipScriptLexer.In,
        SipScriptLexer.Flags, SipScriptLexer.Desc, SipScriptLexer.Route, SipScriptLexer.LeftParen, SipScriptLexer.BadVariable,
    ];

    private static readonly HashSet<int> ItemStarts =
    [
        SipScriptLexer.Route, SipScriptLexer.RouteKind, SipScriptLexer.LoadModule, SipScriptLexer.ModParam, SipScriptLexer.Flags,
        SipScriptLexer.Word, SipScriptLexer.In, SipScriptLexer.Default, SipScriptLexer.Desc, SipScriptLexer.ModulePath,
        SipScriptLexer.SettingsBlock, SipScriptLexer.Semicolon,
    ];

    // Out of the braces the damaged statement has opened so far.
    private void LeaveBraces(Parser recognizer, int start)
    {
        var depth = 0;
        for (var i = start; i < recognizer.InputStream.Index; i++)
            depth += Nesting(stream.Get(i).Type);
        while (depth > 0 && recognizer.InputStream.LA(1) != TokenConstants.EOF)
        {
            depth += Nesting(recognizer.InputStream.LA(1));
            recognizer.Consume();
        }
    }

    private static int Nesting(int type) => type switch
    {
        SipScriptLexer.LeftBrace => 1,
        SipScriptLexer.RightBrace => -1,
        _ => 0,
    };

    // A brace ends what is skipped, so where one stands first it is skipped with its block: there must be progress.
    private static void SkipStatementOrBlock(Parser recognizer)
    {
        var start = recognizer.InputStream.Index;
        SkipStatement(recognizer, start);
        if (recognizer.InputStream.Index != start)
            return;
        var depth = 0;
        do
        {
            depth += Nesting(recognizer.InputStream.LA(1));
            recognizer.Consume();
        }
        while (depth > 0 && recognizer.InputStream.LA(1) != TokenConstants.EOF);
    }

    // To behind the ';' that ends the damaged statement, or to the brace that begins or ends a block.
    private static void SkipStatement(Parser recognizer, int progress)
    {
        var depth = 0;
        while (true)
        {
            var type = recognizer.InputStream.LA(1);
            switch (type)
            {
                case TokenConstants.EOF:
                case SipScriptLexer.RightBrace:
                    return;
                case SipScriptLexer.LeftBrace when depth <= 0 && recognizer.InputStream.Index >= progress:
                    return;
                case SipScriptLexer.LeftParen or SipScriptLexer.CallParen:
                    depth++;
                    break;
                case SipScriptLexer.RightParen:
                    depth--;
                    break;
                case SipScriptLexer.Semicolon:
                    recognizer.Consume();
                    return;
            }

            recognizer.Consume();
        }
    }

    // To the next thing that looks like an item at the beginning of a line, over whole blocks.
    private static void SkipItem(Parser recognizer)
    {
        var depth = 0;
        var line = ((ScriptToken)recognizer.CurrentToken).Line;
        for (var first = true; ; first = false)
        {
            var token = (ScriptToken)recognizer.CurrentToken;
            if (token.Type == TokenConstants.EOF)
                return;
            if (depth == 0 && !first && token.Line != line && BeginsItem(recognizer))
                return;
            if (token.Type == SipScriptLexer.LeftBrace)
                depth++;
            else if (token.Type == SipScriptLexer.RightBrace && --depth <= 0)
            {
                recognizer.Consume();
                return;
            }

            recognizer.Consume();
            if (token.Type == SipScriptLexer.Semicolon && depth == 0)
                return;
        }
    }

    private static bool BeginsItem(Parser recognizer) => recognizer.InputStream.LA(1) switch
    {
        SipScriptLexer.Route or SipScriptLexer.RouteKind or SipScriptLexer.LoadModule or SipScriptLexer.ModParam
            or SipScriptLexer.Flags or SipScriptLexer.ModulePath or SipScriptLexer.SettingsBlock => true,
        SipScriptLexer.Word => recognizer.InputStream.LA(2) is SipScriptLexer.Assign or SipScriptLexer.Dot,
        _ => false,
    };
}
