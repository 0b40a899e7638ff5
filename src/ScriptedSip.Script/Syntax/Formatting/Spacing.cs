using ScriptedSip.Script.Syntax.Generated;

namespace ScriptedSip.Script.Syntax.Formatting;

/// <summary>
/// The blank between two tokens of a line. Where a blank may carry meaning (host names, addresses, signs) it stays as it is written.
/// </summary>
internal static class Spacing
{
    /// <param name="pieces">All pieces.</param>
    /// <param name="left">Index of the left one of the two; the right one follows it.</param>
    /// <param name="isInRoute">Whether they stand in a route block.</param>
    public static bool Separates(List<Piece> pieces, int left, bool isInRoute)
    {
        var a = pieces[left];
        var b = pieces[left + 1];
        var asWritten = a.End != b.Start;
        if (a.IsComment || b.IsComment)
            return asWritten;
        if (b.Type is SipScriptLexer.Semicolon or SipScriptLexer.Comma or SipScriptLexer.RightParen or SipScriptLexer.RightBracket
            || a.Type is SipScriptLexer.LeftParen or SipScriptLexer.LeftBracket)
            return false;
        if (a.Type == SipScriptLexer.Comma || a.Type == SipScriptLexer.RightBrace || IsWordOperator(a.Type) || IsWordOperator(b.Type))
            return true;
        if (b.Type == SipScriptLexer.LeftBrace)
            return a.Type != SipScriptLexer.Colon || asWritten;
        if (IsSymmetric(a.Type))
            return isInRoute && a.Type is SipScriptLexer.Assign or SipScriptLexer.AssignOperator || !IsTight(pieces, left);
        if (IsSymmetric(b.Type))
            return isInRoute && b.Type is SipScriptLexer.Assign or SipScriptLexer.AssignOperator || !IsTight(pieces, left + 1);
        if (a.Type == SipScriptLexer.NotWord)
            return a.Length > 1;
        if (b.Type is SipScriptLexer.LeftParen)
            return BeforeParenthesis(a.Type, asWritten);
        if (b.Type == SipScriptLexer.LeftBracket && a.Type is SipScriptLexer.Route or SipScriptLexer.RouteKind)
            return false;
        if (isInRoute && b.Type == SipScriptLexer.Plus && EndsOperand(a.Type))
            return true;
        if (isInRoute && a.Type == SipScriptLexer.Plus && left > 0 && EndsOperand(pieces[left - 1].Type))
            return true;
        return asWritten || IsKeyword(a.Type);
    }

    private static bool BeforeParenthesis(int type, bool asWritten) => type switch
    {
        SipScriptLexer.If or SipScriptLexer.While or SipScriptLexer.Switch or SipScriptLexer.For or SipScriptLexer.In or SipScriptLexer.Case => true,
        SipScriptLexer.Word or SipScriptLexer.Route or SipScriptLexer.ModParam or SipScriptLexer.LoadModule or SipScriptLexer.Return or SipScriptLexer.Exit
            or SipScriptLexer.Drop or SipScriptLexer.Break => false,
        _ => asWritten || IsKeyword(type),
    };

    // Both sides alike: tight where the author wrote it tight on both, else with blanks.
    private static bool IsSymmetric(int type) => type is SipScriptLexer.EqualEqual or SipScriptLexer.NotEqual or SipScriptLexer.Matches or SipScriptLexer.NotMatches
        or SipScriptLexer.LessEqual or SipScriptLexer.GreaterEqual or SipScriptLexer.Less or SipScriptLexer.Greater
        or SipScriptLexer.Assign or SipScriptLexer.AssignOperator;

    private static bool IsTight(List<Piece> pieces, int index) =>
        index > 0 && index + 1 < pieces.Count && pieces[index - 1].End == pieces[index].Start && pieces[index].End == pieces[index + 1].Start;

    private static bool IsWordOperator(int type) => type is SipScriptLexer.AndWord or SipScriptLexer.OrWord or SipScriptLexer.WordComparison;

    private static bool IsKeyword(int type) => type is SipScriptLexer.If or SipScriptLexer.Else or SipScriptLexer.While or SipScriptLexer.Switch or SipScriptLexer.Case
        or SipScriptLexer.Return or SipScriptLexer.LoadModule or SipScriptLexer.Defined;

    private static bool EndsOperand(int type) => type is SipScriptLexer.DoubleString or SipScriptLexer.SingleString or SipScriptLexer.Number or SipScriptLexer.Variable
        or SipScriptLexer.Word or SipScriptLexer.RightParen or SipScriptLexer.SelectVariable or SipScriptLexer.AttributeVariable;
}
