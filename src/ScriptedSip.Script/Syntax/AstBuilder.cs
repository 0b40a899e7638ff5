using Antlr4.Runtime;
using ScriptedSip.Script.Syntax.Generated;
using ScriptedSip.Script.Text;
using static ScriptedSip.Script.Syntax.Generated.SipScriptParser;

namespace ScriptedSip.Script.Syntax;

/// <summary>
/// From ANTLR's contexts to our tree. The grammar is generous where mistakes are frequent (a missing ';', '=' in a condition), so this
/// is also where those mistakes are named. A context that could not be parsed was reported by the parser and leaves no node.
/// </summary>
internal sealed partial class AstBuilder(ScriptTokenStream stream, DialectDecision dialect, DiagnosticBag diagnostics)
{
    // Words without any mark between them are one mistake to their author, not one each.
    private int _lastMissingSemicolon = -1;
    private int _depth;

    private DiagnosticBag Diagnostics => diagnostics;

    private DialectDecision Dialect => dialect;

    // A chain of 'else if' nests in the tree, so it has a limit like everything that nests.
    private const int MaxElseChain = 2000;
    private const int MaxDepth = 1000;

    public ScriptFile Build(SourceFile main, ScriptContext script)
    {
        var items = new List<TopLevelItem>();
        foreach (var item in script.item())
        {
            if (item.exception is null && Item(item) is { } built)
                items.Add(built);
        }

        return new ScriptFile(main, items, dialect);
    }

    private TopLevelItem? Item(ItemContext item) => item.GetChild(0) switch
    {
        RouteBlockContext route => Route(route),
        LoadModuleContext load => Load(load),
        ModParamContext parameter => Parameter(parameter),
        FlagDeclarationContext flags => Flags(flags),
        SettingContext setting => Setting(setting),
        ModulePathContext path when path.literal() is { } literal => new ModulePath(SpanOf(path), Literal(literal)),
        ModulePathContext path when path.word() is { } word => new ModulePath(SpanOf(path), SettingWord(Token(word.Start))),
        SettingsBlockContext block => Block(block),
        _ => null,
    };

    // ---- routes and statements -------------------------------------------------------------------------------------------------

    private RouteBlock? Route(RouteBlockContext context)
    {
        if (context.block() is not { } body)
            return null;
        var keyword = Token(context.Start);
        var bracket = context.RightBracket();
        var head = bracket is null ? keyword.Span : keyword.Span.To(Token(bracket.Symbol).Span);
        var name = context.routeName() is { } nameContext ? RouteName(nameContext, head) : null;
        var interval = context.expression() is { } seconds ? Expression(seconds) : null;
        return new RouteBlock(SpanOf(context), KindOf(keyword.Text, name), new Word(keyword.Text, keyword.Span), name, interval, Block(body), head);
    }

    private Word? RouteName(RouteNameContext context, TextSpan head)
    {
        if (context.ChildCount == 0)
        {
            diagnostics.AddWithHint(DiagnosticCatalog.BadRouteName, head, "write a number or a name between the brackets", "");
            return null;
        }

        var tokens = Tokens(context);
        var span = tokens[0].Span.To(tokens[^1].Span);
        if (tokens[0].Type is SipScriptLexer.DoubleString or SipScriptLexer.SingleString)
            return new Word(Literals.String(tokens).Value, span);
        return new Word(string.Concat(tokens.Select(token => token.Text)), span);
    }

    private static RouteKind KindOf(string keyword, Word? name) => keyword switch
    {
        "route" or "request_route" => RouteKind.Request,
        "onreply_route" or "reply_route" => RouteKind.Reply,
        "failure_route" => RouteKind.Failure,
        "branch_route" => RouteKind.Branch,
        "branch_failure_route" => RouteKind.BranchFailure,
        "onsend_route" => RouteKind.Send,
        "error_route" => RouteKind.Error,
        "local_route" => RouteKind.Local,
        "startup_route" => RouteKind.Startup,
        "timer_route" => RouteKind.Timer,
        _ => name?.Text.StartsWith("tm:branch-failure", StringComparison.Ordinal) == true ? RouteKind.BranchFailure : RouteKind.Event,
    };

    private Block Block(BlockContext context)
    {
        var closing = context.RightBrace()?.Symbol;
        var end = closing is null ? SpanOf(context).After : Token(closing).Span;
        return new Block(SpanOf(context), Statements(context), end);
    }

