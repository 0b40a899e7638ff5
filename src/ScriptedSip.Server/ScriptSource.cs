using ScriptedSip.Modules;
using ScriptedSip.Script;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Binding;
using ScriptedSip.Script.Interpretation;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Server;

/// <summary>Reads the script a command line names: the one analyser behind start-up and <c>check</c>.</summary>
internal static class ScriptSource
{
    private static readonly ModuleCatalog Catalog = new(ModuleTable.Names, ModuleTable.Create, ModuleTable.CreateCore);

    /// <summary>The script, or null when it has mistakes. Every finding has been printed on standard error, but notes only for <c>check</c>.</summary>
    public static LoadedScript? Load(CommandLine line, ScriptLog? log = null)
    {
        var services = new RuntimeServices { Log = log };
        var defines = line.Defines.ToDictionary(d => d.Name, d => d.Value, StringComparer.Ordinal);
        var result = ScriptLoader.Load(line.File, new LoadOptions { Catalog = Catalog, Services = services, Parse = new ParseOptions { Defines = defines } });
        foreach (var diagnostic in result.Diagnostics)
        {
            if (diagnostic.Severity != Severity.Note || line.Command == Command.Check)
                DiagnosticPrinter.Print(diagnostic, Console.Error);
        }
        return result.Script is null ? null : new LoadedScript(result.Script, [.. result.Modules.All], services);
    }
}
