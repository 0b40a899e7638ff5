using Antlr4.Runtime;
using ScriptedSip.Script.Syntax.Generated;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Syntax;

/// <summary>
/// From files to the one token list the parser reads: includes are followed, directives obeyed, defined names replaced.
/// Every token keeps the place an author can edit.
/// </summary>
internal sealed class Preprocessor(ParseOptions options, DiagnosticBag diagnostics)
{
    private const int MaxDepth = 32;

    private readonly Definitions _definitions = new(options, diagnostics);
    private readonly List<ScriptToken> _tokens = [];
    private readonly List<string> _open = [];

    /// <summary>Words of identity lines (<c>#!KAMAILIO</c>) with their places.</summary>
    public List<Word> IdentityLines { get; } = [];

    /// <summary>The first directive, if there is any: evidence for the dialect.</summary>
    public TextSpan? FirstDirective { get; private set; }

    /// <summary>True when the end of a file was switched off or made a comment by mistake: what is left open there is no mistake of its own.</summary>
    public bool IsCutOff { get; private set; }

    /// <summary>Every name that is defined at the end.</summary>
    public IReadOnlyCollection<string> DefinedNames => _definitions.Names;

    /// <summary>The value of a defined name as written; null when it is not defined.</summary>
    public string? DefinedValue(string name) => _definitions.ValueOf(name);

    public List<ScriptToken> Read(SourceFile main)
    {
        ReadFile(main);
        _definitions.ReportMisspelt();
        _tokens.Add(new ScriptToken(TokenConstants.EOF, new TextSpan(main, main.Text.Length, 0)));
        return _tokens;
    }

    private void ReadFile(SourceFile file)
    {
        _open.Add(Path.GetFullPath(file.Path));
        diagnostics.NoteFile(file);
        var source = new FileTokens(file, diagnostics);
        var conditionals = new ConditionalSections(file, diagnostics, _definitions);
        while (true)
        {
            var token = source.Next();
            if (token.Type == TokenConstants.EOF)
                break;
            if (token.Type == SipScriptLexer.Directive)
                Obey(token, source, conditionals);
            else if (token.Type == SipScriptLexer.IncludeFile)
                IncludeStatement(token, source);
            else
                Add(token, source);
        }

        conditionals.Finish();
        IsCutOff |= conditionals.HasSwallowed || source.IsCutOff;
        _open.RemoveAt(_open.Count - 1);
    }

    private void Add(ScriptToken token, FileTokens source)
    {
        switch (token.Type)
        {
            case SipScriptLexer.Word or SipScriptLexer.DigitWord:
                if (!_definitions.TryExpand(token, _tokens))
                    _tokens.Add(token);
                break;
            case SipScriptLexer.DoubleString or SipScriptLexer.SingleString:
                _tokens.Add(_definitions.Substitute(token));
                if (_tokens.Count > 1 && _tokens[^2].Type == SipScriptLexer.LoadModule)
                    _definitions.ModuleLoaded(token.Text);
                break;
            default:
                _tokens.Add(token);
                break;
        }
    }

    private void Obey(ScriptToken token, FileTokens source, ConditionalSections conditionals)
    {
        var directive = new Directive(token.Span);
        switch (directive.Name)
        {
            case "KAMAILIO" or "OPENSER" or "SER" or "ALL" or "MAXCOMPAT" or "OPENSIPS":
                IdentityLines.Add(new Word(directive.Name, token.Span));
                return;
            case "" when directive.Rest.StartsWith('/'):
                return;
        }

        FirstDirective ??= token.Span;
        switch (directive.Name)
        {
            case "include_file" or "import_file":
                if (directive.Rest is ['"' or '\'', .., _] quoted && quoted.IndexOf(quoted[0], 1) is var close and > 0)
                    Include(quoted[1..close], directive.Name == "include_file", directive.Span, source.File);
                else
                    diagnostics.Add(DiagnosticCatalog.BadDirective, directive.Span, directive.Name, ": a file name in quotes is missing");
                break;
            default:
                if (conditionals.Obey(directive) is { } resume)
                    source.Seek(resume);
                else if (!ConditionalSections.Knows(directive.Name) && !_definitions.Obey(directive))
                    ReportUnknown(directive, conditionals);
                break;
        }
    }

    // include_file "x" as a plain statement, with an optional semicolon.
    private void IncludeStatement(ScriptToken keyword, FileTokens source)
    {
        var name = source.Next();
        if (name.Type is not (SipScriptLexer.DoubleString or SipScriptLexer.SingleString))
        {
            diagnostics.AddWithHint(DiagnosticCatalog.MissingToken, keyword.Span.After, null, "file name in quotes", $" after {keyword.Text}");
            if (name.Type != TokenConstants.EOF)
                source.Seek(name.Span.Start);
            return;
        }

        var semicolon = source.Next();
        if (semicolon.Type is not (SipScriptLexer.Semicolon or TokenConstants.EOF))
            source.Seek(semicolon.Span.Start);
        Include(name.Text[1..^1], keyword.Text == "include_file", keyword.Span.To(name.Span), source.File);
    }

    private void Include(string name, bool required, TextSpan span, SourceFile from)
    {
        var directory = Path.GetDirectoryName(Path.GetFullPath(from.Path)) ?? "";
        var path = Path.GetFullPath(Path.Combine(directory, name));
        if (_open.Contains(path))
            diagnostics.Add(DiagnosticCatalog.IncludeCycle, span, name);
        else if (_open.Count >= MaxDepth)
            diagnostics.Add(DiagnosticCatalog.NestingTooDeep, span, $": more than {MaxDepth} files are open");
        else if (options.ReadFile(path) is { } file)
            ReadFile(new SourceFile(Path.Combine(Path.GetDirectoryName(from.Path) ?? "", name), file.Text));
        else if (required)
            diagnostics.Add(DiagnosticCatalog.IncludeNotFound, span, name);
    }

    private void ReportUnknown(Directive directive, ConditionalSections conditionals)
    {
        if (directive.Name.Length == 0)
            return;
        var meant = Spelling.Nearest(directive.Name, Directive.Names);
        var finding = Diagnostic.Of(DiagnosticCatalog.UnknownDirective, directive.Span, Spelling.Question(meant), directive.Name);
        if (meant is not null && meant.Contains("def", StringComparison.Ordinal) && meant is not ("undef" or "undefine" or "ifdef" or "ifndef"))
            _definitions.NoteMisspelt(directive, finding);
        else
            diagnostics.Add(finding);
        if (meant is "ifdef" or "ifndef" or "ifexp")
            conditionals.OpenMisspelt();
    }
}
