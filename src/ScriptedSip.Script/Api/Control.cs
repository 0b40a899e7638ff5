using System.Text.Json.Nodes;

namespace ScriptedSip.Script.Api;

/// <summary>
/// Makes a public method of a <see cref="ScriptModule"/> a command of the control socket. Signature: <c>JsonNode? Name(IReadOnlyList&lt;string&gt; arguments)</c>;
/// it runs on a thread of its own beside the traffic, and throws <see cref="ControlException"/> to refuse.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ControlCommandAttribute(string name, string arguments, string summary) : Attribute
{
    /// <summary>One or two words.</summary>
    public string Name { get; } = name;

    /// <summary>The arguments as a usage line shows them: <c>SET [URI]</c>; those in brackets may be missing.</summary>
    public string Arguments { get; } = arguments;

    /// <summary>One sentence: what it does and shows.</summary>
    public string Summary { get; } = summary;
}

/// <summary>A command that cannot be carried out; the message is for whoever gave it.</summary>
public sealed class ControlException(string message) : Exception(message)
{
    /// <summary>What there is to show besides the message; null for nothing.</summary>
    public JsonNode? Details { get; init; }
}
