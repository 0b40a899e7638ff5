using System.Text;
using ScriptedSip.Modules;
using ScriptedSip.Script;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Binding;
using ScriptedSip.Script.Text;
using ScriptedSip.Tests.Support;

namespace ScriptedSip.Tests.Script.Binding;

/// <summary>
/// The names of all four dialects, walked through the binder with every module loaded. <c>names.txt</c> says what becomes of each: it works, it is
/// accepted with a note, or it is refused with a reason. A name the binder has never heard of is in none of these classes, and no name may fall behind
/// what the table says of it; <c>UPDATE_GOLDEN=1</c> writes down what has been gained.
/// </summary>
internal sealed class DialectNamesTests
{
    private static readonly string Table = Repository.Path("tests/ScriptedSip.Tests/Golden/Dialects/names.txt");

    private static readonly string Modules = string.Concat(ModuleTable.Names.Select(static name => $"loadmodule \"{name}\" "));

    private static readonly RouteKinds[] Kinds = [RouteKinds.Request, RouteKinds.Failure, RouteKinds.OnReply, RouteKinds.Branch, RouteKinds.BranchFailure, RouteKinds.OnSend];

    [Test]
    public void Each_name_of_the_dialects_works_or_is_told_not_to()
    {
        var written = new StringBuilder();
        var lost = new List<string>();
        foreach (var section in Sections())
        {
            var verdicts = Verdicts(section.Name, [.. section.Samples.Select(static sample => sample.Name)]);
            written.Append('[').Append(section.Name).Append("]\n");
            for (var i = 0; i < section.Samples.Count; i++)
            {
                var (sample, recorded) = section.Samples[i];
                written.Append(sample.PadRight(44)).Append("  ").Append(verdicts[i]).Append('\n');
                if (RankOf(verdicts[i]) is 0 || RankOf(verdicts[i]) < RankOf(recorded))
                    lost.Add($"{sample}: {verdicts[i]}");
            }
            written.Append('\n');
        }
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            File.WriteAllText(Table, written.ToString());
        Assert.That(lost, Is.Empty);
    }

    private static int RankOf(string verdict) => verdict.Split(' ', ':')[0] switch
    {
        "works" => 3,
        "note" or "warning" => 2,
        "refused" => 1,
        _ => 0,
    };

    private static IEnumerable<(string Name, List<(string Name, string Recorded)> Samples)> Sections()
    {
        (string Name, List<(string Name, string Recorded)> Samples)? section = null;
        foreach (var line in File.ReadLines(Table))
        {
            if (line is ['[', .. var name, ']'])
            {
                if (section is { } earlier)
                    yield return earlier;
                section = (name, []);
            }
            else if (line.Length > 0)
            {
                var end = line.IndexOf("  ", StringComparison.Ordinal);
                section!.Value.Samples.Add(end < 0 ? (line, "") : (line[..end], line[end..].TrimStart()));
            }
        }
        if (section is { } last)
            yield return last;
    }

    private static string[] Verdicts(string section, List<string> samples) => section switch
    {
        "variables" => Walk(samples, static sample => $"$var(a) = {sample};"),
        "assignments" => Walk(samples, static sample => sample + ';'),
        "transformations" => Walk(samples, static sample => $"$var(a) = $(ru{{{sample}}});"),
        "selects" => Walk(samples, static sample => $"if ({sample} == \"x\") xlog(\"x\");"),
        "operands" => Walk(samples, static sample => $"if ({sample}) xlog(\"x\");"),
        "functions" => Walk(samples, static sample => sample + ';'),
        "settings" => [.. samples.Select(static sample => Verdict(Load($"{sample}\nroute {{ exit; }}"), 1))],
        _ => [.. samples.Select(static sample => Verdict(Load($"{sample} {{ xlog(\"x\"); }}\n{Modules}{(sample == "request_route" ? "" : "\nroute { " + Use(sample) + "exit; }")}"), 1))],
    };

    private static string Use(string route) => route switch
    {
        "route[x]" => "route(x);",
        "onreply_route[x]" => "t_on_reply(\"x\");",
        "failure_route[x]" => "t_on_failure(\"x\");",
        "branch_route[x]" => "t_on_branch(\"x\");",
        "branch_failure_route[x]" or "event_route[tm:branch-failure:x]" => "t_on_branch_failure(\"x\");",
        _ => "",
    };

    // One sample on each line, so that a finding tells by its line whose it is; what is not for one kind of route is tried in the others.
    private static string[] Walk(List<string> samples, Func<string, string> statement)
    {
        var verdicts = new string?[samples.Count];
        foreach (var kind in Kinds)
        {
            var body = string.Join('\n', samples.Select((sample, i) => verdicts[i] is null ? statement(sample) : ";"));
            var route = kind switch
            {
                RouteKinds.Request => "request_route {",
                RouteKinds.Failure => "request_route { t_on_failure(\"x\"); } failure_route[x] {",
                RouteKinds.OnReply => "request_route { t_on_reply(\"x\"); } onreply_route[x] {",
                RouteKinds.Branch => "request_route { t_on_branch(\"x\"); } branch_route[x] {",
                RouteKinds.BranchFailure => "request_route { t_on_branch_failure(\"x\"); } branch_failure_route[x] {",
                _ => "request_route { exit; } onsend_route {",
            };
            var findings = Load($"{Modules}avpflags x; {route}\n{body}\n}}");
            for (var i = 0; i < samples.Count; i++)
                verdicts[i] ??= findings.Any(finding => finding.Span.Line == i + 2 && finding.Code == DiagnosticCatalog.FunctionNotAllowedHere.Code) ? null : Verdict(findings, i + 2);
        }
        return [.. verdicts.Select(static verdict => verdict ?? "unknown in every kind of route")];
    }

    private static string Verdict(IReadOnlyList<Diagnostic> findings, int line)
    {
        var own = findings.Where(finding => finding.Span.Line == line).ToList();
        if (own.Find(static finding => finding.Severity == Severity.Error) is { } error)
            return $"{(error.Code == DiagnosticCatalog.NotSupported.Code && error.Hint is not null ? "refused" : $"unknown {error.Code}")}: {Told(error)}";
        var note = own.Find(static finding => finding.Code.StartsWith("SS3", StringComparison.Ordinal) || finding.Descriptor == DiagnosticCatalog.RouteNeverRuns);
        return note is null ? "works" : $"{(note.Severity == Severity.Note ? "note" : "warning")}: {Told(note)}";
    }

    private static string Told(Diagnostic finding) => finding.Hint is null ? finding.Message : $"{finding.Message}; {finding.Hint}";

    private static IReadOnlyList<Diagnostic> Load(string script) => ScriptLoader.Load(new SourceFile("x.cfg", script), new LoadOptions
    {
        Catalog = new ModuleCatalog(ModuleTable.Names, ModuleTable.Create, ModuleTable.CreateCore),
        Parse = new() { Dialect = ScriptDialect.Kamailio },
    }).Diagnostics;
}