    private List<Statement> Statements(ParserRuleContext list)
    {
        var statements = new List<Statement>(list.ChildCount);
        var open = new List<IfStatement>();
        var chain = 0;
        for (var i = 0; i < list.ChildCount; i++)
        {
            if (list.GetChild(i) is ElseClauseContext clause)
            {
                if (++chain > MaxElseChain)
                    throw new InsufficientExecutionStackException();
                Else(clause, list, i, statements, open);
            }
            else if (list.GetChild(i) is StatementContext { exception: null } context)
            {
                CheckKeyword(context);
                open.Clear();
                chain = 0;
                if (Statement(context) is not { } statement)
                    continue;
                if (statement is Block && statements is [.., IfStatement { Then: EmptyStatement empty, Else: null } branch])
                    diagnostics.AddWithHint(DiagnosticCatalog.EmptyBranch, empty.Span, "remove it", branch.Keyword.Text.ToString());
                statements.Add(statement);
                CollectOpen(statement, open);
            }
        }

        return statements;
    }

    // An 'else' belongs to the nearest 'if' before it that has none.
    private void Else(ElseClauseContext clause, ParserRuleContext list, int index, List<Statement> statements, List<IfStatement> open)
    {
        var statement = Statement(clause.statement());
        if (open.Count == 0)
        {
            ReportOrphan(clause, list, index);
            if (statement is not null)
                statements.Add(statement);
            return;
        }

        var owner = open[^1];
        open.RemoveAt(open.Count - 1);
        owner.Attach(statement ?? Nothing(clause));
        CollectOpen(owner.Else, open);
    }

    // Every 'if' without 'else' that the end of a statement leaves open, the nearest last.
    private static void CollectOpen(Statement? statement, List<IfStatement> open)
    {
        while (true)
        {
            switch (statement)
            {
                case IfStatement { Else: null } branch:
                    open.Add(branch);
                    statement = branch.Then;
                    break;
                case IfStatement branch:
                    statement = branch.Else;
                    break;
                case WhileStatement loop:
                    statement = loop.Body;
                    break;
                case ForEachStatement loop:
                    statement = loop.Body;
                    break;
                default:
                    return;
            }
        }
    }

    private Statement? Statement(StatementContext? context)
    {
        if (context is null || context.exception is not null || context.ChildCount == 0)
            return null;
        if (++_depth > MaxDepth)
            throw new InsufficientExecutionStackException();
        var statement = Read(context);
        _depth--;
        return statement;
    }

    private Statement? Read(StatementContext context) => context.GetChild(0) switch
    {
        BlockContext block => Block(block),
        IfStatementContext branch => If(branch),
        WhileStatementContext loop => While(loop),
        ForStatementContext loop => ForEach(loop),
        SwitchStatementContext choice => Switch(choice),
        LeaveContext leave => Leave(leave),
        CommandContext command => Command(command),
        _ => new EmptyStatement(SpanOf(context)),
    };

    private IfStatement If(IfStatementContext context)
    {
        // Scripts of SER 0.8 do this on purpose; others are allowed to.
        if (context.block() is not null && Dialect.Dialect is ScriptDialect.Kamailio or ScriptDialect.OpenSips)
            diagnostics.Add(Diagnostic.Of(DiagnosticCatalog.MissingCondition, Token(context.Start).Span, "the block behind it is taken for one", context.Start.Text) with { Severity = Severity.Warning });
        var condition = context.block() is { } block ? new BlockExpression(SpanOf(block), Block(block)) : Condition(context.condition());
        return new IfStatement(SpanOf(context), Token(context.Start).Span, condition, Statement(context.statement()) ?? Nothing(context));
    }

    private WhileStatement While(WhileStatementContext context) =>
        new(SpanOf(context), Token(context.Start).Span, Condition(context.condition()), Statement(context.statement()) ?? Nothing(context));

    private ForEachStatement ForEach(ForStatementContext context)
    {
        var expressions = context.expression();
        var variable = expressions.Length > 0 ? Expression(expressions[0]) : new ErrorExpression(SpanOf(context));
        var source = expressions.Length > 1 ? Expression(expressions[1]) : new ErrorExpression(SpanOf(context));
        return new(SpanOf(context), Token(context.Start).Span, variable, source, Statement(context.statement()) ?? Nothing(context));
    }

