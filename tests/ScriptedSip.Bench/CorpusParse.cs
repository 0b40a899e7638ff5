using System.Diagnostics;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Bench;

/// <summary>Parses every file below a directory: how many pass, and the first finding of each that does not.</summary>
internal static class CorpusParse
{
    /// <summary>Prints the tree of one file and what was found in it.</summary>
    public static int Show(string file)
    {
        var (script, diagnostics) = ScriptParser.Parse(SourceFile.Load(file));
        Console.Write(AstPrinter.Print(script));
        foreach (var diagnostic in diagnostics.Sorted())
            DiagnosticPrinter.Print(diagnostic, Console.Error);
        return diagnostics.HasErrors ? 1 : 0;
    }

    public static int Run(string directory)
    {
        var parsed = new SortedDictionary<string, (int Good, int All)>(StringComparer.Ordinal);
        var dialects = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var watch = Stopwatch.StartNew();
        var longest = (Time: TimeSpan.Zero, Path: "");
        foreach (var path in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            if (Path.GetExtension(path) is ".md" or ".csv")
                continue;
            var begin = watch.Elapsed;

            // Files stand alone here: what they include is seldom there, and is a file of its own when it is.
            var options = new ParseOptions { ReadFile = static _ => new SourceFile("", ""), Environment = static _ => "5060" };
            var (script, diagnostics) = ScriptParser.Parse(SourceFile.Load(path), options);
            var took = watch.Elapsed - begin;
            longest = took > longest.Time ? (took, path) : longest;
            var group = Path.GetRelativePath(directory, path).Split(Path.DirectorySeparatorChar)[0];
            var (good, all) = parsed.GetValueOrDefault(group);
            var read = $"{group} read as {script.Dialect.Dialect} ({script.Dialect.Source})";
            dialects[read] = dialects.GetValueOrDefault(read) + 1;
            parsed[group] = (good + (diagnostics.HasErrors ? 0 : 1), all + 1);
            if (diagnostics.HasErrors)
                Console.WriteLine($"{diagnostics.ErrorCount,3} {diagnostics.Sorted().First(d => d.Severity == Severity.Error)} [{script.Dialect.Dialect}]");
        }

        foreach (var (read, files) in dialects)
            Console.WriteLine($"{files,4} {read}");
        foreach (var (group, (good, all)) in parsed)
            Console.WriteLine($"{group,-12} {good,4} of {all,4}");
        Console.WriteLine($"{parsed.Values.Sum(p => p.Good)} of {parsed.Values.Sum(p => p.All)} in {watch.ElapsedMilliseconds} ms, longest {longest.Time.TotalMilliseconds:F0} ms for {longest.Path}");
        return parsed.Values.All(p => p.Good == p.All) ? 0 : 1;
    }
}
