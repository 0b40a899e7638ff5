using System.Collections.Concurrent;
using System.Reflection;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Script.Binding;

/// <summary>What the attributes of a module type say, read once. A declaration nothing could be bound to is an error of the program and named as such.</summary>
internal sealed class ModuleDescription
{
    private static readonly ConcurrentDictionary<Type, ModuleDescription> Known = new();

    private ModuleDescription(Type type)
    {
        var functions = new List<FunctionDescription>();
        var variables = new List<VariableDescription>();
        var parameters = new List<ParameterDescription>();
        const BindingFlags PublicMembers = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static;
        foreach (var method in type.GetMethods(PublicMembers).OrderBy(static method => method.MetadataToken))
        {
            foreach (var attribute in method.GetCustomAttributes<SipFunctionAttribute>())
                functions.Add(new FunctionDescription(method, attribute));
            foreach (var attribute in method.GetCustomAttributes<SipVariableAttribute>())
                variables.Add(new VariableDescription(method, attribute));
            foreach (var parameter in method.GetCustomAttributes<ModParamAttribute>())
                parameters.Add(new ParameterDescription(method, parameter));
        }
        foreach (var property in type.GetProperties(PublicMembers).OrderBy(static property => property.MetadataToken))
        {
            foreach (var attribute in property.GetCustomAttributes<ModParamAttribute>())
                parameters.Add(new ParameterDescription(property, attribute));
        }
        foreach (var group in ModuleMembers.GroupsOf(type))
        {
            foreach (var property in group.PropertyType.GetProperties().OrderBy(static property => property.MetadataToken))
            {
                foreach (var attribute in property.GetCustomAttributes<ModParamAttribute>())
                    parameters.Add(new ParameterDescription(property, attribute, group));
            }
        }
        Required = [.. type.GetCustomAttributes<RequiresModuleAttribute>()];
        Functions = functions;
        Variables = variables;
        Parameters = parameters;
        NotOffered = [.. type.GetCustomAttributes<NotOfferedAttribute>()];
    }

    /// <summary>Functions the module is known for that it has not here.</summary>
    public IReadOnlyList<NotOfferedAttribute> NotOffered { get; }

    public IReadOnlyList<FunctionDescription> Functions { get; }

    public IReadOnlyList<VariableDescription> Variables { get; }

    public IReadOnlyList<ParameterDescription> Parameters { get; }

    /// <summary>Modules a script has to load as well.</summary>
    public IReadOnlyList<RequiresModuleAttribute> Required { get; }

    /// <exception cref="InvalidOperationException">A member carries an attribute its signature does not fit.</exception>
    public static ModuleDescription Of(ScriptModule module) => Known.GetOrAdd(module.GetType(), static type => new ModuleDescription(type));
}
