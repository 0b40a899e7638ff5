using NUnit.Framework;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Tests.Script.Syntax;

/// <summary>Short ways to parse in tests.</summary>
internal static class Parsing
{
    public static (ScriptFile Script, DiagnosticBag Diagnostics) Parse(string text, ScriptDialect? dialect = null, params (string Name, string Text)[] files) =>
        ScriptParser.Parse(new SourceFile("test.cfg", text), new ParseOptions
        {
            Dialect = dialect,
            ReadFile = path => files.Where(file => path.EndsWith(Path.DirectorySeparatorChar + file.Name, StringComparison.Ordinal)).Select(file => new SourceFile(file.Name, file.Text)).FirstOrDefault(),
            Environment = name => name == "HOME_IP" ? "10.1.1.1" : null,
        });

    /// <summary>The tree of a text without mistakes, its first line left out.</summary>
    public static string Tree(string text, ScriptDialect? dialect = null, params (string Name, string Text)[] files)
    {
        var (script, diagnostics) = Parse(text, dialect, files);
        Assert.That(diagnostics.Sorted().Select(d => d.ToString()), Is.Empty);
        var tree = AstPrinter.Print(script);
        return tree[(tree.IndexOf('\n', StringComparison.Ordinal) + 1)..];
    }

    /// <summary>The statements of a main route with this body, one per line.</summary>
    public static string Statements(string body, ScriptDialect dialect = ScriptDialect.OpenSer) =>
        string.Join('\n', Tree($"route {{ {body} }}", dialect).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line[2..]));

    /// <summary>The condition of <c>if (…) exit;</c> in prefix form.</summary>
    public static string Condition(string condition, ScriptDialect dialect) => Statements($"if ({condition}) exit;", dialect).Split('\n')[0][3..];

    /// <summary>Every finding as <c>line:col: code text; hint</c>.</summary>
    public static string[] Findings(string text, ScriptDialect? dialect = null, params (string Name, string Text)[] files) =>
        [.. Parse(text, dialect, files).Diagnostics.Sorted().Select(d => $"{d.Span.Line}:{d.Span.Column} {d.Code} {d.Message}{(d.Hint is null ? "" : "; " + d.Hint)}")];
}
