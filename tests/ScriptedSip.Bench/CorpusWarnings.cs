using ScriptedSip.Modules;
using ScriptedSip.Script;
using ScriptedSip.Script.Binding;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Bench;

/// <summary>How often each warning is given for scripts that are in use somewhere: one that most of them get says more about the check than about the scripts.</summary>
internal static class CorpusWarnings
{
    private static readonly ModuleCatalog Catalog = new(ModuleTable.Names, ModuleTable.Create, ModuleTable.CreateCore);

    public static int Run(string directory, string? only)
    {
        var scripts = 0;
        var counts = new SortedDictionary<string, (int Scripts, int Findings)>(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            if (Path.GetExtension(path) is ".md" or ".csv")
                continue;
            scripts++;
            var parse = new ParseOptions { ReadFile = static _ => new SourceFile("", ""), Environment = static _ => "5060" };
            var result = ScriptLoader.Load(SourceFile.Load(path), new LoadOptions { Catalog = Catalog, Parse = parse });
            foreach (var findings in result.Diagnostics.Where(d => d.Severity != Severity.Error).GroupBy(d => d.Code))
            {
                var (files, number) = counts.GetValueOrDefault(findings.Key);
                counts[findings.Key] = (files + 1, number + findings.Count());
                foreach (var finding in findings.Where(d => d.Code == only))
                    DiagnosticPrinter.Print(finding, Console.Out);
            }
        }
        Console.WriteLine($"\ncode     scripts  findings   of {scripts}");
        foreach (var (code, (files, number)) in counts)
            Console.WriteLine($"{code} {files,8} {number,9}   {DiagnosticCatalog.All[code].Format}");
        return 0;
    }
}
