using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.Domain;

/// <summary>One of the two arguments of lookup_domain(), whose order SER and Kamailio do not share.</summary>
internal sealed class DomainArgument : IParsedArgument<DomainArgument>
{
    public static string Form => "a text";

    /// <summary>As written.</summary>
    public required string Text { get; init; }

    /// <summary>What it gives in a run.</summary>
    public required Format Value { get; init; }

    /// <summary>True for a select or an attribute of SER.</summary>
    public bool IsSelect { get; private init; }

    public static DomainArgument? Parse(ArgumentText argument)
    {
        var text = argument.Text.Trim();
        var isSelect = text.StartsWith('@') || (text.StartsWith('$') && text.Contains('.', StringComparison.Ordinal) && !text.Contains('(', StringComparison.Ordinal));
        return new DomainArgument { Text = text, Value = isSelect ? argument.PercentFormat("%" + text) : argument.Format(text), IsSelect = isSelect };
    }
}
