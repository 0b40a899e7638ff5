using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Script.Interpretation.Transformations;

/// <summary>One operation on a text: <c>{s.len}</c>.</summary>
internal delegate Value TextOperation(Frame frame, Utf8Text text, in Operands operands);

/// <summary>What stands behind the commas of a transformation; null when left out.</summary>
internal readonly struct Operands(Value first, Value second, Value third)
{
    public readonly Value First = first;
    public readonly Value Second = second;
    public readonly Value Third = third;
}

/// <summary>A value with an operation applied. Nothing becomes nothing, unless the operation is about just that.</summary>
/// <param name="takesNull">The operation is asked about a missing value too, as empty text.</param>
internal sealed class TransformationNode(ValueNode source, TextOperation operation, ValueNode[] operands, bool takesNull) : ValueNode
{
    public override Value Evaluate(Frame frame)
    {
        var value = source.Evaluate(frame);
        if (value.IsNull && !takesNull)
            return Value.Null;
        var text = value.ToText(frame.Arena);
        return operation(frame, text, new Operands(Operand(frame, 0), Operand(frame, 1), takesNull ? value : Operand(frame, 2)));
    }

    private Value Operand(Frame frame, int index) => index < operands.Length ? operands[index].Evaluate(frame) : Value.Null;
}

/// <summary>An operation, how many operands it takes, and whether it is about missing values.</summary>
internal readonly record struct TransformationEntry(TextOperation Operation, int Minimum = 0, int Maximum = 0, bool TakesNull = false);

/// <summary>All transformations by <c>class.operation</c>.</summary>
internal static class TransformationTable
{
    private static readonly Dictionary<string, TransformationEntry> Entries = Build();

    public static IEnumerable<string> Names => Entries.Keys;

    public static bool TryGet(string name, out TransformationEntry entry) => Entries.TryGetValue(name, out entry);

    private static Dictionary<string, TransformationEntry> Build()
    {
        var table = new Dictionary<string, TransformationEntry>(StringComparer.Ordinal);
        StringOperations.AddTo(table);
        LayoutOperations.AddTo(table);
        CodingOperations.AddTo(table);
        BaseCoding.AddTo(table);
        UriOperations.AddTo(table);
        HeaderOperations.AddTo(table);
        ListOperations.AddTo(table);
        ValueOperations.AddTo(table);
        return table;
    }
}
