using ScriptedSip.Script.Text;

namespace ScriptedSip.Server.Reload;

/// <summary>What came of an attempt to exchange the script.</summary>
/// <param name="IsDone">True when messages from now on enter the new script; false when the old one goes on.</param>
/// <param name="Findings">Everything there is to say about the new one; with errors when it was refused.</param>
/// <param name="Milliseconds">How long it took.</param>
/// <param name="Failure">Why the file could not even be read; null when it could.</param>
internal sealed record ReloadResult(bool IsDone, IReadOnlyList<Diagnostic> Findings, long Milliseconds, string? Failure = null)
{
    /// <summary>The findings worth an operator's time: notes are for authors.</summary>
    public IEnumerable<Diagnostic> Shown => Findings.Where(f => f.Severity != Severity.Note);
}
