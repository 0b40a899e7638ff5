using System.Text;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Attributes;

/// <summary>The operations of one eval_oper().</summary>
internal sealed class EvalOperations : IParsedArgument<EvalOperations>
{
    public static string Form => $"operations of eval with commas between them: {string.Join(' ', EvalOperation.Names)}";

    public required EvalOperation[] All { get; init; }

    public static EvalOperations? Parse(ArgumentText argument)
    {
        var all = argument.Text.Split(',', StringSplitOptions.TrimEntries).Select(EvalOperation.Find).ToArray();
        return all.Contains(null) ? null : new EvalOperations { All = all! };
    }
}

/// <summary>One operation: how many values it takes, and what it makes of them.</summary>
internal sealed class EvalOperation
{
    private static readonly Dictionary<string, EvalOperation> Known = Build();

    private readonly Func<Frame, List<Value>, int, Value> _apply;

    private EvalOperation(int operands, Func<Frame, List<Value>, int, Value> apply)
    {
        Operands = operands;
        _apply = apply;
    }

    public static IEnumerable<string> Names => Known.Keys;

    /// <summary>How many values it takes.</summary>
    public int Operands { get; }

    public static EvalOperation? Find(string name) => Known.GetValueOrDefault(name);

    /// <summary>What it makes of the values from a place on; null when they do not fit.</summary>
    public Value Apply(Frame frame, List<Value> values, int at) => _apply(frame, values, at);

    private static Dictionary<string, EvalOperation> Build()
    {
        var known = new Dictionary<string, EvalOperation>(StringComparer.Ordinal);
        Two("+", static (a, b) => a + b);
        Two("-", static (a, b) => a - b);
        Two("*", static (a, b) => a * b);
        Two("/", static (a, b) => b == 0 ? null : a / b);
        Two("%", static (a, b) => b == 0 ? null : a % b);
        Two("&", static (a, b) => a & b);
        Two("|", static (a, b) => a | b);
        Two("^", static (a, b) => a ^ b);
        Two("&&", static (a, b) => a != 0 && b != 0 ? 1 : 0);
        Two("||", static (a, b) => a != 0 || b != 0 ? 1 : 0);
        One("neg", static a => -a);
        One("abs", static a => Math.Abs(a));
        One("sgn", static a => Math.Sign(a));
        One("~", static a => ~a);
        One("!", static a => a == 0 ? 1 : 0);
        One("(int)", static a => a);
        Compare("==", static order => order == 0);
        Compare("!=", static order => order != 0);
        Compare(">", static order => order > 0);
        Compare(">=", static order => order >= 0);
        Compare("<", static order => order < 0);
        Compare("<=", static order => order <= 0);
        known["(str)"] = new(1, static (frame, values, at) => Value.FromText(values[at].ToText(frame.Arena)));
        known["concat"] = new(2, static (frame, values, at) => Value.FromText(frame.Arena.Concat(values[at].ToText(frame.Arena).Span, values[at + 1].ToText(frame.Arena).Span)));
        known["strlen"] = new(1, static (frame, values, at) => Value.FromInt(values[at].ToText(frame.Arena).Length));
        known["strstr"] = new(2, static (frame, values, at) => Value.FromInt(values[at].ToText(frame.Arena).Span.IndexOf(values[at + 1].ToText(frame.Arena).Span)));
        known["strupper"] = new(1, static (frame, values, at) => Cased(frame, values[at], Ascii.ToUpper));
        known["strlower"] = new(1, static (frame, values, at) => Cased(frame, values[at], Ascii.ToLower));
        known["substr"] = new(3, static (frame, values, at) => TryPart(frame, values, at, out var text, out var part) ? Value.FromText(text[part]) : Value.Null);
        known["strdel"] = new(3, static (frame, values, at) => TryPart(frame, values, at, out var text, out var part)
            ? Value.FromText(frame.Arena.Concat(text.Span[..part.Offset], text.Span[part.End..]))
            : Value.Null);
        return known;

        void One(string name, Func<long, long> apply) =>
            known[name] = new(1, (_, values, at) => TryNumber(values[at], out var a) ? Value.FromInt(apply(a)) : Value.Null);

        void Two(string name, Func<long, long, long?> apply) =>
            known[name] = new(2, (_, values, at) => TryNumber(values[at], out var a) && TryNumber(values[at + 1], out var b) && apply(a, b) is { } result ? Value.FromInt(result) : Value.Null);

        // Numbers are compared as numbers, anything else as text.
        void Compare(string name, Func<int, bool> isTrue) => known[name] = new(2, (frame, values, at) => Value.FromInt(
            isTrue(TryNumber(values[at], out var a) && TryNumber(values[at + 1], out var b)
                ? a.CompareTo(b)
                : values[at].ToText(frame.Arena).Span.SequenceCompareTo(values[at + 1].ToText(frame.Arena).Span)) ? 1 : 0));
    }

    private static bool TryNumber(in Value value, out long number)
    {
        number = value.Number;
        return value.IsInt || Value.TryParseInt(value.Text.Span, out number);
    }

    // As "substr" says: a start counted from the front or, below 0, from the end; a length, or below 0 how much is left out at the end.
    private static bool TryPart(Frame frame, List<Value> values, int at, out Utf8Text text, out Slice part)
    {
        text = values[at].ToText(frame.Arena);
        part = default;
        if (!TryNumber(values[at + 1], out var start) || !TryNumber(values[at + 2], out var length))
            return false;
        var from = (int)Math.Clamp(start < 0 ? text.Length + start : start, 0, text.Length);
        var to = (int)Math.Clamp(length < 0 ? text.Length + length : from + length, from, text.Length);
        part = Slice.Between(from, to);
        return true;
    }

    private delegate System.Buffers.OperationStatus Casing(ReadOnlySpan<byte> source, Span<byte> destination, out int written);

    private static Value Cased(Frame frame, in Value value, Casing casing)
    {
        var text = value.ToText(frame.Arena);
        var room = frame.Arena.Reserve(text.Length);
        // Bytes outside of ASCII end the conversion; they stay as they are.
        text.Span.CopyTo(room);
        casing(text.Span, room, out _);
        return Value.FromText(frame.Arena.Commit(text.Length));
    }
}
