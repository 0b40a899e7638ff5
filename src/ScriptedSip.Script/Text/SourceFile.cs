using System.Text;

namespace ScriptedSip.Script.Text;

/// <summary>One file of a script: its text, and the way from an offset to the line and column an author sees.</summary>
public sealed class SourceFile
{
    private readonly int[] _lineStarts;

    /// <param name="path">The name shown in diagnostics, as the author gave it.</param>
    /// <param name="text">The whole text; offsets count its UTF-16 units from 0.</param>
    public SourceFile(string path, string text)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(text);
        Path = path;
        Text = text;
        _lineStarts = FindLineStarts(text);
    }

    public string Path { get; }

    public string Text { get; }

    /// <summary>Number of lines; an empty file has one.</summary>
    public int LineCount => _lineStarts.Length;

    /// <summary>Reads a script as UTF-8, or as Latin-1 when it is not valid UTF-8 (old scripts carry comments in it).</summary>
    public static SourceFile Load(string path) => new(path, Decode(File.ReadAllBytes(path)));

    /// <summary>Line and column of an offset, both counted from 1; an offset past the end is the end.</summary>
    public (int Line, int Column) Locate(int offset)
    {
        offset = Math.Clamp(offset, 0, Text.Length);
        var index = Array.BinarySearch(_lineStarts, offset);
        if (index < 0)
            index = ~index - 1;
        return (index + 1, offset - _lineStarts[index] + 1);
    }

    /// <summary>Text of a line counted from 1, without its line end; empty when there is no such line.</summary>
    public ReadOnlySpan<char> LineText(int line)
    {
        if (line < 1 || line > _lineStarts.Length)
            return default;
        var start = _lineStarts[line - 1];
        var end = line < _lineStarts.Length ? _lineStarts[line] : Text.Length;
        return Text.AsSpan(start, end - start).TrimEnd("\r\n");
    }

    /// <summary>Offset of the first character of a line counted from 1.</summary>
    public int LineStart(int line) => _lineStarts[Math.Clamp(line, 1, _lineStarts.Length) - 1];

    public override string ToString() => Path;

    private static string Decode(byte[] bytes)
    {
        ReadOnlySpan<byte> content = bytes;
        if (content.StartsWith(Encoding.UTF8.Preamble))
            content = content[Encoding.UTF8.Preamble.Length..];
        var text = System.Text.Unicode.Utf8.IsValid(content) ? Encoding.UTF8.GetString(content) : Encoding.Latin1.GetString(content);

        // Lines that end in a carriage return alone: an editor of old made this file.
        return text.Contains('\n') ? text : text.Replace('\r', '\n');
    }

    private static int[] FindLineStarts(string text)
    {
        var starts = new List<int> { 0 };
        for (var i = text.IndexOf('\n', StringComparison.Ordinal); i >= 0; i = text.IndexOf('\n', i + 1))
            starts.Add(i + 1);
        return [.. starts];
    }
}
