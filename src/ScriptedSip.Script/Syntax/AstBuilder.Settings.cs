using Antlr4.Runtime.Tree;
using ScriptedSip.Script.Syntax.Generated;
using ScriptedSip.Script.Text;
using static ScriptedSip.Script.Syntax.Generated.SipScriptParser;

namespace ScriptedSip.Script.Syntax;

/// <content>Settings, modules and flags: everything at top level that is no route.</content>
internal sealed partial class AstBuilder
{
    private LoadModule? Load(LoadModuleContext context)
    {
        if (context.literal() is { ChildCount: > 1 } several)
            diagnostics.AddWithHint(DiagnosticCatalog.UnexpectedToken, Token(several.Stop).Span, "each module has a loadmodule line of its own", Token(several.Stop).Quoted, $" after {Token(several.Start).Quoted}");
        if (context.literal() is { } literal)
            return new LoadModule(SpanOf(context), literal.ChildCount > 1 ? Literals.String([Token(literal.Start)]) : Literal(literal), null);
        if (context.settingName() is { ChildCount: 1 } word)
            return new LoadModule(SpanOf(context), new NameLiteral(SpanOf(word), Token(word.Start).Text), null);
        if (context.settingName() is { } bare)
        {
            diagnostics.Add(DiagnosticCatalog.MissingToken, SpanOf(bare), "quotes", $" around '{SpanOf(bare).Text}'");
            return null;
        }

        if (context.arguments() is not { } list || Arguments(list, routeName: false) is not [{ Value: { } path }, .. var rest])
        {
            diagnostics.Add(DiagnosticCatalog.MissingToken, Token(context.Start).Span.After, "module name", $" after '{Token(context.Start).Text}'");
            return null;
        }

        return new LoadModule(SpanOf(context), path, rest is [{ Value: { } options }, ..] ? options : null);
    }

    private ModuleParameter? Parameter(ModParamContext context)
    {
        var arguments = context.arguments() is { } list ? Arguments(list, routeName: false) : [];
        if (arguments.Count < 3 && context.arguments()?.argument().FirstOrDefault(IsJoinedStrings) is { } joined)
        {
            diagnostics.Add(DiagnosticCatalog.MissingToken, Token(joined.Start).Span.After, "','", $" after {Token(joined.Start).Text}");
            return null;
        }

        if (arguments is [{ Value: { } module }, { Value: { } name }, .. var rest] && rest.Count <= 1)
            return new ModuleParameter(SpanOf(context), module, name, rest is [{ Value: { } value }] ? value : null);
        diagnostics.AddWithHint(DiagnosticCatalog.UnexpectedToken, SpanOf(context), "the form is modparam(\"module\", \"parameter\", value)", $"{arguments.Count} arguments", $" of '{Token(context.Start).Text}'");
        return null;
    }

    private static bool IsJoinedStrings(ArgumentContext argument) =>
        argument.Stop is not null && argument.Stop.TokenIndex > argument.Start.TokenIndex && argument.Start.Type == SipScriptLexer.DoubleString && argument.Stop.Type == SipScriptLexer.DoubleString;

    private static FlagDeclaration Flags(FlagDeclarationContext context)
    {
        var flags = new List<DeclaredFlag>();
        foreach (var flag in context.declaredFlag())
        {
            var name = Token(flag.Start);
            var number = flag.Number() is { } position ? Literals.Number(position.GetText()) : null;
            flags.Add(new DeclaredFlag(SpanOf(flag), new Word(name.Text.Trim('"'), name.Span), (int?)number));
        }

        return new FlagDeclaration(SpanOf(context), Token(context.Start).Text == "flags" ? FlagKind.Message : FlagKind.Attribute, flags);
    }

    private SettingsBlock Block(SettingsBlockContext context)
    {
        var name = Token(context.Start);
        var selector = context.selector() is { ChildCount: > 0 } selected ? string.Concat(Tokens(selected).Select(token => token.Text)) : null;
        return new SettingsBlock(SpanOf(context), new Word(name.Text, name.Span), selector, context.settingGroup() is { } group ? Settings(group) : []);
    }

