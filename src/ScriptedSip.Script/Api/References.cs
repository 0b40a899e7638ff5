using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Script.Api;

/// <summary>A header name resolved at load: by id when known, else by its bytes.</summary>
public readonly record struct HeaderName(HeaderId Id, Utf8Text Name);

/// <summary>Text with pseudo-variables in it, split at load: "text $ru text".</summary>
public abstract class Format
{
    /// <summary>The text for this run. A format without variables costs nothing; others are written into the frame's arena.</summary>
    public abstract Utf8Text Render(Frame frame);
}

/// <summary>A message flag that a module parameter names, by number or by a name the script gives it; the default is none.</summary>
/// <param name="Mask">The flag as a bit of <see cref="Frame.Flags"/>; 0 for none.</param>
public readonly record struct ScriptFlag(uint Mask);

/// <summary>Texts with names, as a module parameter lists them: <c>"src=$si;user=$fU"</c>.</summary>
public sealed record NamedFormats(IReadOnlyList<(string Name, Format Value)> All);

/// <summary>A POSIX extended regular expression over bytes, compiled at load (or per use when its text holds variables), case-insensitive as in the dialect.</summary>
public abstract class BytePattern
{
    public abstract bool IsMatch(Frame frame, ReadOnlySpan<byte> text);

    /// <summary>Place of the first match, relative to the text; absent when none.</summary>
    public abstract Slice Find(Frame frame, ReadOnlySpan<byte> text);
}

/// <summary>
/// A substitution as textops writes it, <c>/regex/replacement/flags</c>, taken apart and compiled at load. In the replacement <c>\0</c> to <c>\9</c>
/// are what matched and its groups, and pseudo-variables are expanded; flag g means all matches, i ignores case, s makes one line of the text.
/// </summary>
public abstract class Substitution
{
    /// <summary>Every match is to be replaced, not just the first.</summary>
    public abstract bool IsGlobal { get; }

    /// <summary>The first match at or behind an offset, relative to the text, and what goes in its place (in the frame's arena); false when there is none.</summary>
    public abstract bool TryMatch(Frame frame, ReadOnlySpan<byte> text, int from, out Slice match, out Utf8Text replacement);
}

/// <summary>A route block named by a script and found at load. A transaction that keeps one stays on its script version.</summary>
public abstract class RouteRef
{
    public abstract string Name { get; }

    /// <summary>Runs the block on a frame; the frame tells how it ended.</summary>
    public abstract void Run(Frame frame);
}

/// <summary>A pseudo-variable a function writes its result to, like the output arguments of OpenSIPS 3 or <c>"$avp(s:x)"</c> in quotes.</summary>
public abstract class VariableRef
{
    public abstract Value Get(Frame frame);

    /// <summary>False when the variable refused the value.</summary>
    public abstract bool Set(Frame frame, AssignKind kind, in Value value);

    /// <summary>The AVP name behind <c>$avp(…)</c>, or 0 when it is another kind of variable.</summary>
    public abstract int AvpName { get; }
}
