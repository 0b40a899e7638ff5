using ScriptedSip.Modules.Core;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.Avp;

/// <summary>The start values a module's parameters <c>shvset</c> give to <c>$shv(…)</c>; cfgutils and pv have them.</summary>
internal sealed class SharedVariableSettings(string module)
{
    private readonly List<string> _definitions = [];

    public void Add(string definition) => _definitions.Add(definition);

    /// <summary>A sentence when one of them has another form, else null.</summary>
    public string? Objection() => _definitions.Find(static definition => !new SharedVariables().TryDefine(definition)) is { } bad
        ? $"{module}: shvset has the form name=i:5 or name=s:text, not '{bad}'"
        : null;

    public void Apply(ModuleHost host)
    {
        foreach (var definition in _definitions)
            host.Import<ISharedVariables>()?.TryDefine(definition);
    }
}
