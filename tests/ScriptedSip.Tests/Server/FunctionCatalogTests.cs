using System.Runtime.CompilerServices;
using NUnit.Framework;
using ScriptedSip.Server;

namespace ScriptedSip.Tests.Server;

internal sealed class FunctionCatalogTests
{
    [Test]
    public void Catalog_names_functions_variables_and_parameters_with_their_contracts()
    {
        var text = FunctionCatalog.Build();
        Assert.That(text, Does.Contain("\n## core\n").And.Contain("\n## maxfwd\n"));
        Assert.That(text, Does.Contain("| `setflag(").And.Contain("| `xlog(text: text)` | any route | Prints a text with pseudo-variables at level error. Also `xlogl`. |"));
        Assert.That(text, Does.Contain("| `buf_size` | 4096 | Longest text of one call in bytes"));
        Assert.That(text, Does.Contain("`$ci`"));
    }

    /// <summary><c>UPDATE_GOLDEN=1</c> writes the document anew.</summary>
    [Test]
    public void Document_is_in_step_with_the_program()
    {
        var document = Path.Combine(Root(), "docs", "functions.md");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            File.WriteAllText(document, FunctionCatalog.Build());
        Assert.That(File.ReadAllText(document), Is.EqualTo(FunctionCatalog.Build()), "UPDATE_GOLDEN=1 writes it anew");
    }

    [Test]
    public void Every_row_has_three_cells()
    {
        foreach (var line in FunctionCatalog.Build().Split('\n').Where(l => l.StartsWith('|')))
            Assert.That(line.Replace("\\|", "", StringComparison.Ordinal).Count(c => c == '|'), Is.EqualTo(4), line);
    }

    private static string Root([CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "..", "..", ".."));
}
