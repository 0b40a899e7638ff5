using Antlr4.Runtime;
using ScriptedSip.Script.Syntax.Generated;

namespace ScriptedSip.Script.Syntax.Formatting;

/// <summary>A token, comment or directive of one file as it is written; between two of them stands nothing but blanks.</summary>
/// <param name="Type">Its type in the lexer.</param>
internal readonly record struct Piece(int Type, int Start, int Length)
{
    public int End => Start + Length;

    public bool IsComment => Type is SipScriptLexer.LineComment or SipScriptLexer.BlockComment;

    public bool IsDirective => Type == SipScriptLexer.Directive;

    /// <summary>All pieces of a text, also of sections that are switched off; null when something in it is no part of the language.</summary>
    public static List<Piece>? ReadAll(string text)
    {
        var pieces = new List<Piece>();
        var input = new AntlrInputStream(text);
        var lexer = new SipScriptLexer(input, TextWriter.Null, TextWriter.Null);
        lexer.RemoveErrorListeners();
        while (true)
        {
            var token = lexer.NextToken();
            if (token.Type == TokenConstants.EOF)
                return pieces;
            var start = token.StartIndex;
            var length = token.StopIndex - start + 1;
            switch (token.Type)
            {
                case SipScriptLexer.Unknown or SipScriptLexer.UnterminatedString or SipScriptLexer.UnterminatedComment:
                    return null;
                case SipScriptLexer.Directive when text[start] == '#' && !BeginsLine(text, start):
                    pieces.Add(new Piece(SipScriptLexer.LineComment, start, length));
                    break;
                case SipScriptLexer.Directive when text[start] == '!' && (!BeginsLine(text, start) || start + 2 >= text.Length || !char.IsAsciiLetter(text[start + 2])):
                    // A double negation; the lexer took the rest of the line with it.
                    pieces.Add(new Piece(SipScriptLexer.NotWord, start, 1));
                    input.Seek(start + 1);
                    lexer.HitEOF = false;
                    break;
                default:
                    pieces.Add(new Piece(token.Type, start, length));
                    break;
            }
        }
    }

    private static bool BeginsLine(string text, int start)
    {
        while (start > 0 && text[start - 1] is ' ' or '\t' or '\uFEFF')
            start--;
        return start == 0 || text[start - 1] == '\n';
    }
}
