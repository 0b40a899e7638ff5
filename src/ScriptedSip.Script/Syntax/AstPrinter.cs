using System.Globalization;
using System.Text;

namespace ScriptedSip.Script.Syntax;

/// <summary>
/// The tree as text: one line per item and statement, nested by indentation, expressions in prefix form. For the <c>ast</c> command and
/// for tests; what two scripts of the same meaning have in common, and nothing of their layout.
/// </summary>
internal sealed class AstPrinter
{
    private readonly StringBuilder _text = new();
    private int _depth;

    public static string Print(ScriptFile script)
    {
        var printer = new AstPrinter();
        printer.Line($"script {script.Dialect.Dialect}{(script.Dialect.ClassicOperators ? " classic" : "")}, {script.Dialect.Reason}");
        foreach (var item in script.Items)
            printer.Item(item);
        return printer._text.ToString();
    }

    public static string Print(Expression expression) => Text(expression);

    private void Item(TopLevelItem item)
    {
        switch (item)
        {
            case GlobalAssignment setting:
                Setting(setting);
                break;
            case LoadModule load:
                Line($"loadmodule {load.ModuleName}{(load.Options is null ? "" : " " + Text(load.Options))}");
                break;
            case ModuleParameter parameter:
                Line($"modparam {Text(parameter.Module)} {Text(parameter.Name)}{(parameter.Value is null ? "" : " " + Text(parameter.Value))}");
                break;
            case ModulePath path:
                Line($"mpath {Text(path.Path)}");
                break;
            case FlagDeclaration flags:
                Line($"{(flags.Kind == FlagKind.Message ? "flags" : "avpflags")} {string.Join(", ", flags.Flags.Select(flag => flag.Number is null ? flag.Name.Text : $"{flag.Name}:{flag.Number}"))}");
                break;
            case SettingsBlock block:
                Line($"{block.Name}{(block.Selector is null ? "" : $"[{block.Selector}]")}");
                Nested(() => block.Settings.ToList().ForEach(Setting));
                break;
            case RouteBlock route:
                Line($"{route.Kind} {route.Keyword}{(route.Name is null ? "" : $"[{route.Name}{(route.Interval is null ? "" : ", " + Text(route.Interval))}]")}");
                Body(route.Body);
                break;
        }
    }

    private void Setting(GlobalAssignment setting)
    {
        var name = setting.Group is null ? setting.Name.Text : $"{setting.Group}.{setting.Name}";
        Line($"{name} = {string.Join(' ', setting.Values.Select(Value))}{(setting.Description is null ? "" : " desc " + Text(setting.Description))}");
    }

    private static string Value(SettingValue value) => value switch
    {
        ScalarValue scalar => Text(scalar.Value),
        SocketValue socket => $"({string.Join(' ', socket.Addresses.Select(Address).Concat(socket.Options.Select(Option)))})",
        BlockValue block => $"{{ {string.Join("; ", block.Settings.Select(setting => $"{setting.Name} = {string.Join(' ', setting.Values.Select(Value))}"))} }}",
        _ => "(opaque)",
    };

    private static string Address(SocketAddress address) =>
        (address.Protocol is null ? "" : address.Protocol + ":") + (address.Host.Text.Contains(':') ? $"[{address.Host}]" : address.Host.Text)
        + (address.AnyPort ? ":*" : address.PortName is not null ? ":" + address.PortName : address.Port is null ? "" : ":" + address.Port)
        + (address.SecondPort is null ? "" : "," + address.SecondPort);

    private static string Option(SocketOption option) =>
        option.Address is not null ? $"{option.Name} {Address(option.Address)}" : option.Value is not null ? $"{option.Name} {Text(option.Value)}" : option.Name.Text;

    private void Statement(Statement statement)
    {
        switch (statement)
        {
            case Block block:
                Line("block");
                Body(block);
                break;
            case IfStatement branch:
                Line($"if {Text(branch.Condition)}");
                Body(branch.Then);
                if (branch.Else is not null)
                {
                    Line("else");
                    Body(branch.Else);
                }

                break;
            case WhileStatement loop:
                Line($"while {Text(loop.Condition)}");
                Body(loop.Body);
                break;
            case ForEachStatement loop:
                Line($"for {Text(loop.Variable)} in {Text(loop.Source)}");
                Body(loop.Body);
                break;
            case SwitchStatement choice:
                Line($"switch {Text(choice.Subject)}");
                Nested(() => choice.Cases.ToList().ForEach(Case));
                break;
            case CallStatement call:
                Line(Text(call.Call));
                break;
            case ExpressionStatement expression:
                Line($"value {Text(expression.Expression)}");
                break;
            case AssignmentStatement assignment:
                Line($"{(assignment.Operator == AssignmentOperator.Set ? "set" : assignment.Operator)} {Text(assignment.Target)} {Text(assignment.Value)}");
                break;
            case ReturnStatement leave:
                Line("return" + Optional(leave.Value));
                break;
            case ExitStatement leave:
                Line("exit" + Optional(leave.Value));
                break;
            case DropStatement leave:
                Line("drop" + Optional(leave.Value));
                break;
            case BreakStatement:
                Line("break");
                break;
            case EmptyStatement:
                Line(";");
                break;
        }
    }

