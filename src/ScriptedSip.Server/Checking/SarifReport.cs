using System.Text.Json;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Server.Checking;

/// <summary>What <c>check</c> found as SARIF 2.1.0, which code hosts and editors show beside the lines.</summary>
internal static class SarifReport
{
    public static void Write(IReadOnlyList<CheckedScript> scripts, Stream output)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        var diagnostics = scripts.SelectMany(static script => script.Diagnostics).ToList();
        json.WriteStartObject();
        json.WriteString("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
        json.WriteString("version", "2.1.0");
        json.WriteStartArray("runs");
        json.WriteStartObject();
        json.WriteStartObject("tool");
        json.WriteStartObject("driver");
        json.WriteString("name", "scriptedsip");
        json.WriteString("version", Commands.Version);
        json.WriteStartArray("rules");
        foreach (var descriptor in diagnostics.Select(static d => d.Descriptor).Distinct().OrderBy(static d => d.Code, StringComparer.Ordinal))
            WriteRule(descriptor, json);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();

        // SARIF counts columns in characters as people see them; ours are the UTF-16 units that is about.
        json.WriteString("columnKind", "utf16CodeUnits");
        json.WriteStartArray("results");
        foreach (var diagnostic in diagnostics)
            WriteResult(diagnostic, json);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteRule(DiagnosticDescriptor descriptor, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("id", descriptor.Code);
        WriteText("shortDescription", descriptor.Title, json);
        WriteText("fullDescription", descriptor.Explanation, json);
        json.WriteStartObject("defaultConfiguration");
        json.WriteString("level", DiagnosticPrinter.Name(descriptor.Severity));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteResult(Diagnostic diagnostic, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("ruleId", diagnostic.Code);
        json.WriteString("level", DiagnosticPrinter.Name(diagnostic.Severity));
        var message = DiagnosticPrinter.Message(diagnostic);
        WriteText("message", DiagnosticPrinter.Hint(diagnostic) is { } hint ? $"{message}; {hint}" : message, json);
        if (diagnostic.Span.File is { } file)
        {
            var (endLine, endColumn) = file.Locate(diagnostic.Span.End);
            json.WriteStartArray("locations");
            json.WriteStartObject();
            json.WriteStartObject("physicalLocation");
            json.WriteStartObject("artifactLocation");
            json.WriteString("uri", file.Path.Replace('\\', '/'));
            json.WriteEndObject();
            json.WriteStartObject("region");
            json.WriteNumber("startLine", diagnostic.Span.Line);
            json.WriteNumber("startColumn", diagnostic.Span.Column);
            json.WriteNumber("endLine", endLine);
            json.WriteNumber("endColumn", endColumn);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static void WriteText(string name, string text, Utf8JsonWriter json)
    {
        json.WriteStartObject(name);
        json.WriteString("text", text);
        json.WriteEndObject();
    }
}
