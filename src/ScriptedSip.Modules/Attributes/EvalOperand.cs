using System.Text;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Attributes;

/// <summary>A value for eval: a number or text as it stands, "s:text", "x:text in print format", "$attribute", "r:register".</summary>
internal sealed class EvalOperand : IParsedArgument<EvalOperand>
{
    private Value _constant;
    private Format? _format;
    private AttributeArgument? _attribute;
    private string? _register;

    public static string Form => "a number, a text, \"x:text in print format\", \"$attribute\" or \"r:register\"";

    public bool IsRegister => _register is not null;

    public static EvalOperand? Parse(ArgumentText argument)
    {
        var text = argument.Text;
        if (text.StartsWith("x:", StringComparison.Ordinal))
            return new EvalOperand { _format = argument.PercentFormat(text[2..]) };
        if (text.StartsWith("r:", StringComparison.Ordinal))
            return new EvalOperand { _register = text[2..] };
        if (text.StartsWith('$'))
            return AttributeArgument.Parse(text, argument) is { } attribute ? new EvalOperand { _attribute = attribute } : null;
        if (text.StartsWith("s:", StringComparison.Ordinal))
            return new EvalOperand { _constant = Value.FromText(Utf8Text.From(text[2..])) };
        return new EvalOperand { _constant = Value.TryParseInt(Encoding.UTF8.GetBytes(text), out var number) ? Value.FromInt(number) : Value.FromText(Utf8Text.From(text)) };
    }

    /// <summary>The value for this run; empty text for none.</summary>
    public Value Read(Frame frame, EvalStack stack)
    {
        if (_format is not null)
            return Value.FromText(_format.Render(frame));
        var value = _attribute is not null ? _attribute.Read(frame) : _register is not null ? stack.Registers.GetValueOrDefault(_register) : _constant;
        return value.IsNull ? Value.FromText(default) : value;
    }

    /// <summary>Puts a value there; false for what cannot be written to.</summary>
    public bool Write(Frame frame, EvalStack stack, in Value value)
    {
        if (_register is not null)
            stack.Registers[_register] = value;
        else if (_attribute is null)
            return false;
        else
            _attribute.Remove(frame);
        return _register is not null || _attribute!.Write(frame, value);
    }
}
