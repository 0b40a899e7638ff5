using System.Diagnostics;
using ScriptedSip.Modules;
using ScriptedSip.Script;
using ScriptedSip.Script.Binding;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Bench;

/// <summary>
/// Checks every whole script below a directory with all modules: how many parse, how many load without an error, and what the others wait for.
/// Scripts that share the first words of their name's dialect are counted together; a <c>manifest.csv</c> (file, dialect, era, group, kind) refines that.
/// </summary>
internal static class CorpusLoad
{
    private static readonly ModuleCatalog Catalog = new(ModuleTable.Names, ModuleTable.Create, ModuleTable.CreateCore);

    public static int Run(string directory, string? only)
    {
        var manifest = Manifest(Path.Combine(directory, "manifest.csv"));
        var rows = new SortedDictionary<string, int[]>(StringComparer.Ordinal);
        var waiting = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        var alone = new Dictionary<string, int>(StringComparer.Ordinal);
        var watch = Stopwatch.StartNew();
        foreach (var path in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            if (Path.GetExtension(path) is ".md" or ".csv")
                continue;
            var (group, kind) = manifest.GetValueOrDefault(Path.GetFileName(path), ("", "script"));
            if (kind != "script" || (only is not null && group != only))
                continue;

            // Files stand alone here: what they include is seldom there.
            var options = new LoadOptions
            {
                Catalog = Catalog,
                Parse = new ParseOptions { ReadFile = static _ => new SourceFile("", ""), Environment = static _ => "5060" },
            };
            var result = ScriptLoader.Load(SourceFile.Load(path), options);
            // Lists and tables that lie on somebody else's machine are no fault of the script.
            var errors = result.Diagnostics.Where(d => d.Severity == Severity.Error && d.Descriptor != DiagnosticCatalog.ParametersRefused).ToList();
            var parses = !errors.Any(d => d.Code.StartsWith("SS1", StringComparison.Ordinal));
            var dialect = Path.GetRelativePath(directory, path).Split(Path.DirectorySeparatorChar)[0];
            var row = Row(rows, (group.Length > 0 ? group : "newer") + " " + dialect);
            row[0]++;
            row[1] += parses ? 1 : 0;
            row[2] += errors.Count == 0 ? 1 : 0;
            if (!parses)
                continue;
            var causes = errors.Select(Cause).Distinct(StringComparer.Ordinal).ToList();
            foreach (var cause in causes)
                (waiting.TryGetValue(cause, out var files) ? files : waiting[cause] = []).Add(path);
            if (causes.Count == 1)
                alone[causes[0]] = alone.GetValueOrDefault(causes[0]) + 1;
            if (only is not null && causes.Count > 0)
                Console.WriteLine($"{Path.GetFileName(path)}: {string.Join(" | ", causes)}");
        }

        Console.WriteLine("group              scripts  parsed   loads");
        foreach (var (name, row) in rows)
            Console.WriteLine($"{name,-18} {row[0],7} {row[1],7} {row[2],7}");
        Console.WriteLine($"{"all",-18} {rows.Values.Sum(r => r[0]),7} {rows.Values.Sum(r => r[1]),7} {rows.Values.Sum(r => r[2]),7}   in {watch.ElapsedMilliseconds} ms");
        Console.WriteLine();
        Console.WriteLine("scripts  only this  what is missing");
        foreach (var (cause, files) in waiting.OrderByDescending(p => p.Value.Count).ThenBy(p => p.Key, StringComparer.Ordinal))
            Console.WriteLine($"{files.Count,7} {alone.GetValueOrDefault(cause),10}  {cause}");
        return 0;
    }

    /// <summary>What stops a script, in few enough words to be counted: the finding without its hint and place.</summary>
    private static string Cause(Diagnostic diagnostic) => $"{diagnostic.Code} {diagnostic.Message}";

    private static int[] Row(SortedDictionary<string, int[]> rows, string name) => rows.TryGetValue(name, out var row) ? row : rows[name] = new int[3];

    private static Dictionary<string, (string Group, string Kind)> Manifest(string path) =>
        !File.Exists(path) ? [] : File.ReadLines(path).Skip(1).Select(line => line.Split(',')).Where(f => f.Length > 4).ToDictionary(f => f[0], f => (f[3], f[4]), StringComparer.Ordinal);
}
