using ScriptedSip.Tests.Support;

namespace ScriptedSip.Tests.Architecture;

/// <summary>
/// The folder rule of docs/architecture.md: code stands only on what is below it. Held by the using lines of each file; what an assembly may
/// not see at all, the project files hold.
/// </summary>
internal sealed class FloorsTest
{
    // Folder, and the namespaces it may use besides its own and the framework's. A trailing dot stands for everything inside.
    private static readonly (string Folder, string[] Uses)[] Floors =
    [
        // Messages carry the addresses they came from and leave through, so the two lowest folders stand side by side.
        ("ScriptedSip.Sip/Messages", ["ScriptedSip.Sip.Parsing", "ScriptedSip.Sip.Transport"]),
        ("ScriptedSip.Sip/Parsing", ["ScriptedSip.Sip.Messages"]),
        ("ScriptedSip.Sip/Transport", ["ScriptedSip.Sip.Messages", "ScriptedSip.Sip.Parsing", "ScriptedSip.Sip.Transport."]),
        ("ScriptedSip.Sip/Transport/Dns", ["ScriptedSip.Sip.Transport"]),
        ("ScriptedSip.Sip/Transactions", ["ScriptedSip.Sip.Messages", "ScriptedSip.Sip.Parsing", "ScriptedSip.Sip.Transport"]),
        ("ScriptedSip.Sip", ["ScriptedSip.Sip."]),

        ("ScriptedSip.Script/Text", []),
        ("ScriptedSip.Script/Syntax", ["ScriptedSip.Script.Text", "ScriptedSip.Script.Syntax.Generated.", "Antlr4."]),
        ("ScriptedSip.Script/Syntax/Generated", ["Antlr4."]),
        ("ScriptedSip.Script/Api", ["ScriptedSip.Script.Text", "ScriptedSip.Sip."]),
        ("ScriptedSip.Script/Interpretation", ["ScriptedSip.Script.Text", "ScriptedSip.Script.Api", "ScriptedSip.Script.Interpretation.", "ScriptedSip.Sip."]),
        ("ScriptedSip.Script/Binding", ["ScriptedSip.Script.", "ScriptedSip.Sip."]),
        ("ScriptedSip.Script", ["ScriptedSip.Script.", "ScriptedSip.Sip."]),

        ("ScriptedSip.Data", ["Microsoft.Data.Sqlite", "Npgsql", "NpgsqlTypes"]),

        ("ScriptedSip.Modules", ["ScriptedSip.Data", "ScriptedSip.Modules.", "ScriptedSip.Script.Api", "ScriptedSip.Script.Text", "ScriptedSip.Sip."]),
        ("ScriptedSip.Server", ["ScriptedSip.Data", "ScriptedSip.Modules", "ScriptedSip.Modules.", "ScriptedSip.Script.", "ScriptedSip.Script", "ScriptedSip.Sip.", "ScriptedSip.Server.", "Serilog", "Serilog."]),
    ];

    private static readonly string[] Ours = ["ScriptedSip.", "Antlr4", "Serilog", "Microsoft.Data", "Npgsql"];

    [Test]
    public void Code_stands_only_on_the_floors_below_it()
    {
        var offences = new List<string>();
        foreach (var file in Sources())
        {
            var relative = Path.GetRelativePath(Repository.Path("src"), file).Replace('\\', '/');
            var folder = Path.GetDirectoryName(relative)!.Replace('\\', '/');
            var floor = Floors.Where(f => folder == f.Folder || folder.StartsWith(f.Folder + "/", StringComparison.Ordinal)).MaxBy(f => f.Folder.Length);
            Assert.That(floor.Folder, Is.Not.Null, $"{folder} stands on no floor");
            foreach (var used in Usings(file).Where(u => Ours.Any(o => u.StartsWith(o, StringComparison.Ordinal))))
            {
                var own = folder.Replace('/', '.');
                if (used != own && !own.StartsWith(used + ".", StringComparison.Ordinal) && !floor.Uses.Any(u => Allows(u, used)))
                    offences.Add($"{relative} uses {used}");
            }
        }
        Assert.That(offences, Is.Empty);
    }

    /// <summary>Generated code aside, three files know that the parser comes from ANTLR's world or wraps its types.</summary>
    [Test]
    public void Only_the_syntax_floor_sees_the_parser_generator()
    {
        var outside = Sources().Where(f => !f.Replace('\\', '/').Contains("/Syntax/", StringComparison.Ordinal))
            .Where(f => Usings(f).Any(u => u.StartsWith("Antlr4", StringComparison.Ordinal)));
        Assert.That(outside, Is.Empty);
    }

    private static bool Allows(string rule, string used) => rule.EndsWith('.')
        ? used.StartsWith(rule, StringComparison.Ordinal) || used == rule[..^1]
        : used == rule;

    private static IEnumerable<string> Sources() => Directory.EnumerateFiles(Repository.Path("src"), "*.cs", SearchOption.AllDirectories)
        .Where(f => !f.Replace('\\', '/').Split('/').Intersect(["bin", "obj"]).Any());

    private static IEnumerable<string> Usings(string file) => File.ReadLines(file)
        .TakeWhile(l => !l.StartsWith("namespace ", StringComparison.Ordinal))
        .Where(l => l.StartsWith("using ", StringComparison.Ordinal))
        .Select(l => l["using ".Length..].TrimEnd(';').Replace("static ", "", StringComparison.Ordinal))
        .Select(u => u.Contains('=', StringComparison.Ordinal) ? u[(u.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim() : u);
}
