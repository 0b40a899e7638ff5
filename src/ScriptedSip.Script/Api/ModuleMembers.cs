using System.Reflection;

namespace ScriptedSip.Script.Api;

/// <summary>The public members of a module that its attributes can be on, with those of its parameter groups.</summary>
public static class ModuleMembers
{
    private const BindingFlags PublicMembers = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static;

    /// <summary>All of them.</summary>
    public static IEnumerable<MemberInfo> Of(ScriptModule module) =>
        module.GetType().GetMembers(PublicMembers).Concat(GroupsOf(module.GetType()).SelectMany(static group => group.PropertyType.GetMembers(PublicMembers)));

    /// <summary>The properties that hold parameters modules share.</summary>
    internal static IEnumerable<PropertyInfo> GroupsOf(Type type) =>
        type.GetProperties(PublicMembers).Where(static property => property.GetCustomAttribute<SharedParametersAttribute>() is not null);
}

/// <summary>On a property of a module: the object in it has parameters of the module as its own properties, because several modules have them.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SharedParametersAttribute : Attribute;
