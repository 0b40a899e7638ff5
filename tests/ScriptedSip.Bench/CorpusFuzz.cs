using ScriptedSip.Modules;
using ScriptedSip.Script;
using ScriptedSip.Script.Binding;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Bench;

/// <summary>
/// Loads scripts with random damage: none may throw, take long, or answer with the text of an exception. Runs repeat with their seed, so a failing
/// input can be had again; it is also left in the folder for temporary files.
/// </summary>
internal static class CorpusFuzz
{
    private static readonly ModuleCatalog Catalog = new(ModuleTable.Names, ModuleTable.Create, ModuleTable.CreateCore);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    public static int Run(string directory, int count, int seed)
    {
        var damage = new ScriptDamage(Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Where(path => Path.GetExtension(path) is not (".md" or ".csv"))
            .Order(StringComparer.Ordinal).Select(path => SourceFile.Load(path).Text).Where(text => text.Length < 60_000), new Random(seed));
        var failures = 0;
        var longest = TimeSpan.Zero;
        for (var i = 0; i < count; i++)
        {
            // Time of the processor: the machine may be busy with something else.
            var text = damage.Next();
            var begin = Environment.CpuUsage.UserTime;
            var complaint = Complaint(text);
            var taken = Environment.CpuUsage.UserTime - begin;
            longest = taken > longest ? taken : longest;
            if (complaint is null && taken > Limit)
                complaint = $"{taken.TotalMilliseconds:F0} ms";
            if (complaint is null)
                continue;
            failures++;
            Console.WriteLine($"input {i} of seed {seed}: {complaint}");
            File.WriteAllText(Path.Combine(Path.GetTempPath(), $"fuzz-{seed}-{i}.cfg"), text);
        }

        Console.WriteLine($"{count} inputs, {failures} failures, longest {longest.TotalMilliseconds:F0} ms");
        return failures == 0 ? 0 : 1;
    }

    private static string? Complaint(string text)
    {
        try
        {
            var parse = new ParseOptions { ReadFile = static _ => null, Environment = static _ => null };
            var result = ScriptLoader.Load(new SourceFile("fuzz.cfg", text), new LoadOptions { Catalog = Catalog, Parse = parse });
            foreach (var diagnostic in result.Diagnostics)
            {
                using var shown = new StringWriter();
                DiagnosticPrinter.Print(diagnostic, shown);
                if (diagnostic.Message.Contains("Exception", StringComparison.Ordinal) || diagnostic.Message.Contains("   at ", StringComparison.Ordinal))
                    return "an exception's text: " + diagnostic.Message;
            }
            return result.Script is null && result.Diagnostics.All(d => d.Severity != Severity.Error) ? "refused without a reason" : null;
        }
        catch (Exception e)
        {
            return $"{e.GetType().Name}: {e.Message} {e.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("ScriptedSip", StringComparison.Ordinal))?.Trim()}";
        }
    }
}
