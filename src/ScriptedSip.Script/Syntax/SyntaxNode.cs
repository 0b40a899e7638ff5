using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Syntax;

/// <summary>Anything that was written in a script. Nodes are facts about the text: no name in them is resolved.</summary>
internal abstract record SyntaxNode(TextSpan Span);

/// <summary>A word together with the place it was written.</summary>
internal readonly record struct Word(string Text, TextSpan Span)
{
    public override string ToString() => Text;
}
