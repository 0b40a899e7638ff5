using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.AvpOps;

/// <summary>Where avp_pushto() puts values: <c>"$ru[/username|/domain]"</c>, <c>"$du"</c>, another variable, or <c>"$br"</c>, which makes branches.</summary>
internal sealed class AvpDestination : IParsedArgument<AvpDestination>
{
    private readonly VariableRef? _variable;

    private AvpDestination(VariableRef? variable) => _variable = variable;

    public static string Form => "\"$ru\", \"$ru/username\", \"$ru/domain\", \"$du\", \"$br\" or another variable";

    public static AvpDestination? Parse(ArgumentText argument)
    {
        if (argument.Text.Trim() is "$br" or "$branch")
            return new AvpDestination(null);
        return argument.Variable(AvpValue.UriPart(argument.Text)) is { } variable ? new AvpDestination(variable) : null;
    }

    /// <summary>False when the value is refused: no URI where one is needed, or one branch too many.</summary>
    public bool Put(Frame frame, Value value)
    {
        if (_variable is not null)
            return _variable.Set(frame, AssignKind.Set, value.IsText ? Value.FromText(frame.Arena.Copy(value.Text.Span)) : value);
        return value.IsText && UriParser.TryParse(value.Text.Span, out _)
            && frame.AppendBranch(new BranchTarget { Uri = frame.Arena.Copy(value.Text.Span), Q = BranchTarget.NoQ });
    }
}
