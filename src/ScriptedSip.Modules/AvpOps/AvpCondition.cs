using System.Text;
using ScriptedSip.Modules.TextOps;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.AvpOps;

/// <summary>The argument <c>"operator/value[/flags]"</c> of avp_check().</summary>
internal sealed class AvpCondition : IParsedArgument<AvpCondition>
{
    private enum Operator
    {
        Equal,
        NotEqual,
        Less,
        LessOrEqual,
        Greater,
        GreaterOrEqual,
        Regex,
        Glob,
        And,
        Or,
        Xor,
    }

    private static readonly string[] Names = ["eq", "ne", "lt", "le", "gt", "ge", "re", "fm", "and", "or", "xor"];

    private Operator _operator;
    private AvpValue? _value;
    private BytePattern? _pattern;

    public static string Form => "of the form \"eq/value\" or \"eq/value/flags\", with eq, ne, lt, le, gt, ge, re, fm, and, or or xor";

    public AvpFlags Flags { get; private init; }

    public static AvpCondition? Parse(ArgumentText argument)
    {
        if (AvpOperatorText.Split(argument.Text, AvpFlags.All | AvpFlags.IgnoreCase) is not var (name, value, flags) || Array.IndexOf(Names, name) is not (>= 0 and var index))
            return null;
        var condition = new AvpCondition { _operator = (Operator)index, Flags = flags };
        if (condition._operator == Operator.Regex)
            condition._pattern = argument.Pattern(value.StartsWith("s:", StringComparison.Ordinal) ? value[2..] : value);
        else
            condition._value = AvpValue.Parse(argument, value);
        return condition._pattern is null && condition._value is null ? null : condition;
    }

    public bool Holds(Frame frame, Value value)
    {
        if (_pattern is not null)
            return !value.IsNull && _pattern.IsMatch(frame, value.ToText(frame.Arena).Span);
        var other = _value!.Evaluate(frame);
        if (_operator == Operator.Glob)
            return !value.IsNull && Glob.IsMatch(other.ToText(frame.Arena).Span, value.ToText(frame.Arena).Span);
        if (TryNumber(value, out var left) && TryNumber(other, out var right))
            return Compares(left.CompareTo(right)) ?? Bits(left, right);
        return !value.IsInt && !other.IsInt && (Compares(Compare(value.ToText(frame.Arena).Span, other.ToText(frame.Arena).Span)) ?? false);
    }

    private bool? Compares(int order) => _operator switch
    {
        Operator.Equal => order == 0,
        Operator.NotEqual => order != 0,
        Operator.Less => order < 0,
        Operator.LessOrEqual => order <= 0,
        Operator.Greater => order > 0,
        Operator.GreaterOrEqual => order >= 0,
        _ => null,
    };

    private bool Bits(long left, long right) => _operator switch
    {
        Operator.And => (left & right) != 0,
        Operator.Or => (left | right) != 0,
        _ => (left ^ right) != 0,
    };

    private int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        (Flags & AvpFlags.IgnoreCase) != 0 && Ascii.EqualsIgnoreCase(left, right) ? 0 : left.SequenceCompareTo(right);

    private static bool TryNumber(Value value, out long number)
    {
        number = value.Number;
        return value.IsInt || Value.TryParseInt(value.Text.Span, out number);
    }
}

/// <summary>Takes "operator/value/flags" apart. The value may hold slashes itself.</summary>
internal static class AvpOperatorText
{
    public static (string Operator, string Value, AvpFlags Flags)? Split(string text, AvpFlags allowed)
    {
        var first = text.IndexOf('/', StringComparison.Ordinal);
        if (first < 0)
            return null;
        var last = text.LastIndexOf('/');
        return last > first && AvpFlagLetters.TryParse(text[(last + 1)..], allowed, out var flags)
            ? (text[..first].Trim(), text[(first + 1)..last], flags)
            : (text[..first].Trim(), text[(first + 1)..], AvpFlags.None);
    }
}
