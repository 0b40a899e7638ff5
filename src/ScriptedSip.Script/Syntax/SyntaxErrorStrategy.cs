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

    public override void Sync(Parser recognizer)
    {
        // Nothing to do between tokens: a loop that meets a foreign token ends, and the rule around it reports.
    }

    public override IToken RecoverInline(Parser recognizer) => throw new InputMismatchException(recognizer);

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

    public override void Recover(Parser recognizer, RecognitionException e)
    {
        switch (recognizer.Context)
        {
            case SipScriptParser.StatementContext:
                SkipStatement(recognizer);
                EndErrorCondition(recognizer);
                break;
            case SipScriptParser.ItemContext:
                SkipItem(recognizer);
                EndErrorCondition(recognizer);
                break;
            case SipScriptParser.BlockContext or SipScriptParser.SwitchStatementContext or SipScriptParser.SettingGroupContext:
                SkipToClosingBrace(recognizer);
                EndErrorCondition(recognizer);
                break;
            case SipScriptParser.ScriptContext:
                recognizer.Consume();
                break;
        }
    }

    // To behind the ';' that ends the damaged statement, or to the brace that begins or ends a block.
    private static void SkipStatement(Parser recognizer)
    {
        var start = recognizer.InputStream.Index;
        var depth = 0;
        while (true)
        {
            var type = recognizer.InputStream.LA(1);
            switch (type)
            {
                case TokenConstants.EOF:
                case SipScriptLexer.RightBrace:
                    return;
                case SipScriptLexer.LeftBrace when depth <= 0 && recognizer.InputStream.Index > start:
                    return;
                case SipScriptLexer.LeftParen:
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

    private static void SkipToClosingBrace(Parser recognizer)
    {
        var depth = 0;
        while (recognizer.InputStream.LA(1) is var type && type != TokenConstants.EOF)
        {
            if (type == SipScriptLexer.LeftBrace)
                depth++;
            recognizer.Consume();
            if (type == SipScriptLexer.RightBrace && --depth < 0)
                return;
        }
    }
}