    private void Case(SwitchCase choice)
    {
        Line(choice.Kind == CaseKind.Default ? "default" : $"case{(choice.Kind == CaseKind.Regex ? " /" : " ")}{Text(choice.Label!)}");
        Nested(() => choice.Body.ToList().ForEach(Statement));
    }

    private void Body(Statement statement) => Nested(() =>
    {
        if (statement is Block block)
            block.Statements.ToList().ForEach(Statement);
        else
            Statement(statement);
    });

    private static string Optional(Expression? value) => value is null ? "" : " " + Text(value);

    private static string Text(Expression expression) => expression switch
    {
        BinaryExpression binary => $"({Name(binary.Operator)} {Text(binary.Left)} {Text(binary.Right)})",
        UnaryExpression unary => $"({(unary.Operator switch { UnaryOperator.Not => "!", UnaryOperator.Negate => "-", _ => "~" })} {Text(unary.Operand)})",
        IntLiteral number => number.IsWord ? number.Text : number.Value.ToString(CultureInfo.InvariantCulture),
        StringLiteral text => Quoted(text.Value),
        IpLiteral address => address.PrefixLength is null ? address.Address.ToString() : $"{address.Address}/{address.PrefixLength}",
        NameLiteral name => name.Name,
        NullLiteral => "null",
        Myself => "myself",
        CoreOperand operand => $"core:{operand.Name}",
        SocketLiteral socket => Address(socket.Address),
        CallExpression call => $"{call.Function}({string.Join(", ", call.Arguments.Select(Argument))})",
        BlockExpression block => $"{{ {string.Join(" ", block.Block.Statements.OfType<CallStatement>().Select(call => Text(call.Call) + ";"))} }}",
        Parenthesized inner => Text(inner.Inner),
        Select select => "@" + string.Join('.', select.Parts.Select(part => part.Name + (part.Index is not null ? $"[{part.Index}]" : part.Key is not null ? $"[{Quoted(part.Key)}]" : ""))),
        SerAttribute attribute => $"attr:{(attribute.Class is null ? "" : attribute.Class + ".")}{attribute.Name}{(attribute.AllValues ? "[*]" : attribute.Index is null ? "" : $"[{attribute.Index}]")}",
        Cast cast => $"({(cast.Kind == CastKind.Integer ? "int" : "str")} {Text(cast.Operand)})",
        Defined defined => $"(defined {Text(defined.Operand)})",
        PseudoVariable variable => Variable(variable),
        _ => "<error>",
    };

    private static string Argument(Argument argument) =>
        (argument.Name is null ? "" : argument.Name + "=") + (argument.Value is null ? "" : Text(argument.Value));

    private static string Variable(PseudoVariable variable)
    {
        var context = variable.Context is null ? "" : $"<{variable.Context}>";
        var argument = variable.Argument is null ? "" : $"({variable.Argument.Text})";
        var index = variable.Index is null ? "" : variable.Index.Kind switch
        {
            IndexKind.All => "[*]",
            IndexKind.Number => $"[{variable.Index.Number}]",
            _ => $"[{Variable(variable.Index.Variable!)}]",
        };
        return $"${context}{variable.Name}{argument}{index}{string.Concat(variable.Transformations.Select(Transformed))}";
    }

    private static string Transformed(Transformation transformation) =>
        $"{{{transformation.Class}.{transformation.Operation}{string.Concat(transformation.Arguments.Select(argument => "," + argument.Text))}}}";

    private static string Name(BinaryOperator op) => op switch
    {
        BinaryOperator.Or => "or",
        BinaryOperator.And => "and",
        BinaryOperator.Equal => "==",
        BinaryOperator.NotEqual => "!=",
        BinaryOperator.Matches => "=~",
        BinaryOperator.NotMatches => "!~",
        BinaryOperator.Less => "<",
        BinaryOperator.LessOrEqual => "<=",
        BinaryOperator.Greater => ">",
        BinaryOperator.GreaterOrEqual => ">=",
        BinaryOperator.StringEqual => "eq",
        BinaryOperator.StringNotEqual => "ne",
        BinaryOperator.IntegerEqual => "ieq",
        BinaryOperator.IntegerNotEqual => "ine",
        BinaryOperator.Add => "+",
        BinaryOperator.Subtract => "-",
        BinaryOperator.Multiply => "*",
        BinaryOperator.Divide => "/",
        BinaryOperator.Modulo => "mod",
        BinaryOperator.BitAnd => "&",
        BinaryOperator.BitOr => "|",
        BinaryOperator.BitXor => "^",
        BinaryOperator.ShiftLeft => "<<",
        BinaryOperator.ShiftRight => ">>",
        _ => ".",
    };

    private static string Quoted(string value)
    {
        var text = new StringBuilder("\"");
        foreach (var c in value)
        {
            text.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                < ' ' => $"\\x{(int)c:x2}",
                _ => c.ToString(),
            });
        }

        return text.Append('"').ToString();
    }

    private void Line(string line) => _text.Append(' ', _depth * 2).Append(line).Append('\n');

    private void Nested(Action body)
    {
        _depth++;
        body();
        _depth--;
    }
}
