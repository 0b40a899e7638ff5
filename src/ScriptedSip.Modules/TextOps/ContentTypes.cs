using System.Text;
using ScriptedSip.Modules.Core;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.TextOps;

/// <summary>Content-Type values (RFC 3261 20.15) and the parts of a multipart body (RFC 2046 5.1).</summary>
internal static class ContentTypes
{
    /// <summary>True when type and subtype are the wanted ones, whatever the parameters.</summary>
    public static bool IsOfType(ReadOnlySpan<byte> value, ReadOnlySpan<byte> wanted)
    {
        var end = value.IndexOf((byte)';');
        return Ascii.EqualsIgnoreCase((end < 0 ? value : value[..end]).Trim(" \t"u8), wanted.Trim(" \t"u8));
    }

    public static bool IsMultipart(ReadOnlySpan<byte> value) => value.Length > 10 && Ascii.EqualsIgnoreCase(value[..10], "multipart/"u8);

    /// <summary>The first part of a multipart body that has the wanted type: its content, and its Content-Type value, both relative to the body.</summary>
    public static bool TryFindPart(ReadOnlySpan<byte> contentType, ReadOnlySpan<byte> body, ReadOnlySpan<byte> wanted, out Slice content, out Slice type)
    {
        content = type = Slice.None;
        var semicolon = contentType.IndexOf((byte)';');
        if (semicolon < 0)
            return false;
        var parameters = contentType[semicolon..];
        var boundary = ParameterList.Find(parameters, "boundary"u8).In(parameters);
        if (boundary.IsEmpty)
            return false;
        var start = NextDelimiter(body, 0, boundary, out _);
        while (start >= 0)
        {
            var end = NextDelimiter(body, start, boundary, out var delimiter);
            if (end < 0)
                return false;
            // The line end in front of a delimiter belongs to the delimiter.
            var part = body[start..delimiter];
            var headersEnd = part.IndexOf("\r\n\r\n"u8);
            if (headersEnd >= 0 && TryFindType(part[..headersEnd], out var found) && IsOfType(found.In(part), wanted))
            {
                content = Slice.Between(start + headersEnd + 4, delimiter);
                type = found.Shift(start);
                return true;
            }
            start = end;
        }
        return false;
    }

    private static bool TryFindType(ReadOnlySpan<byte> headers, out Slice value)
    {
        var at = 0;
        while (at < headers.Length)
        {
            var length = headers[at..].IndexOf("\r\n"u8);
            var end = length < 0 ? headers.Length : at + length;
            var line = headers[at..end];
            var colon = line.IndexOf((byte)':');
            if (colon > 0 && Ascii.EqualsIgnoreCase(line[..colon].Trim(" \t"u8), "Content-Type"u8))
            {
                var text = line[(colon + 1)..];
                var leading = text.Length - text.TrimStart(" \t"u8).Length;
                value = new Slice(at + colon + 1 + leading, text.Trim(" \t"u8).Length);
                return true;
            }
            at = end + 2;
        }
        value = Slice.None;
        return false;
    }

    // Offset behind the next "--boundary" line, -1 when there is none; delimiter is where its line end before begins.
    private static int NextDelimiter(ReadOnlySpan<byte> body, int from, ReadOnlySpan<byte> boundary, out int delimiter)
    {
        for (var at = from; at < body.Length; at++)
        {
            var next = body[at..].IndexOf(boundary);
            if (next < 0)
                break;
            at += next;
            var isDelimiter = at >= 2 && body[at - 1] == '-' && body[at - 2] == '-' && (at == 2 || body[at - 3] == '\n');
            if (!isDelimiter)
                continue;
            delimiter = Math.Max(from, at - 4);
            var lineEnd = body[at..].IndexOf((byte)'\n');
            return lineEnd < 0 ? body.Length : at + lineEnd + 1;
        }
        delimiter = -1;
        return -1;
    }
}
