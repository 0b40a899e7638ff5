namespace ScriptedSip.Script.Text;

/// <summary>
/// Tells the findings that only follow from others: what a line means cannot be judged where its syntax is broken, and behind the first mistake in a
/// statement the parser was lost.
/// </summary>
internal static class Consequences
{
    private static readonly System.Buffers.SearchValues<char> Ends = System.Buffers.SearchValues.Create(";{}\n");

    /// <summary>The findings without those another one explains.</summary>
    /// <param name="findings">All of them, in file order.</param>
    public static List<Diagnostic> Without(IReadOnlyList<Diagnostic> findings)
    {
        // A template is one mistake, whatever its marks made of the rest.
        if (findings.FirstOrDefault(static finding => finding.Descriptor == DiagnosticCatalog.TemplateSource) is { } template)
            return [template];
        var kept = new List<Diagnostic>(findings.Count);
        for (var i = 0; i < findings.Count; i++)
        {
            if (!Follows(findings, i))
                kept.Add(findings[i]);
        }
        return kept;
    }

    private static bool Follows(IReadOnlyList<Diagnostic> findings, int index)
    {
        var finding = findings[index];
        if (finding.Span.File is null || finding.Descriptor == DiagnosticCatalog.UnterminatedString || finding.Descriptor == DiagnosticCatalog.TemplateSource)
            return false;

        if (finding.Descriptor == DiagnosticCatalog.UnreachableCode && IsBehindLostCondition(findings, index))
            return true;
        for (var i = index - 1; i >= 0 && IsNear(findings[i], finding); i--)
        {
            if (Explains(findings[i], finding) && !IsLost(findings, i))
                return true;
        }
        for (var i = index + 1; i < findings.Count && IsNear(findings[i], finding); i++)
        {
            if (Explains(findings[i], finding) && !IsLost(findings, i))
                return true;
        }
        return false;
    }

    // The block that a ';' has cut off from its 'if', or that is taken for its condition, may end the script for all that follows.
    private static bool IsBehindLostCondition(IReadOnlyList<Diagnostic> findings, int index)
    {
        for (var i = index - 1; i >= 0 && ReferenceEquals(findings[i].Span.File, findings[index].Span.File); i--)
        {
            if (findings[i].Descriptor == DiagnosticCatalog.EmptyBranch || findings[i].Descriptor == DiagnosticCatalog.MissingCondition)
                return true;
        }
        return false;
    }

    // An unknown function where the syntax is broken is told by that alone, and explains nothing itself: two findings must not drop each other.
    private static bool IsLost(IReadOnlyList<Diagnostic> findings, int index)
    {
        var finding = findings[index];
        if (finding.Descriptor != DiagnosticCatalog.UnknownFunction)
            return false;
        for (var i = index - 1; i >= 0 && IsNear(findings[i], finding); i--)
        {
            if (IsSyntax(findings[i]) && AreInOneStatement(findings[i], finding))
                return true;
        }
        for (var i = index + 1; i < findings.Count && IsNear(findings[i], finding); i++)
        {
            if (IsSyntax(findings[i]) && findings[i].Descriptor != DiagnosticCatalog.MissingSemicolon && AreInOneStatement(findings[i], finding))
                return true;
        }
        return false;
    }

    private static bool IsNear(Diagnostic a, Diagnostic b) => ReferenceEquals(a.Span.File, b.Span.File) && Math.Abs(a.Span.Line - b.Span.Line) <= 1;

    private static bool Explains(Diagnostic cause, Diagnostic finding)
    {
        // An open quote takes the rest of its line, and what closed there seems to be missing on the next.
        if (cause.Descriptor == DiagnosticCatalog.UnterminatedString)
        {
            return finding.Span.Line == cause.Span.Line
                || (finding.Descriptor == DiagnosticCatalog.MissingClosingParenthesis && finding.Message.Contains($" opened at {cause.Span.Line}:", StringComparison.Ordinal));
        }
        // An unknown word that ends where a ';' is missing was to go on: 'els if', 'goto X', 'force rport()'.
        if (cause.Descriptor == DiagnosticCatalog.UnknownFunction && finding.Descriptor is var kind && (kind == DiagnosticCatalog.MissingSemicolon || kind == DiagnosticCatalog.UnknownFunction))
            return finding.Span.Line == cause.Span.Line && finding.Span.Start - cause.Span.End is 0 or 1;

        // What is computed of something unknown is of no use either way.
        if (finding.Descriptor == DiagnosticCatalog.UselessExpression && cause.Severity == Severity.Error)
            return cause.Span.Start >= finding.Span.Start && cause.Span.End <= finding.Span.End;
        if (!IsSyntax(cause) || !AreInOneStatement(cause, finding))
            return false;
        if (IsSyntax(finding))
            return cause.Span.Start == finding.Span.Start ? Rank(cause) < Rank(finding) : cause.Span.Start < finding.Span.Start;

        // What stands before a missing ';' can be read, and what follows it is a statement of its own.
        return cause.Descriptor != DiagnosticCatalog.MissingSemicolon || finding.Span.Start == cause.Span.Start;
    }

    // What is missing says more than what stands there instead.
    private static int Rank(Diagnostic finding) =>
        finding.Descriptor == DiagnosticCatalog.UnexpectedToken ? 2 : finding.Descriptor == DiagnosticCatalog.UnknownCharacter ? 0 : 1;

    private static bool AreInOneStatement(Diagnostic a, Diagnostic b)
    {
        var (first, second) = a.Span.Start <= b.Span.Start ? (a.Span, b.Span) : (b.Span, a.Span);
        return first.File.Text.AsSpan(first.Start, second.Start - first.Start).IndexOfAny(Ends) < 0;
    }

    /// <summary>True for what the parser says. The directives of the preprocessor are lines of their own, and a template is told as one already.</summary>
    public static bool IsSyntax(Diagnostic finding) =>
        finding.Severity == Severity.Error && string.CompareOrdinal(finding.Code, "SS1000") > 0 && string.CompareOrdinal(finding.Code, "SS1029") < 0;
}