    private SwitchStatement Switch(SwitchStatementContext context)
    {
        var cases = new List<SwitchCase>();
        foreach (var switchCase in context.switchCase())
        {
            if (switchCase.caseLabel() is { exception: null } label)
                cases.Add(Case(switchCase, label));
        }

        return new SwitchStatement(SpanOf(context), Token(context.Start).Span, Condition(context.condition()), cases);
    }

    private SwitchCase Case(SwitchCaseContext context, CaseLabelContext label)
    {
        var body = Statements(context);
        if (label.CaseRegex() is { } regex)
            return new SwitchCase(SpanOf(context), CaseKind.Regex, RawRegex(Token(regex.Symbol)), body);
        if (label.expression() is not { } expression)
            return new SwitchCase(SpanOf(context), CaseKind.Default, null, body);
        var value = Expression(expression);
        if (value is not (IntLiteral or StringLiteral or NameLiteral or CoreOperand or IpLiteral or Myself or ErrorExpression or UnaryExpression { Operand: IntLiteral }))
            diagnostics.Add(DiagnosticCatalog.BadCaseLabel, value.Span);
        return new SwitchCase(SpanOf(context), label.Slash() is null ? CaseKind.Value : CaseKind.Regex, value, body);
    }

    private static StringLiteral RawRegex(ScriptToken token)
    {
        var slash = token.Text.IndexOf('/', StringComparison.Ordinal);
        var text = token.Text[(slash + 1)..^1];
        var span = new TextSpan(token.Span.File, token.Span.Start + slash, token.Span.Length - slash);
        return new StringLiteral(span, new LiteralText(text, span, span.Start + 1), QuoteKind.Single);
    }

    private Statement Leave(LeaveContext context)
    {
        var keyword = Token(context.Start);
        var span = SpanOf(context);
        if (context.Semicolon() is null)
            ReportMissingSemicolon(context, $"'{keyword.Text}'");
        var value = context.expression() is { } expression ? Strip(Expression(expression)) : null;
        return keyword.Type switch
        {
            SipScriptLexer.Return => new ReturnStatement(span, value),
            SipScriptLexer.Exit => new ExitStatement(span, value),
            SipScriptLexer.Drop => new DropStatement(span, value),
            _ => new BreakStatement(span),
        };
    }

    private Statement? Command(CommandContext context)
    {
        var expressions = context.expression();
        if (expressions.Length == 0)
            return null;
        var span = SpanOf(context);
        var first = Expression(expressions[0]);
        if (expressions.Length == 2)
        {
            if (context.Semicolon() is null)
                ReportMissingSemicolon(context, "this assignment");
            return Assignment(context, span, first, Expression(expressions[1]));
        }

        if (context.Semicolon() is null && !IsForeignKeyword(first) && !IsBeforeElse(context) && !ReportKeyword(context, first))
            ReportMissingSemicolon(context, first is CallExpression call ? call.Function.Text + "(…)" : "this statement");
        return first switch
        {
            _ when IsForeignKeyword(first) => null,
            CallExpression call => new CallStatement(span, call),
            NameLiteral name => new CallStatement(span, new CallExpression(name.Span, new Word(name.Name, name.Span), [])),
            CoreOperand operand => new CallStatement(span, new CallExpression(operand.Span, new Word(operand.Name, operand.Span), [])),
            ErrorExpression => null,
            _ => new ExpressionStatement(span, first),
        };
    }

    // The first SER needed no ';' between the command of an 'if' and its 'else', and examples of that time live on.
    private bool IsBeforeElse(CommandContext context) =>
        context.Stop is not null && stream.Get(context.Stop.TokenIndex + 1).Type == SipScriptLexer.Else;

    private AssignmentStatement Assignment(CommandContext context, TextSpan span, Expression target, Expression value)
    {
        var op = Token((context.Assign() ?? context.AssignOperator()).Symbol);
        if (target is not (PseudoVariable or SerAttribute or Select or NameLiteral or CoreOperand or ErrorExpression))
        {
            diagnostics.Add(DiagnosticCatalog.NotAssignable, target.Span, target is CallExpression call ? $"the result of {call.Function.Text}(…)" : "this");
            target = new ErrorExpression(target.Span);
        }
        return new AssignmentStatement(span, target, OperatorOf(op.Text), op.Span, value);
    }

    private static AssignmentOperator OperatorOf(string text) => text[0] switch
    {
        ':' => AssignmentOperator.Replace,
        '+' => AssignmentOperator.Add,
        '-' => AssignmentOperator.Subtract,
        '*' => AssignmentOperator.Multiply,
        '/' => AssignmentOperator.Divide,
        '%' => AssignmentOperator.Modulo,
        '&' => AssignmentOperator.BitAnd,
        '|' => AssignmentOperator.BitOr,
        '^' => AssignmentOperator.BitXor,
        _ => AssignmentOperator.Set,
    };

