using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Syntax;

/// <summary>One <c>#!name rest</c> line, continuation lines joined.</summary>
internal sealed class Directive
{
    public static readonly string[] Names =
    [
        "define", "def", "redefine", "redef", "trydefine", "trydef", "undef", "undefine", "ifdef", "ifndef", "ifexp", "else", "endif",
        "subst", "substdef", "substdefs", "defenv", "defenvs", "trydefenv", "trydefenvs", "defexp", "defexps", "include_file", "import_file",
        "KAMAILIO", "OPENSER", "SER", "ALL", "MAXCOMPAT",
    ];

    public Directive(TextSpan token)
    {
        var text = token.Text;
        var nameEnd = 2;
        while (nameEnd < text.Length && (char.IsAsciiLetterOrDigit(text[nameEnd]) || text[nameEnd] == '_'))
            nameEnd++;
        Name = text[2..nameEnd].ToString();
        var trimmed = text.TrimEnd();
        Span = token with { Length = trimmed.Length };
        var rest = text[nameEnd..];
        Rest = (rest.Contains('\\') ? rest.ToString().Replace("\\\r\n", "", StringComparison.Ordinal).Replace("\\\n", "", StringComparison.Ordinal) : rest.ToString()).Trim();
    }

    public string Name { get; }

    /// <summary>What follows the name, trimmed.</summary>
    public string Rest { get; }

    /// <summary>From the mark to the last character that is not blank.</summary>
    public TextSpan Span { get; }

    /// <summary>The word <see cref="Rest"/> begins with, and what follows it.</summary>
    public (string Word, string Value) Split()
    {
        var end = 0;
        while (end < Rest.Length && (char.IsAsciiLetterOrDigit(Rest[end]) || Rest[end] == '_'))
            end++;
        return (Rest[..end], Rest[end..].Trim());
    }
}
