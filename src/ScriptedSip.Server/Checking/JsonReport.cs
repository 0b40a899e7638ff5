using System.Text.Json;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Server.Checking;

/// <summary>What <c>check</c> found, for programs: one object with an entry for each script and, in it, one for each finding.</summary>
internal static class JsonReport
{
    public static void Write(IReadOnlyList<CheckedScript> scripts, Stream output)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteStartArray("scripts");
        foreach (var script in scripts)
        {
            json.WriteStartObject();
            json.WriteString("file", script.File);
            json.WriteString("dialect", DialectName.Of(script.Dialect.Dialect));
            json.WriteString("dialectReason", script.Dialect.Reason);
            json.WriteNumber("errors", script.Errors);
            json.WriteNumber("warnings", script.Warnings);
            json.WriteStartArray("diagnostics");
            foreach (var diagnostic in script.Diagnostics)
                Write(diagnostic, json);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Diagnostic diagnostic, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("code", diagnostic.Code);
        json.WriteString("severity", DiagnosticPrinter.Name(diagnostic.Severity));
        if (diagnostic.Span.File is { } file)
        {
            var (endLine, endColumn) = file.Locate(diagnostic.Span.End);
            json.WriteString("file", file.Path);
            json.WriteNumber("line", diagnostic.Span.Line);
            json.WriteNumber("column", diagnostic.Span.Column);
            json.WriteNumber("endLine", endLine);
            json.WriteNumber("endColumn", endColumn);
        }
        json.WriteString("message", DiagnosticPrinter.Message(diagnostic));
        json.WriteString("hint", DiagnosticPrinter.Hint(diagnostic));
        json.WriteEndObject();
    }
}