    private static EmptyStatement Nothing(ParserRuleContext owner) => new(SpanOf(owner).After);

    // ---- mistakes the grammar lets pass ----------------------------------------------------------------------------------------

    private void ReportMissingSemicolon(ParserRuleContext context, string what)
    {
        if (context.Stop is not ScriptToken stop || stop.Line == _lastMissingSemicolon)
            return;
        _lastMissingSemicolon = stop.Line;
        diagnostics.Add(DiagnosticCatalog.MissingSemicolon, stop.Span.After, what);
    }

    // Behind a damaged 'if' its 'else' stands alone, which is no mistake of its own.
    private void ReportOrphan(ElseClauseContext clause, ParserRuleContext list, int index)
    {
        for (var i = index - 1; i >= 0 && i >= index - 2; i--)
        {
            if (list.GetChild(i) is StatementContext { exception: not null } or ElseClauseContext)
                return;
        }

        var semicolon = index > 0 && list.GetChild(index - 1) is StatementContext before && before.Semicolon() is not null;
        diagnostics.AddWithHint(DiagnosticCatalog.ElseAfterSemicolon, Token(clause.Start).Span, semicolon ? "remove the ';' before it" : null);
    }

    // IF (…) { … }: a call without ';' before a block, by the name of a keyword.
    private void CheckKeyword(StatementContext context)
    {
        if (context.command() is { } command && command.expression() is [var only]
            && Token(only.Start) is { Type: SipScriptLexer.Word } word && IsForeignKeyword(word.Text))
        {
            var keyword = word.Text is "elseif" or "elsif" or "elif" ? "else if" : word.Text.ToLowerInvariant();
            diagnostics.AddWithHint(DiagnosticCatalog.UnknownKeywordCase, word.Span, $"write '{keyword}'", word.Text);
        }
    }

    // fi (…) {, then {, else (…) {: what stands before a block is the head of a statement.
    private bool ReportKeyword(CommandContext context, Expression expression)
    {
        if (context.Stop is null || stream.Get(context.Stop.TokenIndex + 1).Type != SipScriptLexer.LeftBrace)
            return false;
        switch (expression)
        {
            case Parenthesized:
                diagnostics.Add(DiagnosticCatalog.MissingToken, expression.Span with { Length = 1 }, "'if'", " before this condition");
                return true;
            case NameLiteral { Name: "then" or "do" } word:
                diagnostics.AddWithHint(DiagnosticCatalog.UnknownKeywordCase, word.Span, "leave it out", word.Name);
                return true;
            case CallExpression call when Spelling.Nearest(call.Function.Text, BlockHeads) is { } meant:
                diagnostics.AddWithHint(DiagnosticCatalog.UnknownKeywordCase, call.Function.Span, Spelling.Question(meant), call.Function.Text);
                return true;
            default:
                return false;
        }
    }

    private static readonly string[] BlockHeads = ["if", "while", "switch", "for"];

    private static bool IsForeignKeyword(Expression expression) =>
        expression is CallExpression { Function.Text: var called } && IsForeignKeyword(called) || expression is NameLiteral { Name: var name } && IsForeignKeyword(name);

    private static bool IsForeignKeyword(string word) =>
        word is "elseif" or "elsif" or "elif" || word.ToLowerInvariant() is "if" or "else" or "while" or "switch" or "return" or "exit" or "drop" or "break" && char.IsAsciiLetterUpper(word[0]);

    // ---- places ----------------------------------------------------------------------------------------------------------------

    private static ScriptToken Token(IToken token) => (ScriptToken)token;

    private List<ScriptToken> Tokens(ParserRuleContext context) => Tokens(context.Start, context.Stop);

    private List<ScriptToken> Tokens(IToken first, IToken? last)
    {
        var tokens = new List<ScriptToken>();
        for (var i = first.TokenIndex; i <= last?.TokenIndex; i++)
            tokens.Add((ScriptToken)stream.Get(i));
        return tokens;
    }

    private static TextSpan SpanOf(ParserRuleContext context)
    {
        var start = Token(context.Start).Span;
        return context.Stop is ScriptToken stop && stop.TokenIndex >= context.Start.TokenIndex ? start.To(stop.Span) : start;
    }
}
