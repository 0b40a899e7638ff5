using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using Antlr4.Runtime;
using ScriptedSip.Script.Syntax.Generated;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Syntax;

/// <summary>Defined names and text substitutions of Kamailio's preprocessor.</summary>
internal sealed class Definitions
{
    private const int MaxDepth = 16;

    private readonly Dictionary<string, Definition> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (Definition Definition, Diagnostic Finding, bool IsUsed)> _misspelt = new(StringComparer.Ordinal);
    private readonly List<(Regex Pattern, string Replacement, bool All)> _substitutions = [];
    private readonly ParseOptions _options;
    private bool _hasCircle;
    private readonly DiagnosticBag _diagnostics;

    public Definitions(ParseOptions options, DiagnosticBag diagnostics)
    {
        _options = options;
        _diagnostics = diagnostics;
        foreach (var (name, value) in options.Defines)
            _names[name] = new Definition(value, default);
    }

    /// <summary>Modules can be asked for as <c>MOD_name</c> once their loadmodule line was read.</summary>
    public void ModuleLoaded(string quotedPath)
    {
        var name = Path.GetFileName(quotedPath.Trim('"', '\''));
        _names.TryAdd("MOD_" + (name.EndsWith(".so", StringComparison.Ordinal) ? name[..^3] : name), new Definition("", default));
    }

    /// <summary>Every name that is defined.</summary>
    public IReadOnlyCollection<string> Names => _names.Keys;

    /// <summary>The value of a name as written; null when it is not defined.</summary>
    public string? ValueOf(string name) => _names.TryGetValue(name, out var definition) ? definition.Value : null;

    /// <summary>Puts the value of a defined name in its place.</summary>
    public bool TryExpand(ScriptToken token, List<ScriptToken> output) => _names.Count + _misspelt.Count > 0 && TryExpand(token.Text, token.Span, output, 0);

    /// <summary>The string token with every substitution applied to what is between its quotes.</summary>
    public ScriptToken Substitute(ScriptToken token)
    {
        if (_substitutions.Count == 0)
            return token;
        var inner = token.Text[1..^1];
        var changed = inner;
        foreach (var (pattern, replacement, all) in _substitutions)
            changed = pattern.Replace(changed, replacement, all ? -1 : 1);
        return ReferenceEquals(changed, inner) || changed == inner
            ? token
            : new ScriptToken(token.Type, token.Span, token.Text[0] + changed + token.Text[^1]);
    }

    /// <summary>Decides an <c>ifdef</c>, <c>ifndef</c> or <c>ifexp</c>.</summary>
    public bool Holds(Directive directive)
    {
        var (name, rest) = directive.Split();
        if (directive.Name == "ifexp")
            return new DirectiveExpression(directive.Rest, Value).Evaluate() is { } value ? IsTrue(value) : Malformed(directive, ": the expression cannot be understood");
        if (name.Length == 0)
            return Malformed(directive, ": a name is missing");
        return _names.ContainsKey(name) == (directive.Name == "ifdef");
    }

    /// <returns>False when the directive is none of these.</returns>
    public bool Obey(Directive directive)
    {
        switch (directive.Name)
        {
            case "define" or "def" or "redefine" or "redef" or "trydefine" or "trydef":
                Define(directive);
                return true;
            case "undef" or "undefine":
                _names.Remove(directive.Split().Word);
                return true;
            case "subst" or "substdef" or "substdefs":
                AddSubstitution(directive);
                return true;
            case "defenv" or "defenvs" or "trydefenv" or "trydefenvs":
                DefineFromEnvironment(directive);
                return true;
            case "defexp" or "defexps":
                DefineExpression(directive);
                return true;
            default:
                return false;
        }
    }

    /// <summary>
    /// Notes a directive that is taken for a comment and was meant to define a name. Where the name is used the script cannot do without it, and the
    /// misspelt directive is the mistake.
    /// </summary>
    public void NoteMisspelt(Directive directive, Diagnostic finding)
    {
        var (name, value) = directive.Split();
        if (!_misspelt.TryAdd(name, (new Definition(value, directive.Span), finding, false)))
            _diagnostics.Add(finding);
    }

    /// <summary>Reports the directives noted: as errors where their names are used.</summary>
    public void ReportMisspelt()
    {
        foreach (var (_, finding, isUsed) in _misspelt.Values)
            _diagnostics.Add(isUsed ? finding with { Severity = Severity.Error } : finding);
    }

    private bool IsMisspelt(string name, [NotNullWhen(true)] out Definition? definition)
    {
        if (!_misspelt.TryGetValue(name, out var noted))
        {
            definition = null;
            return false;
        }
        definition = noted.Definition;
        _misspelt[name] = noted with { IsUsed = true };
        return true;
    }