    private List<GlobalAssignment> Settings(SettingGroupContext context)
    {
        var settings = new List<GlobalAssignment>();
        foreach (var setting in context.setting())
        {
            if (Setting(setting) is { } built)
                settings.Add(built);
        }

        return settings;
    }

    private GlobalAssignment? Setting(SettingContext context)
    {
        if (context.exception is not null || context.settingValue() is not { Length: > 0 } contexts)
            return null;
        var words = Tokens(context.settingName());
        Word? group = words.Count > 1 ? new Word(words[0].Text, words[0].Span) : null;
        var own = words.Count > 1 ? words[2..] : words;
        var name = new Word(string.Concat(own.Select(token => token.Text)), own[0].Span.To(own[^1].Span));
        var values = group is null && IsSocketSetting(name.Text) && contexts.All(value => value.settingGroup() is null)
            ? new SocketReader(Tokens(contexts[0].Start, contexts[^1].Stop), diagnostics).ReadList()
            : contexts.Select(Value).ToList();
        var description = context.literal() is { } literal ? Literal(literal) as StringLiteral : null;
        return new GlobalAssignment(SpanOf(context), group, name, values, description);
    }

    private static bool IsSocketSetting(string name) => name is "listen" or "socket" or "alias" or "domain";

    private SettingValue Value(SettingValueContext context)
    {
        var span = SpanOf(context);
        if (context.settingGroup() is { } group)
            return new BlockValue(span, Settings(group));
        if (context.scalar() is not [var scalar] || context.ChildCount > 1)
            return new OpaqueValue(span);
        return Scalar(scalar);
    }

    private ScalarValue Scalar(ScalarContext context)
    {
        var span = SpanOf(context);
        var atoms = context.settingAtom();
        if (atoms.Length > 1 || context.settingPrefix()?.Slash() is not null)
            return JoinedScalar(context, span);
        var value = Atom(atoms[0]);
        if (context.settingPrefix() is { } prefix)
            value = Prefixed(Token(prefix.Start), value);
        return new ScalarValue(span, value);
    }

    // Host names, networks and sums of constants.
    private ScalarValue JoinedScalar(ScalarContext context, TextSpan span)
    {
        var tokens = Tokens(context);
        var touching = true;
        for (var i = 1; i < tokens.Count; i++)
            touching &= tokens[i - 1].Touches(tokens[i]);
        var isPath = tokens[0].Type == SipScriptLexer.Slash;
        if (isPath || (touching && context.settingJoint().All(joint => joint.Start.Type is SipScriptLexer.Dot or SipScriptLexer.Minus)))
            return new ScalarValue(span, new NameLiteral(span, string.Concat(tokens.Select(token => token.Text))));
        var atoms = context.settingAtom();
        var value = Atom(atoms[0]);
        for (var i = 1; i < atoms.Length; i++)
        {
            var joint = Token(context.settingJoint(i - 1).Start);
            var right = Atom(atoms[i]);
            if (joint.Type == SipScriptLexer.Slash && value is IpLiteral network && right is IntLiteral { Value: >= 0 and <= 128 } bits)
                value = network with { Span = span, PrefixLength = (int)bits.Value };
            else
                value = new BinaryExpression(value.Span.To(right.Span), value, Operators.Of(joint, dialect).Operator, joint.Span, right);
        }

        return new ScalarValue(span, value);
    }

    private Expression Atom(SettingAtomContext context) => context.GetChild(0) switch
    {
        LiteralContext literal => Literal(literal),
        AddressContext address => Address(Token((address.Ipv4() ?? address.Ipv6()).Symbol), SpanOf(address)),
        ITerminalNode { Symbol: ScriptToken { Type: SipScriptLexer.Variable or SipScriptLexer.AttributeVariable or SipScriptLexer.SelectVariable } variable } => Variable(variable),
        ITerminalNode { Symbol: ScriptToken { Type: SipScriptLexer.Null } token } => new NullLiteral(token.Span),
        _ => SettingWord(Token(context.Start)),
    };

    private static Expression SettingWord(ScriptToken token) =>
        Literals.YesNo(token.Text) is { } number ? new IntLiteral(token.Span, number, token.Text) : new NameLiteral(token.Span, token.Text);
}
