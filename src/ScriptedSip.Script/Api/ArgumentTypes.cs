using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Script.Api;

/// <summary>The C# types an argument of a script function can have, and the words for them in findings and documentation.</summary>
public static class ArgumentTypes
{
    private static readonly Dictionary<Type, string> Names = new()
    {
        [typeof(int)] = "number",
        [typeof(Utf8Text)] = "text",
        [typeof(Format)] = "text",
        [typeof(BytePattern)] = "regex",
        [typeof(Substitution)] = "substitution",
        [typeof(RouteRef)] = "route",
        [typeof(HeaderName)] = "header",
        [typeof(VariableRef)] = "variable",
    };

    /// <summary>The word for a type; null when no argument can have it.</summary>
    public static string? NameOf(Type type) => Names.GetValueOrDefault(type) ?? (IsParsed(type) ? "text" : null);

    /// <summary>True for a type that reads itself from the text of the argument.</summary>
    public static bool IsParsed(Type type) => type is { IsClass: true } && Array.Exists(type.GetInterfaces(),
        i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IParsedArgument<>));
}
