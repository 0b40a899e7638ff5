using ScriptedSip.Modules;
using ScriptedSip.Script;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Binding;
using ScriptedSip.Script.Interpretation;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Server;

/// <summary>Reads the script a command line names and prints what is wrong with it: the one analyser behind start-up and <c>check</c>.</summary>
internal static class ScriptSource
{
    private static readonly ModuleCatalog Catalog = new(ModuleTable.Names, ModuleTable.Create, ModuleTable.CreateCore);

    /// <summary>The script, or null when it has mistakes. All findings have been printed then.</summary>
    public static LoadedScript? Load(CommandLine line, ScriptLog? log = null)
    {
        var services = new RuntimeServices { Log = log };
        var files = new SortedSet<string>(StringComparer.Ordinal);
        var result = Read(line, null, services, files);
        // A server that starts is to be read by its operator, not its author: notes are for the author.
        Print(result.Diagnostics.Where(d => line.MoreDebug > 0 || d.Severity != Severity.Note));
        if (result.Script is null)
            return null;
        var isRefused = false;
        foreach (var objection in DatabaseUse.Objections(result.Modules.All, line.Databases, result.Script.Settings))
        {
            Console.Error.WriteLine($"{line.File}: error: {objection}");
            isRefused = true;
        }
        return isRefused ? null : new LoadedScript(result.Script, result.Modules, services) { Files = files };
    }

    /// <summary>What a start would find, the databases included; nothing is started or opened.</summary>
    public static LoadResult Check(string path, CommandLine line)
    {
        var file = SourceFile.Load(path);
        var result = ScriptLoader.Load(file, new LoadOptions { Catalog = Catalog, Parse = ParseOptionsOf(line) });
        if (result.Script is null)
            return result;
        var diagnostics = result.Diagnostics.ToList();
        var told = new HashSet<string>(StringComparer.Ordinal);
        foreach (var module in result.NewModules)
        {
            foreach (var objection in DatabaseUse.Objections([module.Module], line.Databases, result.Script.Settings).Where(told.Add))
                Insert(diagnostics, new Diagnostic(DiagnosticCatalog.ParametersRefused, Severity.Error, PlaceOfDatabase(module), objection, null));
        }
        return result with { Diagnostics = diagnostics };
    }

    // Where the script names the database, or the module that takes the usual one.
    private static TextSpan PlaceOfDatabase(NewModule module) =>
        module.ParameterPlaces.FirstOrDefault(static place => place.Key.EndsWith("url", StringComparison.Ordinal)) is { Value.File: not null } named ? named.Value : module.Place;

    // In file order.
    private static void Insert(List<Diagnostic> diagnostics, Diagnostic finding)
    {
        var behind = diagnostics.FindIndex(other => ReferenceEquals(other.Span.File, finding.Span.File) && other.Span.Start > finding.Span.Start);
        diagnostics.Insert(behind < 0 ? diagnostics.Count : behind, finding);
    }

    /// <summary>
    /// Reads the script for the first time, or for the modules of a running program; <paramref name="files"/> gets the full names of all files that were
    /// read or looked for.
    /// </summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static LoadResult Read(CommandLine line, ModuleSet? running, RuntimeServices services, ICollection<string>? files = null)
    {
        var parse = ParseOptionsOf(line);
        files?.Add(Path.GetFullPath(line.File));
        var noting = parse with
        {
            ReadFile = path =>
            {
                files?.Add(path);
                return parse.ReadFile(path);
            },
        };
        return ScriptLoader.Load(line.File, new LoadOptions { Catalog = Catalog, Modules = running, Services = services, Parse = noting });
    }

    /// <summary>Prints the syntax tree; false when the syntax has mistakes.</summary>
    public static bool PrintTree(CommandLine line)
    {
        var (tree, diagnostics) = ScriptPrinter.Print(line.File, ParseOptionsOf(line));
        Console.Write(tree);
        Print(diagnostics);
        return diagnostics.All(d => d.Severity != Severity.Error);
    }

    private static ParseOptions ParseOptionsOf(CommandLine line) => new() { Defines = line.Defines, Dialect = line.Dialect };

    private static void Print(IEnumerable<Diagnostic> diagnostics)
    {
        foreach (var diagnostic in diagnostics)
            DiagnosticPrinter.Print(diagnostic, Console.Error);
    }
}
