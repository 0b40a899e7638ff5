using ScriptedSip.Script.Binding;

namespace ScriptedSip.Script;

/// <summary>The settings a script can write at top level.</summary>
public static class SettingCatalog
{
    /// <summary>All names, of all dialects.</summary>
    public static IEnumerable<string> Names => SettingNames.All;

    /// <summary>What values one takes, or why it has no effect; null when there is no such setting.</summary>
    public static string? Describe(string name) => SettingNames.KindOf(name) switch
    {
        SettingKind.Number => Number(name),
        SettingKind.Text => "text",
        SettingKind.Listen => "addresses to receive on, [udp:|tcp:]HOST[:PORT], several with white space between them or in settings of their own",
        SettingKind.Alias => "further names of this server, HOST[:PORT], all of which 'myself' means",
        SettingKind.AvpAliases => "names for AVPs, \"name=i:number;name=s:text\"",
        SettingKind.Ignored => $"accepted without effect{(SettingNames.ReasonFor(name) is { } reason ? ": " + reason : "")}",
        _ => null,
    };

    private static string Number(string name)
    {
        var (lowest, highest) = SettingNames.RangeOf(name);
        var canonical = SettingNames.Canonical(name);
        return $"{(canonical == name ? "" : $"another name of '{canonical}', ")}a number{(highest == int.MaxValue ? $", at least {lowest}" : $" from {lowest} to {highest}")}";
    }
}
