using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Syntax.Formatting;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Script;

/// <summary>Writes a script in one style: other blanks and line breaks, the same tokens and comments.</summary>
public static class ScriptFormatter
{
    /// <summary>
    /// The text of a script, laid out anew; null when it has mistakes of syntax, which are among the findings, or when a part that is switched off
    /// cannot be read. Included files are left alone.
    /// </summary>
    public static (string? Text, IReadOnlyList<Diagnostic> Diagnostics) Format(SourceFile file, ParseOptions options)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(options);
        var alone = options with { ReadFile = static path => new SourceFile(path, ""), Environment = static _ => "0" };
        var (_, diagnostics) = ScriptParser.Parse(file, alone);
        if (diagnostics.HasErrors)
            return (null, [.. diagnostics.Sorted().Where(static finding => finding.Severity == Severity.Error)]);
        if (Piece.ReadAll(file.Text) is not { } pieces)
            return (null, []);
        var newLine = file.Text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        var text = new Layout(file.Text, pieces, newLine).Write();
        return (IsSame(file.Text, pieces, text) ? text : null, []);
    }

    // Half a string in a part that is switched off, or two marks that only together mean something: better left alone.
    private static bool IsSame(string before, List<Piece> pieces, string after)
    {
        if (Piece.ReadAll(after) is not { } written || written.Count != pieces.Count)
            return false;
        for (var i = 0; i < pieces.Count; i++)
        {
            var old = before.AsSpan(pieces[i].Start, pieces[i].Length);
            var now = after.AsSpan(written[i].Start, written[i].Length);
            var isFree = pieces[i].IsComment || pieces[i].IsDirective;
            if (written[i].Type != pieces[i].Type || !(isFree ? old.TrimEnd() : old).SequenceEqual(isFree ? now.TrimEnd() : now))
                return false;
        }
        return true;
    }
}
