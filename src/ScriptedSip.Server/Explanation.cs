using System.Reflection;
using ScriptedSip.Modules;
using ScriptedSip.Script;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Binding;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Server;

/// <summary>The command <c>explain NAME</c>: what a function, variable, transformation, module, parameter, setting or finding is, from the attributes and tables that also bind them.</summary>
internal static class Explanation
{
    private static readonly IReadOnlyList<(string Module, IReadOnlyList<ScriptModule> Parts)> Modules =
        [("core", ModuleTable.CreateCore()), .. ModuleTable.Names.Order(StringComparer.Ordinal).Select(static name => (name, (IReadOnlyList<ScriptModule>)[ModuleTable.Create(name)!]))];

    /// <summary>All that bears the name, with or without <c>$</c>, braces and parentheses; null when nothing does.</summary>
    public static string? Of(string name)
    {
        name = name.Trim();
        var bare = Bare(name);
        var lines = new List<string>();
        if (DiagnosticCatalog.All.TryGetValue(bare.ToUpperInvariant(), out var descriptor))
            lines.Add($"{descriptor.Code}, {DiagnosticPrinter.Name(descriptor.Severity)}: {descriptor.Title}\n  {descriptor.Explanation}");
        lines.AddRange(WordCatalog.Describe(name.StartsWith("#!", StringComparison.Ordinal) || name.StartsWith('@') ? name.Split(' ', '(')[0] : name.StartsWith('$') ? "$" + bare : bare));
        foreach (var (module, parts) in Modules)
        {
            foreach (var member in parts.SelectMany(ModuleMembers.Of))
                Collect(module, member, name, bare, lines);
            if (module == bare)
                lines.Add(Describe(module, parts));
        }
        if (TransformationCatalog.OperandsOf(bare) is var (least, most))
            lines.Add($"{{{bare}}}, a transformation with {(least == most ? $"{least}" : $"{least} to {most}")} operands: $(ru{{{bare}{string.Concat(Enumerable.Repeat(",…", least))}}})\n  {TransformationCatalog.MeaningOf(bare)}");
        if (lines.Count == 0 && TransformationsElsewhere.ReasonAgainst(bare) is { } unlike)
            lines.Add($"{{{bare}}}, a transformation of other servers, not supported: {unlike}");
        if (!name.StartsWith('$') && SettingCatalog.Describe(bare) is { } setting)
            lines.Add($"{bare}, a setting of the core: {setting}");
        if (lines.Count == 0 && VariablesElsewhere.ReasonAgainst(bare) is { } reason)
            lines.Add($"${bare}, a variable of other servers, not supported: {reason}");
        return lines.Count == 0 ? null : string.Join("\n", lines.Distinct());
    }

    /// <summary>Names like an unknown one.</summary>
    public static string? Nearest(string name) => Spelling.DidYouMean(Bare(name), Names());

    // $hdr(From) and t_relay() ask for the name before the parenthesis.
    private static string Bare(string name)
    {
        var bare = name.Trim('$', '{', '}', '(', ')');
        return bare.IndexOf('(', StringComparison.Ordinal) is > 0 and var end ? bare[..end] : bare;
    }

    private static IEnumerable<string> Names()
    {
        foreach (var (module, parts) in Modules)
        {
            yield return module;
            foreach (var member in parts.SelectMany(ModuleMembers.Of))
            {
                foreach (var own in NamesOf(member))
                    yield return own;
            }
        }
        foreach (var other in DiagnosticCatalog.All.Keys.Concat(TransformationCatalog.Names).Concat(SettingCatalog.Names).Concat(WordCatalog.Names))
            yield return other;
    }

    private static IEnumerable<string> NamesOf(MemberInfo member) => member.GetCustomAttributes<SipFunctionAttribute>().SelectMany(static f => NamesOf(f))
        .Concat(member.GetCustomAttributes<SipVariableAttribute>().SelectMany(static v => v.Name.Split(' ')))
        .Concat(member.GetCustomAttributes<ModParamAttribute>().Select(static p => p.Name));

    private static IEnumerable<string> NamesOf(SipFunctionAttribute function) => function.Aliases.Split(' ', StringSplitOptions.RemoveEmptyEntries).Prepend(function.Name);

    private static void Collect(string module, MemberInfo member, string name, string bare, List<string> lines)
    {
        if (!name.StartsWith('$'))
        {
            foreach (var function in member.GetCustomAttributes<SipFunctionAttribute>().Where(f => NamesOf(f).Contains(bare)))
                lines.Add($"{FunctionCatalog.Signature(bare, (MethodInfo)member)}, a function of {module}, in {FunctionCatalog.Routes(function.Routes)}\n  {function.Summary}");
            foreach (var parameter in member.GetCustomAttributes<ModParamAttribute>().Where(p => p.Name == bare))
                lines.Add($"{bare}, a parameter of {module}{(FunctionCatalog.Default(member) is { Length: > 0 } value ? ", by default " + value : "")}\n  {parameter.Summary}{(parameter.Ignored ? " Accepted, without effect." : "")}");
        }
        foreach (var variable in member.GetCustomAttributes<SipVariableAttribute>().Where(v => v.Name.Split(' ').Contains(bare)))
        {
            var inner = ((MethodInfo)member).GetParameters().Length > 1 ? "(name)" : "";
            lines.Add($"${bare}{inner}, a variable of {module}, to {(variable.Setter is null ? "read" : "read and write")}\n  {variable.Summary}");
        }
    }

    private static string Describe(string module, IReadOnlyList<ScriptModule> parts)
    {
        var members = parts.SelectMany(ModuleMembers.Of).ToList();
        var functions = members.SelectMany(static m => m.GetCustomAttributes<SipFunctionAttribute>()).Select(static f => f.Name).Distinct().Order(StringComparer.Ordinal);
        var parameters = members.SelectMany(static m => m.GetCustomAttributes<ModParamAttribute>()).Select(static p => p.Name).Distinct().Order(StringComparer.Ordinal);
        var required = parts.SelectMany(static part => part.GetType().GetCustomAttributes<RequiresModuleAttribute>()).Select(static r => r.When is null ? r.Name : $"{r.Name} when {r.When} is set").ToList();
        return $"{module}, {(module == "core" ? "always there" : $"a module: loadmodule \"{module}.so\"")}{(required.Count > 0 ? $"; needs {string.Join(", ", required)}" : "")}"
            + Listed("functions", functions) + Listed("parameters", parameters);
    }

    private static string Listed(string what, IEnumerable<string> names) => string.Join(", ", names) is { Length: > 0 } list ? $"\n  {what}: {list}" : "";
}
