using ScriptedSip.Data;
using ScriptedSip.Modules.Storage;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Server;

/// <summary>Whether the databases a script names can be used.</summary>
internal static class DatabaseUse
{
    /// <summary>One sentence for each URL that cannot be used, however many modules name it.</summary>
    public static IEnumerable<string> Objections(IEnumerable<ScriptModule> modules, IReadOnlyDictionary<string, string> redirects, ScriptSettings settings)
    {
        var databases = new Databases(redirects) { StandardUrl = settings.DefaultDatabase };
        return modules.OfType<IDatabaseUser>()
            .Select(m => m.DatabaseInUse is { } url ? databases.Refusal(url, m.ReadsDatabase) : null).OfType<string>().Distinct();
    }
}
