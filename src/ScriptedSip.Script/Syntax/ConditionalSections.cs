using System.Globalization;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Syntax;

/// <summary>
/// <c>#!ifdef … #!else … #!endif</c> within one file. A section that is switched off is skipped by lines without being read as
/// tokens: it may hold anything, even half a string.
/// </summary>
internal sealed class ConditionalSections(SourceFile file, DiagnosticBag diagnostics, Definitions definitions)
{
    private readonly Stack<(TextSpan Span, string Name, bool SeenElse)> _open = new();
    private bool _skippedToEnd;
    private int _misspelt;
    private int _lastEnd;

    /// <summary>True when a section that is switched off and never closed has taken the rest of the file with it.</summary>
    public bool HasSwallowed { get; private set; }

    public static bool Knows(string name) => name is "ifdef" or "ifndef" or "ifexp" or "else" or "endif";

    /// <summary>Notes a section whose first line is misspelt and taken for a comment: its end is no mistake of its own.</summary>
    public void OpenMisspelt() => _misspelt++;

    /// <returns>The offset to go on at when lines are skipped; null to go on behind the directive.</returns>
    public int? Obey(Directive directive)
    {
        switch (directive.Name)
        {
            case "ifdef" or "ifndef" or "ifexp":
                _open.Push((directive.Span, directive.Name, false));
                return definitions.Holds(directive) ? null : Skip(directive.Span.End, stopAtElse: true);
            case "else" when _open.Count > 0 && !_open.Peek().SeenElse:
                MarkElse();
                return Skip(directive.Span.End, stopAtElse: false);
            case "endif" when _open.Count > 0:
                _open.Pop();
                _lastEnd = directive.Span.Line;
                return null;
            case "else" when _misspelt > 0:
                return null;
            case "endif" when _misspelt > 0:
                _misspelt--;
                return null;
            case "else" or "endif":
                if (CommentedHead(directive) is not { } head)
                {
                    diagnostics.Add(DiagnosticCatalog.UnmatchedConditional, directive.Span, directive.Name);
                }
                else
                {
                    diagnostics.AddWithHint(DiagnosticCatalog.CommentedConditional, head.Span, Spelling.Question("#!" + head.Word), directive.Span.Line, directive.Name);
                    if (directive.Name == "else")
                        OpenMisspelt();
                }
                _lastEnd = directive.Span.Line;
                return null;
            default:
                return null;
        }
    }

    // #ifdef X and #! ifdef X above an end without a beginning.
    private (TextSpan Span, string Word)? CommentedHead(Directive end)
    {
        for (var line = end.Span.Line - 1; line > _lastEnd; line--)
        {
            var text = file.LineText(line).Trim();
            if (!text.StartsWith('#') || text.TrimStart("#! ") is not ['i', 'f', ..] words || (text.StartsWith("#!", StringComparison.Ordinal) && text[2] != ' '))
                continue;
            var word = words.IndexOf(' ') is var blank and > 0 ? words[..blank] : words;
            if (word is "ifdef" or "ifndef" or "ifexp")
                return (new TextSpan(file, file.LineStart(line) + file.LineText(line).IndexOf('#'), text.Length), word.ToString());
        }
        return null;
    }

    /// <summary>
    /// Reports the sections still open at the end of the file. One that is switched on changed nothing by not being closed; one that is
    /// switched off took the rest of the file with it.
    /// </summary>
    public void Finish()
    {
        foreach (var (span, name, _) in _open)
        {
            var descriptor = DiagnosticCatalog.UnclosedConditional;
            diagnostics.Add(new Diagnostic(descriptor, _skippedToEnd ? Severity.Error : Severity.Warning, span, string.Format(CultureInfo.InvariantCulture, descriptor.Format, name), null));
            _skippedToEnd = false;
        }
    }

    // Offset behind the directive that ends the section, which is obeyed here.
    private int Skip(int offset, bool stopAtElse)
    {
        var depth = 0;
        for (var line = file.Locate(offset).Line + 1; line <= file.LineCount; line++)
        {
            var text = file.LineText(line);
            var trimmed = text.TrimStart();
            if (!trimmed.StartsWith("#!", StringComparison.Ordinal) && !trimmed.StartsWith("!!", StringComparison.Ordinal))
                continue;
            var start = file.LineStart(line) + text.Length - trimmed.Length;
            var directive = new Directive(new TextSpan(file, start, trimmed.Length));
            switch (directive.Name)
            {
                case "ifdef" or "ifndef" or "ifexp":
                    depth++;
                    break;
                case "else" when depth == 0 && stopAtElse:
                    MarkElse();
                    return directive.Span.End;
                case "endif" when depth-- == 0:
                    _open.Pop();
                    _lastEnd = line;
                    return directive.Span.End;
            }
        }

        _skippedToEnd = true;
        HasSwallowed = true;
        return file.Text.Length;
    }

    private void MarkElse()
    {
        var section = _open.Pop();
        _open.Push(section with { SeenElse = true });
    }
}
