using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.AvpOps;

/// <summary>The argument <c>"operator/value[/flags]"</c> of avp_op().</summary>
internal sealed class AvpOperation : IParsedArgument<AvpOperation>
{
    private static readonly string[] Names = ["add", "sub", "mul", "div", "mod", "and", "or", "xor", "not"];

    private string _operator = "";
    private AvpValue? _value;

    public static string Form => "of the form \"add/i:1\" or \"add/i:1/flags\", with add, sub, mul, div, mod, and, or, xor, or \"not\"";

    public AvpFlags Flags { get; private init; }

    public static AvpOperation? Parse(ArgumentText argument)
    {
        var text = argument.Text == "not" ? "not/i:0" : argument.Text;
        if (AvpOperatorText.Split(text, AvpFlags.All | AvpFlags.Delete) is not var (name, value, flags) || !Names.Contains(name)
            || AvpValue.Parse(argument, value.Length == 0 ? "i:0" : value) is not { } operand)
            return null;
        return new AvpOperation { _operator = name, _value = operand, Flags = flags };
    }

    /// <summary>False when the operand is no number, or a division by 0.</summary>
    public bool TryApply(Frame frame, long left, out long result)
    {
        result = 0;
        var operand = _value!.Evaluate(frame);
        var right = operand.Number;
        if ((!operand.IsInt && !Value.TryParseInt(operand.Text.Span, out right)) || (right == 0 && (_operator is "div" or "mod")))
            return false;
        result = _operator switch
        {
            "add" => left + right,
            "sub" => left - right,
            "mul" => left * right,
            "div" => right == -1 ? -left : left / right,
            "mod" => right == -1 ? 0 : left % right,
            "and" => left & right,
            "or" => left | right,
            "xor" => left ^ right,
            _ => ~left,
        };
        return true;
    }
}
