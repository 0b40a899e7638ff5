using System.Text;
using System.Text.RegularExpressions;

namespace ScriptedSip.Script.Text;

/// <summary>Findings as an author reads them: one line, then the source line with a caret under the place. They end up in logs, so passwords are starred out.</summary>
public static partial class DiagnosticPrinter
{
    private const int LongestSourceLine = 200;

    /// <summary>The one-line form: <c>file:line:col: error SSnnnn: text; hint</c>.</summary>
    public static string Line(Diagnostic diagnostic)
    {
        ArgumentNullException.ThrowIfNull(diagnostic);
        var place = diagnostic.Span.File is null ? "" : diagnostic.Span + ": ";
        var hint = Hint(diagnostic) is { } text ? "; " + text : "";
        return $"{place}{Name(diagnostic.Severity)} {diagnostic.Code}: {Message(diagnostic)}{hint}";
    }

    /// <summary>What is wrong, fit for logs and reports.</summary>
    public static string Message(Diagnostic diagnostic)
    {
        ArgumentNullException.ThrowIfNull(diagnostic);
        return WithoutPasswords(diagnostic.Message);
    }

    /// <summary>What to do about it, fit for logs and reports; null for nothing.</summary>
    public static string? Hint(Diagnostic diagnostic)
    {
        ArgumentNullException.ThrowIfNull(diagnostic);
        return diagnostic.Hint is null ? null : WithoutPasswords(diagnostic.Hint);
    }

    /// <summary>Writes the line, the source line and the caret span.</summary>
    public static void Print(Diagnostic diagnostic, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(diagnostic);
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteLine(Line(diagnostic));
        if (diagnostic.Span.File is { } file)
            WriteExcerpt(diagnostic.Span, file, writer);
    }

    private static void WriteExcerpt(TextSpan span, SourceFile file, TextWriter writer)
    {
        var (line, column) = file.Locate(span.Start);
        var text = file.LineText(line);
        // Cut behind what ends a password, a line would show it.
        var shown = WithoutPasswords(text.ToString());
        if (text.Length > LongestSourceLine)
            text = text[..LongestSourceLine];
        if (text.IsWhiteSpace() || column - 1 > text.Length)
            return;
        writer.Write("    ");
        writer.WriteLine(shown[..text.Length]);

        // Tabs stay tabs under the text, so the caret stands where the terminal put the character.
        var marker = new StringBuilder("    ");
        foreach (var c in text[..(column - 1)])
            marker.Append(c == '\t' ? '\t' : ' ');
        marker.Append('^').Append('~', Math.Clamp(Math.Min(span.Length, text.Length - column + 1) - 1, 0, LongestSourceLine));
        writer.WriteLine(marker);
    }

    // As many stars as there were characters: the caret stays under its place.
    private static string WithoutPasswords(string text) => Password().Replace(text, m => new string('*', m.Length));

    // scheme://user:password@host; the value of modparam("auth", "secret", "…"), misspelt as the name may be; the password of pv_www_authenticate("realm", "…").
    [GeneratedRegex("""
        (?<=://[^:/@"'\s]*:)[^"'\s]+(?=@)
        |(?<=(
            modparam\s*\(\s*["'][^"']*["']\s*,\s*["'](?![^"']*_(column|spec))[^"']*(secr|pass|pwd|cred)[^"']*["']
            |pv_(www_|proxy_)?auth\w*\s*\(\s*["'][^"']*["']
        )\s*,\s*(?<quote>["']))(?!\$(avp|var|\())((?!\k<quote>).)+
        """, RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Password();

    /// <summary>The word for a severity.</summary>
    public static string Name(Severity severity) => severity switch
    {
        Severity.Error => "error",
        Severity.Warning => "warning",
        _ => "note",
    };
}
