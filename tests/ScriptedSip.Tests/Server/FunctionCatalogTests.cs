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

    [Test]
    public void Every_row_has_three_cells()
    {
        foreach (var line in FunctionCatalog.Build().Split('\n').Where(l => l.StartsWith('|')))
            Assert.That(line.Replace("\\|", "", StringComparison.Ordinal).Count(c => c == '|'), Is.EqualTo(4), line);
    }
}
