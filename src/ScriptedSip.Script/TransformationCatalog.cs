using ScriptedSip.Script.Interpretation.Transformations;

namespace ScriptedSip.Script;

/// <summary>The transformations a script can use in <c>$(name{class.operation,operand})</c>.</summary>
public static class TransformationCatalog
{
    /// <summary>All names, as <c>class.operation</c>.</summary>
    public static IEnumerable<string> Names => TransformationTable.Names;

    /// <summary>How many operands one takes, at least and at most; null when there is no such transformation.</summary>
    public static (int Least, int Most)? OperandsOf(string name) => TransformationTable.TryGet(name, out var entry) ? (entry.Minimum, entry.Maximum) : null;
}
