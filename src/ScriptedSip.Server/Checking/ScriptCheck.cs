using ScriptedSip.Script;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Server.Checking;

/// <summary>One script as <c>check</c> found it.</summary>
/// <param name="File">Its name as it was given.</param>
/// <param name="Dialect">How it was read, and why.</param>
/// <param name="Diagnostics">What was found, in file order.</param>
internal sealed record CheckedScript(string File, DialectDecision Dialect, IReadOnlyList<Diagnostic> Diagnostics)
{
    public int Errors => Diagnostics.Count(static d => d.Severity == Severity.Error);

    public int Warnings => Diagnostics.Count(static d => d.Severity == Severity.Warning);
}

/// <summary>The command <c>check</c>: reads scripts as the start of the program does, and reports on them.</summary>
internal static class ScriptCheck
{
    /// <returns>The exit code: 0 for scripts that load, 1 when one does not, or has warnings and those count (<c>--strict</c>).</returns>
    public static int Run(CommandLine line)
    {
        var scripts = line.Files.Select(file => Read(file, line)).ToList();
        switch (line.Output)
        {
            case OutputFormat.Json:
                JsonReport.Write(scripts, Console.OpenStandardOutput());
                break;
            case OutputFormat.Sarif:
                SarifReport.Write(scripts, Console.OpenStandardOutput());
                break;
            default:
                foreach (var script in scripts)
                    Print(script);
                break;
        }
        var isRefused = scripts.Any(script => script.Errors > 0 || (line.IsStrict && script.Warnings > 0));
        return isRefused ? Commands.ScriptMistakes : Commands.Done;
    }

    private static CheckedScript Read(string file, CommandLine line)
    {
        var result = ScriptSource.Check(file, line);
        return new CheckedScript(file, result.Dialect, result.Diagnostics);
    }

    private static void Print(CheckedScript script)
    {
        foreach (var diagnostic in script.Diagnostics)
            DiagnosticPrinter.Print(diagnostic, Console.Error);
        var counts = (script.Errors, script.Warnings) switch
        {
            (0, 0) => "ok",
            (0, var warnings) => "ok with " + Counted(warnings, "warning"),
            (var errors, 0) => Counted(errors, "error"),
            var (errors, warnings) => Counted(errors, "error") + " and " + Counted(warnings, "warning"),
        };
        Console.WriteLine($"{script.File}: {counts}; read as {DialectName.Of(script.Dialect.Dialect)}: {script.Dialect.Reason}");
    }

    private static string Counted(int number, string noun) => number == 1 ? $"1 {noun}" : $"{number} {noun}s";
}

/// <summary>Dialects as people and the command line write them.</summary>
internal static class DialectName
{
    public static string Of(ScriptDialect dialect) => dialect switch
    {
        ScriptDialect.Ser => "SER",
        ScriptDialect.OpenSer => "OpenSER",
        ScriptDialect.Kamailio => "Kamailio",
        _ => "OpenSIPS",
    };

    public static ScriptDialect? Parse(string name) => Enum.GetValues<ScriptDialect>().Cast<ScriptDialect?>()
        .FirstOrDefault(dialect => Of(dialect!.Value).Equals(name, StringComparison.OrdinalIgnoreCase));
}
