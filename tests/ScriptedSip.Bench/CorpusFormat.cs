using ScriptedSip.Script;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Bench;

/// <summary>Lays every file below a directory out, twice: which change their tokens, which come out otherwise the second time, which are refused.</summary>
internal static class CorpusFormat
{
    public static int Run(string directory)
    {
        var (done, refused, moving) = (0, 0, 0);
        foreach (var path in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            if (Path.GetExtension(path) is ".md" or ".csv")
                continue;
            var (text, findings) = ScriptFormatter.Format(SourceFile.Load(path), new ParseOptions());
            if (text is null)
            {
                refused += findings.Count == 0 ? 1 : 0;
                if (findings.Count == 0)
                    Console.WriteLine($"refused {path}");
                continue;
            }
            done++;
            var (again, _) = ScriptFormatter.Format(new SourceFile(path, text), new ParseOptions());
            if (again == text)
                continue;
            moving++;
            Console.WriteLine($"not the same twice {path}: {FirstDifference(text, again)}");
        }
        Console.WriteLine($"{done} laid out, {refused} refused though they parse, {moving} not the same twice");
        return refused + moving == 0 ? 0 : 1;
    }

    private static string FirstDifference(string one, string? other)
    {
        if (other is null)
            return "no longer readable";
        var (left, right) = (one.Split('\n'), other.Split('\n'));
        var line = Enumerable.Range(0, Math.Min(left.Length, right.Length)).FirstOrDefault(i => left[i] != right[i]);
        return $"line {line + 1}: [{left[line]}] [{right[line]}]";
    }
}