    private void Define(Directive directive)
    {
        var (name, value) = directive.Split();
        if (value.StartsWith('=') && !value.StartsWith("==", StringComparison.Ordinal) && !value.StartsWith("=~", StringComparison.Ordinal))
        {
            Malformed(directive, $": the form is #!{directive.Name} NAME VALUE, without '='");
            value = value[1..].Trim();
        }
        if (name.Length == 0)
            Malformed(directive, ": a name is missing");
        else if (directive.Name.StartsWith("try", StringComparison.Ordinal))
            _names.TryAdd(name, new Definition(value, directive.Span));
        else
            _names[name] = new Definition(value, directive.Span);
    }

    // defenv NAME, defenv NAME=VARIABLE: the 's' forms make a string of the value.
    private void DefineFromEnvironment(Directive directive)
    {
        var (name, rest) = directive.Split();
        var variable = rest.StartsWith('=') ? rest[1..].Trim() : name;
        if (name.Length == 0)
        {
            Malformed(directive, ": a name is missing");
            return;
        }

        var value = _options.Environment(variable);
        if (value is not null)
            _names[name] = new Definition(directive.Name.EndsWith('s') ? Quoted(value) : value, directive.Span);
        else if (directive.Name[0] != 't')
            _diagnostics.Add(DiagnosticCatalog.EnvironmentNotSet, directive.Span, variable);
    }

    private void DefineExpression(Directive directive)
    {
        var (name, expression) = directive.Split();
        if (name.Length == 0 || new DirectiveExpression(expression, Value).Evaluate() is not { } value)
        {
            Malformed(directive, ": a name and an expression are needed");
            return;
        }

        var text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        _names[name] = new Definition(directive.Name == "defexps" || value is string ? Quoted(text) : text, directive.Span);
    }

    // "/pattern/replacement/flags" with any mark for the slash.
    private void AddSubstitution(Directive directive)
    {
        var text = directive.Rest;
        if (text is not ['"' or '\'', _, _, ..] || text.LastIndexOf(text[0]) is var close && close < 3)
        {
            Malformed(directive, ": the form is \"/pattern/replacement/flags\"");
            return;
        }

        var body = text[1..close];
        var middle = body.IndexOf(body[0], 1);
        var last = middle < 0 ? -1 : body.IndexOf(body[0], middle + 1);
        if (last < 0)
        {
            Malformed(directive, ": the form is \"/pattern/replacement/flags\"");
            return;
        }

        var pattern = body[1..middle];
        var replacement = body[(middle + 1)..last];
        var flags = body[(last + 1)..];
        try
        {
            var regex = new Regex(pattern, flags.Contains('i') ? RegexOptions.IgnoreCase : RegexOptions.None, TimeSpan.FromSeconds(1));
            var template = Regex.Replace(replacement.Replace("$", "$$", StringComparison.Ordinal), @"\\([0-9])", "$${$1}");
            _substitutions.Add((regex, template, flags.Contains('g')));
        }
        catch (ArgumentException)
        {
            Malformed(directive, $": '{pattern}' is not a regular expression");
            return;
        }

        if (directive.Name != "subst")
            _names[pattern] = new Definition(directive.Name == "substdefs" ? Quoted(replacement) : replacement, directive.Span);
    }

    private bool TryExpand(string name, TextSpan span, List<ScriptToken> output, int depth)
    {
        if (!_names.TryGetValue(name, out var definition) && !IsMisspelt(name, out definition))
            return false;
        if (depth > MaxDepth)
        {
            if (!_hasCircle && definition.Place.File is not null)
                _diagnostics.Add(DiagnosticCatalog.BadDirective, definition.Place, "define", $": '{name}' is defined by way of itself");
            _hasCircle = true;
            return false;
        }
        foreach (var (type, text) in definition.Tokens)
        {
            if (type is not (SipScriptLexer.Word or SipScriptLexer.DigitWord) || text == name || !TryExpand(text, span, output, depth + 1))
                output.Add(new ScriptToken(type, span, text) { Definition = definition.Place });
        }

        return true;
    }

    private string? Value(string name) => _names.TryGetValue(name, out var definition) ? definition.Value : null;

    private bool Malformed(Directive directive, string why)
    {
        _diagnostics.Add(DiagnosticCatalog.BadDirective, directive.Span, directive.Name, why);
        return false;
    }

    private static bool IsTrue(object value) => value is long number ? number != 0 : ((string)value).Length > 0;

    private static string Quoted(string value) => '"' + value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + '"';

    private sealed class Definition(string value, TextSpan place)
    {
        /// <summary>The directive; none for what the command line defines.</summary>
        public TextSpan Place => place;

        private List<(int, string)>? _tokens;

        public string Value => value;

        public List<(int Type, string Text)> Tokens => _tokens ??= Read();

        private List<(int, string)> Read()
        {
            var result = new List<(int, string)>();
            var source = new FileTokens(new SourceFile("", value), new DiagnosticBag());
            for (var token = source.Next(); token.Type != TokenConstants.EOF; token = source.Next())
                result.Add((token.Type, token.Text));
            return result;
        }
    }
}
