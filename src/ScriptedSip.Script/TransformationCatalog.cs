using ScriptedSip.Script.Interpretation.Transformations;

namespace ScriptedSip.Script;

/// <summary>The transformations a script can use in <c>$(name{class.operation,operand})</c>.</summary>
public static class TransformationCatalog
{
    // The binder compiles its expression instead of looking it up.
    private const string Substitution = "re.subst";

    /// <summary>All names, as <c>class.operation</c>.</summary>
    public static IEnumerable<string> Names => TransformationTable.Names.Append(Substitution);

    /// <summary>How many operands one takes, at least and at most; null when there is no such transformation.</summary>
    public static (int Least, int Most)? OperandsOf(string name) =>
        name == Substitution ? (1, 1) : TransformationTable.TryGet(name, out var entry) ? (entry.Minimum, entry.Maximum) : null;

    /// <summary>What one makes of its value, in a phrase; null when there is no such transformation.</summary>
    public static string? MeaningOf(string name) => TransformationMeanings.Of(name);
}
