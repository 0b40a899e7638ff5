using System.Globalization;

namespace ScriptedSip.Script.Text;

public enum Severity
{
    /// <summary>Something worth knowing; changes no exit code.</summary>
    Note,

    /// <summary>The script loads, but may not do what its author meant.</summary>
    Warning,

    /// <summary>The script does not load.</summary>
    Error,
}

/// <summary>One finding about a script, at a place its author can edit.</summary>
/// <param name="Descriptor">Which finding; carries code and explanation.</param>
/// <param name="Severity">How bad; the descriptor's, unless the reporter knew better.</param>
/// <param name="Span">Where.</param>
/// <param name="Message">What, in one sentence without a full stop.</param>
/// <param name="Hint">What to do about it, or null.</param>
public sealed record Diagnostic(DiagnosticDescriptor Descriptor, Severity Severity, TextSpan Span, string Message, string? Hint)
{
    /// <summary>A finding of a kind at a place.</summary>
    public static Diagnostic Of(DiagnosticDescriptor descriptor, TextSpan span, string? hint, params ReadOnlySpan<object?> arguments)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        return new Diagnostic(descriptor, descriptor.Severity, span, string.Format(CultureInfo.InvariantCulture, descriptor.Format, arguments), hint);
    }

    /// <summary>The stable code, such as <c>SS1003</c>.</summary>
    public string Code => Descriptor.Code;

    /// <summary>The one-line form: <c>file:line:col: error SSnnnn: text; hint</c>.</summary>
    public override string ToString() => DiagnosticPrinter.Line(this);
}

/// <summary>A kind of finding: everything about it that does not depend on the place.</summary>
/// <param name="Code">Stable code; SS1xxx syntax, SS2xxx names and meaning, SS3xxx settings, SS4xxx reload.</param>
/// <param name="Severity">Severity unless the reporter says otherwise.</param>
/// <param name="Format">Message as a composite format.</param>
/// <param name="Explanation">One paragraph for <c>explain CODE</c>.</param>
public sealed record DiagnosticDescriptor(string Code, Severity Severity, string Format, string Explanation)
{
    /// <summary>What it is about, in one phrase: the message without what depends on the place.</summary>
    public string Title => string.Format(CultureInfo.InvariantCulture, Format, "…", "…", "…", "…").Replace("……", "…", StringComparison.Ordinal);
}
