using ScriptedSip.Script.Text;
using ScriptedSip.Tests.Support;

namespace ScriptedSip.Tests.Script.Interpretation;

/// <summary>The table of <c>Golden/Dialects/traps.txt</c>: the same lines read as each of the four families.</summary>
internal sealed class DialectTrapTests
{
    // What follows on the line stands outside of the main route.
    private const string Setting = "setting ";

    private static readonly ScriptDialect[] Columns = [ScriptDialect.Ser, ScriptDialect.OpenSer, ScriptDialect.Kamailio, ScriptDialect.OpenSips];

    private static IEnumerable<TestCaseData> Rows()
    {
        var title = "";
        var lines = new List<string>();
        foreach (var line in File.ReadLines(Repository.Path("tests/ScriptedSip.Tests/Golden/Dialects/traps.txt")))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                title = line[3..];
                lines.Clear();
            }
            else if (line.StartsWith("=> ", StringComparison.Ordinal))
            {
                var expected = line[3..].Split(" | ");
                for (var i = 0; i < Columns.Length; i++)
                    yield return new TestCaseData(string.Join('\n', lines), Columns[i], expected[i]).SetArgDisplayNames(title, Columns[i].ToString());
            }
            else if (line.Length > 0 && line[0] != '#')
            {
                lines.Add(line);
            }
        }
    }

    [TestCaseSource(nameof(Rows))]
    public void Trap(string lines, ScriptDialect dialect, string expected)
    {
        var settings = "";
        if (lines.StartsWith(Setting, StringComparison.Ordinal))
        {
            var line = lines.IndexOf('\n', StringComparison.Ordinal);
            (settings, lines) = (lines[Setting.Length..line], lines[(line + 1)..]);
        }
        var end = lines.IndexOf("\nroute[", StringComparison.Ordinal);
        var (body, routes) = end < 0 ? (lines, "") : (lines[..end], lines[end..]);
        var rig = new ScriptRig($"{settings}\nroute {{\n{body}\n}}\n{routes}\n", dialect);
        if (rig.Result.Diagnostics.FirstOrDefault(static finding => finding.Severity == Severity.Error) is { } error)
        {
            Assert.That(error.Code, Is.EqualTo(expected), error.ToString());
            return;
        }
        using var frame = rig.Start();
        Assert.That(rig.Log.Lines.Count == 0 ? "-" : string.Join(',', rig.Log.Lines), Is.EqualTo(expected));
    }
}
