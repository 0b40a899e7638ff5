using System.Diagnostics;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Bench;

/// <summary>
/// Parses scripts with random damage (pieces cut, doubled, moved, characters changed): none may throw or take long. Runs repeat with
/// their seed, so a failing input can be had again.
/// </summary>
internal static class CorpusFuzz
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);
    private static readonly string[] Pieces = ["(", ")", "{", "}", "\"", "'", ";", "$", "$(", "/*", "*/", "#!ifdef X\n", "#!endif\n", "if ", "else ", "route[", "]", "\\", "`", "@", "%", "case ", "\0", "é", "=", ",", "::", "0x"];

    public static int Run(string directory, int count, int seed)
    {
        var scripts = Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Where(path => Path.GetExtension(path) is not (".md" or ".csv"))
            .Order(StringComparer.Ordinal).Select(path => SourceFile.Load(path).Text).Where(text => text.Length < 60_000).ToArray();
        var random = new Random(seed);
        var failures = 0;
        var watch = new Stopwatch();
        var longest = TimeSpan.Zero;
        for (var i = 0; i < count; i++)
        {
            var text = Damage(scripts[random.Next(scripts.Length)], random);
            watch.Restart();
            try
            {
                var (script, diagnostics) = ScriptParser.Parse(new SourceFile("fuzz.cfg", text), new ParseOptions { ReadFile = static _ => null });
                _ = AstPrinter.Print(script).Length + diagnostics.Sorted().Sum(diagnostic => DiagnosticPrinter.Line(diagnostic).Length);
            }
            catch (Exception e)
            {
                failures++;
                Console.WriteLine($"input {i} of seed {seed}: {e.GetType().Name}: {e.Message} {e.StackTrace?.Split('\n').Skip(1).FirstOrDefault()?.Trim()}");
                File.WriteAllText(Path.Combine(Path.GetTempPath(), $"fuzz-{seed}-{i}.cfg"), text);
            }

            longest = watch.Elapsed > longest ? watch.Elapsed : longest;
            if (watch.Elapsed > Limit)
            {
                failures++;
                Console.WriteLine($"input {i} of seed {seed}: {watch.ElapsedMilliseconds} ms");
                File.WriteAllText(Path.Combine(Path.GetTempPath(), $"fuzz-{seed}-{i}.cfg"), text);
            }
        }

        Console.WriteLine($"{count} inputs, {failures} failures, longest {longest.TotalMilliseconds:F0} ms");
        return failures == 0 ? 0 : 1;
    }

    private static string Damage(string text, Random random)
    {
        for (var n = random.Next(1, 6); n > 0 && text.Length > 10; n--)
        {
            var at = random.Next(text.Length);
            var length = Math.Min(random.Next(1, 40), text.Length - at);
            text = random.Next(4) switch
            {
                0 => text.Remove(at, length),
                1 => text.Insert(at, Pieces[random.Next(Pieces.Length)]),
                2 => text.Insert(random.Next(text.Length), text.Substring(at, length)),
                _ => text.Remove(at, 1).Insert(at, Pieces[random.Next(Pieces.Length)]),
            };
        }

        return text;
    }
}
