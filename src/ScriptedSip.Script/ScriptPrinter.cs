using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Script;

/// <summary>Shows how a script is understood, whether or not its names mean anything.</summary>
public static class ScriptPrinter
{
    /// <summary>The syntax tree as indented text, and what is wrong with the syntax.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static (string Tree, IReadOnlyList<Diagnostic> Diagnostics) Print(string path, ParseOptions options)
    {
        var (script, diagnostics) = ScriptParser.Parse(SourceFile.Load(path), options);
        return (AstPrinter.Print(script), diagnostics.Sorted());
    }
}
