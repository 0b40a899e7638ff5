using Antlr4.Runtime;
using Antlr4.Runtime.Atn;
using ScriptedSip.Script.Syntax.Generated;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Syntax;

/// <summary>From script text to syntax tree: the single door of this floor.</summary>
internal static class ScriptParser
{
    /// <summary>Parses a file with everything it includes. The tree is complete only when there is no error.</summary>
    public static (ScriptFile Script, DiagnosticBag Diagnostics) Parse(SourceFile file, ParseOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        options ??= new ParseOptions();
        var diagnostics = new DiagnosticBag();
        var preprocessor = new Preprocessor(options, diagnostics);
        var tokens = preprocessor.Read(file);
        var wasRead = !diagnostics.HasErrors;
        var dialect = DialectDetector.Detect(tokens, preprocessor, options);
        new BracketKinds(tokens, diagnostics).Mend();
        if (new BracketBalancer(tokens, diagnostics, preprocessor.IsCutOff).Balance() is not { } balanced)
            return (new ScriptFile(file, [], dialect) { HasAllBlocks = false }, diagnostics);
        try
        {
            var stream = new ScriptTokenStream(balanced);
            var (tree, lostBlock) = Parse(stream, diagnostics);
            var script = new AstBuilder(stream, dialect, diagnostics).Build(file, tree) with { HasAllBlocks = wasRead && !lostBlock, DefinedNames = preprocessor.DefinedNames, DefinedValue = preprocessor.DefinedValue };
            return (script, OnlyTemplate(diagnostics) ?? diagnostics);
        }
        catch (InsufficientExecutionStackException)
        {
            // A chain such as ten thousand 'else if' nests without brackets.
            diagnostics.Add(DiagnosticCatalog.NestingTooDeep, balanced[^1].Span, ": too many statements stand inside one another");
            return (new ScriptFile(file, [], dialect) { HasAllBlocks = false }, diagnostics);
        }
    }

    // A template is one mistake, whatever else its marks made of the text.
    private static DiagnosticBag? OnlyTemplate(DiagnosticBag diagnostics)
    {
        if (diagnostics.Sorted().FirstOrDefault(diagnostic => diagnostic.Descriptor == DiagnosticCatalog.TemplateSource) is not { } template)
            return null;
        var only = new DiagnosticBag();
        only.Add(template);
        return only;
    }

    // SLL prediction decides every sound script of this grammar; only one that fails is worth the slower full look-ahead.
    private static (SipScriptParser.ScriptContext Tree, bool LostBlock) Parse(ScriptTokenStream stream, DiagnosticBag diagnostics)
    {
        var attempt = new DiagnosticBag();
        var result = Parse(stream, attempt, PredictionMode.SLL);
        if (attempt.Count == 0)
            return result;
        stream.Seek(0);
        return Parse(stream, diagnostics, PredictionMode.LL);
    }

    private static (SipScriptParser.ScriptContext Tree, bool LostBlock) Parse(ScriptTokenStream stream, DiagnosticBag diagnostics, PredictionMode mode)
    {
        var strategy = new SyntaxErrorStrategy(stream, diagnostics);
        var parser = new SipScriptParser(stream, TextWriter.Null, TextWriter.Null) { ErrorHandler = strategy };
        parser.RemoveErrorListeners();
        parser.Interpreter.PredictionMode = mode;
        return (parser.script(), strategy.HasLostBlock);
    }
}
