using ScriptedSip.Server;

namespace ScriptedSip.Tests.Server.Checking;

/// <summary>A database that cannot be used is a mistake at the line that names it, or at the module that takes the usual one.</summary>
internal sealed class DatabasePlaceTests
{
    [TestCase("modparam(\"auth_db\", \"db_url\", \"mysql://h/d\")", 4, 21)]
    [TestCase("", 3, 12)]
    public void Database_without_a_driver_is_told_where_it_is_named(string parameter, int line, int column)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, $"loadmodule \"tm\"\nloadmodule \"auth\"\nloadmodule \"auth_db\"\n{parameter}\nroute {{\n  if (method == \"INVTE\") exit;\n  t_relay();\n}}\n");
            var findings = ScriptSource.Check(path, CommandLine.Parse([path])).Diagnostics;
            Assert.That(findings.Select(static finding => (finding.Code, finding.Span.Line)), Is.EqualTo(new[] { ("SS3008", line), ("SS2017", 6) }));
            Assert.That(findings[0].Span.Column, Is.EqualTo(column));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
