namespace ScriptedSip.Script.Text;

/// <summary>A stretch of one source file; what every node and diagnostic points at.</summary>
/// <param name="File">The file; null only in the default value, which points nowhere.</param>
/// <param name="Start">Offset of the first character, from 0.</param>
/// <param name="Length">Number of characters; 0 is a place between two characters.</param>
public readonly record struct TextSpan(SourceFile File, int Start, int Length)
{
    public int End => Start + Length;

    /// <summary>Line of the first character, from 1.</summary>
    public int Line => File is null ? 0 : File.Locate(Start).Line;

    /// <summary>Column of the first character, from 1.</summary>
    public int Column => File is null ? 0 : File.Locate(Start).Column;

    /// <summary>The characters covered.</summary>
    public ReadOnlySpan<char> Text => File is null ? default : File.Text.AsSpan(Start, Math.Min(Length, File.Text.Length - Start));

    /// <summary>From the start of this span to the end of another of the same file; otherwise this span.</summary>
    public TextSpan To(TextSpan last) =>
        ReferenceEquals(File, last.File) && last.End >= Start ? this with { Length = last.End - Start } : this;

    /// <summary>The empty span right after the last character: where something is missing.</summary>
    public TextSpan After => new(File, End, 0);

    public override string ToString() => File is null ? "" : $"{File.Path}:{Line}:{Column}";
}
