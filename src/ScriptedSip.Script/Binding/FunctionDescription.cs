using System.Reflection;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Script.Binding;

/// <summary>One method a script can call.</summary>
internal sealed class FunctionDescription
{
    /// <summary>Most arguments a function can have.</summary>
    public const int MaxArguments = 6;

    public FunctionDescription(MethodInfo method, SipFunctionAttribute attribute)
    {
        Method = method;
        Attribute = attribute;
        var parameters = method.GetParameters();
        if (method.ReturnType != typeof(Outcome) || parameters.Length == 0 || parameters[0].ParameterType != typeof(Frame))
            throw Misdeclared(method, "a script function has the form Outcome Name(Frame, …)");
        Parameters = parameters[1..];
        if (Parameters.Length > MaxArguments)
            throw Misdeclared(method, $"a script function has at most {MaxArguments} arguments");
        foreach (var parameter in Parameters)
        {
            if (ArgumentTypes.NameOf(parameter.ParameterType) is null)
                throw Misdeclared(method, $"the type {parameter.ParameterType.Name} of '{parameter.Name}' cannot be an argument");
        }
        Minimum = Parameters.Count(static parameter => !parameter.HasDefaultValue);
        Fate = method.GetCustomAttribute<FateAttribute>()?.Fate ?? RequestFate.None;
        ResultMatters = method.IsDefined(typeof(ResultMattersAttribute));
        Names = [attribute.Name, .. attribute.Aliases.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
    }

    public MethodInfo Method { get; }

    public SipFunctionAttribute Attribute { get; }

    /// <summary>The name and its aliases.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The arguments, without the frame.</summary>
    public ParameterInfo[] Parameters { get; }

    /// <summary>Arguments that must be given.</summary>
    public int Minimum { get; }

    /// <summary>What it does with the request.</summary>
    public RequestFate Fate { get; }

    /// <summary>True when a call is made for its result alone.</summary>
    public bool ResultMatters { get; }

    /// <summary>The form for people: <c>save(text table [, text flags])</c>.</summary>
    public string Signature(string name)
    {
        var text = new System.Text.StringBuilder(name).Append('(');
        for (var i = 0; i < Parameters.Length; i++)
        {
            var parameter = Parameters[i];
            if (parameter.HasDefaultValue)
                text.Append(i == 0 ? "[" : " [");
            if (i > 0)
                text.Append(", ");
            text.Append(TypeName(parameter.ParameterType)).Append(' ').Append(parameter.Name);
        }
        return text.Append(']', Parameters.Length - Minimum).Append(')').ToString();
    }

    /// <summary>What an argument of that type is to a script's author.</summary>
    public static string TypeName(Type type) => ArgumentTypes.NameOf(type)!;

    internal static InvalidOperationException Misdeclared(MemberInfo member, string rule) =>
        new($"{member.DeclaringType?.FullName}.{member.Name}: {rule}");
}
