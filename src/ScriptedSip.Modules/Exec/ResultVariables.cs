using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.Exec;

/// <summary>The argument <c>"$avp(first);$avp(second)"</c>: where the lines of a command's output go.</summary>
internal sealed class ResultVariables : IParsedArgument<ResultVariables>
{
    private ResultVariables(VariableRef[] variables) => Variables = variables;

    public static string Form => "of the form \"$avp(first);$avp(second)\"";

    public IReadOnlyList<VariableRef> Variables { get; }

    public static ResultVariables? Parse(ArgumentText argument)
    {
        var variables = argument.Text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(argument.Variable).ToArray();
        return variables.Length == 0 || variables.Contains(null) ? null : new ResultVariables(variables!);
    }
}
