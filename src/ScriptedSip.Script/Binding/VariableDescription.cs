using System.Reflection;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Interpretation;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Script.Binding;

/// <summary>One method that is a pseudo-variable.</summary>
internal sealed class VariableDescription
{
    public VariableDescription(MethodInfo getter, SipVariableAttribute attribute)
    {
        Getter = getter;
        Attribute = attribute;
        Names = attribute.Name.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var parameters = getter.GetParameters();
        if (getter.ReturnType != typeof(Value) || parameters.Length is not (1 or 3) || parameters[0].ParameterType != typeof(Frame)
            || (parameters.Length == 3 && parameters[2].ParameterType != typeof(int)))
            throw FunctionDescription.Misdeclared(getter, "a pseudo-variable has the form Value Name(Frame) or Value Name(Frame, T argument, int index)");
        if (parameters.Length == 3)
        {
            ArgumentType = parameters[1].ParameterType;
            if (ArgumentType != typeof(int) && ArgumentType != typeof(Utf8Text) && ArgumentType != typeof(HeaderName))
                throw FunctionDescription.Misdeclared(getter, $"the type {ArgumentType.Name} cannot be the inner name of a pseudo-variable");
        }
        if (attribute.Setter is { } setter)
            Setter = CheckedSetter(getter, setter, ArgumentType);
    }

    public MethodInfo Getter { get; }

    public SipVariableAttribute Attribute { get; }

    public IReadOnlyList<string> Names { get; }

    /// <summary>Type of the inner name; null for a variable without one.</summary>
    public Type? ArgumentType { get; }

    /// <summary>Null when it is read-only.</summary>
    public MethodInfo? Setter { get; }

    /// <summary>The type of the delegate the setter is called through.</summary>
    public static Type SetterType(Type? argumentType) =>
        argumentType is null ? typeof(PlainSetter) : typeof(NamedSetter<>).MakeGenericType(argumentType);

    private static MethodInfo CheckedSetter(MethodInfo getter, string name, Type? argumentType)
    {
        var expected = SetterType(argumentType).GetMethod("Invoke")!;
        var types = expected.GetParameters().Select(static parameter => parameter.ParameterType).ToArray();
        var method = getter.DeclaringType!.GetMethod(name, types);
        if (method is null || method.ReturnType != typeof(bool))
            throw FunctionDescription.Misdeclared(getter, argumentType is null
                ? $"its setter has the form bool {name}(Frame, in Value)"
                : $"its setter has the form bool {name}(Frame, {argumentType.Name}, int index, AssignKind, in Value)");
        return method;
    }
}

/// <summary>One property or method a modparam sets.</summary>
internal sealed class ParameterDescription
{
    private readonly Action<ScriptModule, object> _set;

    public ParameterDescription(PropertyInfo property, ModParamAttribute attribute, PropertyInfo? group = null)
    {
        if (!property.CanWrite)
            throw FunctionDescription.Misdeclared(property, "a module parameter can be set");
        Attribute = attribute;
        ValueType = property.PropertyType;
        _set = group is null ? property.SetValue : (module, value) => property.SetValue(group.GetValue(module), value);
        Check(property);
    }

    public ParameterDescription(MethodInfo method, ModParamAttribute attribute)
    {
        if (method.GetParameters() is not [var only])
            throw FunctionDescription.Misdeclared(method, "a module parameter's method has one argument");
        Attribute = attribute;
        ValueType = only.ParameterType;
        _set = (module, value) => method.Invoke(module, [value]);
        Check(method);
    }

    public ModParamAttribute Attribute { get; }

    /// <summary>int, bool or string; or one of the types for text with variables.</summary>
    public Type ValueType { get; }

    /// <summary>True when the value may hold pseudo-variables, which are looked up when all modules are known.</summary>
    public bool HoldsVariables => ValueType == typeof(Format) || ValueType == typeof(VariableRef) || ValueType == typeof(NamedFormats) || ValueType == typeof(ScriptFlag);

    public void Set(ScriptModule module, object value) => _set(module, value);

    private void Check(MemberInfo member)
    {
        if (ValueType != typeof(int) && ValueType != typeof(bool) && ValueType != typeof(string) && !HoldsVariables)
            throw FunctionDescription.Misdeclared(member, "a module parameter is int, bool, string, Format, VariableRef, NamedFormats or ScriptFlag");
    }
}
