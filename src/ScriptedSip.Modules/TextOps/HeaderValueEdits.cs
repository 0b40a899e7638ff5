using System.Text;
using ScriptedSip.Modules.Core;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.TextOps;

/// <summary>
/// Single values of headers: added, replaced, taken out, looked for. What they change is seen in what is sent; a value is found where the message
/// came with it.
/// </summary>
internal static class HeaderValueEdits
{
    /// <summary>Adds a line behind the value named, or behind all headers.</summary>
    public static bool Append(Frame frame, HeaderValueName name, Utf8Text value) => Add(frame, name, value, isBehind: true);

    /// <summary>Adds a line in front of the value named, or in front of all headers.</summary>
    public static bool Insert(Frame frame, HeaderValueName name, Utf8Text value) => Add(frame, name, value, isBehind: false);

    /// <summary>Takes out the values named, or a parameter of theirs; false when there are none.</summary>
    public static bool Remove(Frame frame, HeaderValueName name)
    {
        var message = frame.Message;
        var (first, last) = name.Range(HeaderValues.Count(message, name.Header));
        if (name.Parameter.Length == 0)
            return TakeOut(frame, name.Header, first, last, default);
        var values = new HeaderValues(message, name.Header);
        var isChanged = false;
        for (var i = 0; i <= last && values.MoveNext(); i++)
        {
            if (i >= first && ParameterOf(message, values.Current, name.Parameter) is { IsPresent: true } parameter)
                isChanged |= frame.Edits.Delete(parameter);
        }
        return isChanged;
    }

    /// <summary>Puts another value in the place of those named, or gives a parameter of theirs another value; false when there are none.</summary>
    public static bool Assign(Frame frame, HeaderValueName name, Utf8Text value)
    {
        var message = frame.Message;
        var (first, last) = name.Range(HeaderValues.Count(message, name.Header));
        var values = new HeaderValues(message, name.Header);
        var isChanged = false;
        for (var i = 0; i <= last && values.MoveNext(); i++)
        {
            if (i < first)
                continue;
            isChanged = true;
            if (name.Parameter.Length == 0)
            {
                frame.Edits.Replace(values.Current, value.Span);
                continue;
            }
            var text = frame.Arena.Concat(frame.Arena.Concat(";"u8, name.Parameter).Span, value.IsEmpty ? default : frame.Arena.Concat("="u8, value.Span).Span);
            if (ParameterOf(message, values.Current, name.Parameter) is { IsPresent: true } parameter)
                frame.Edits.Replace(parameter, text.Span);
            else
                frame.Edits.Insert(values.Current.End, text.Span);
        }
        return isChanged;
    }

    /// <summary>True when one of the values is this one, in any case.</summary>
    public static bool Exists(Frame frame, HeaderName header, Utf8Text value)
    {
        var values = new HeaderValues(frame.Message, header);
        while (values.MoveNext())
        {
            if (Ascii.EqualsIgnoreCase(frame.Message[values.Current], value.Span))
                return true;
        }
        return false;
    }

    /// <summary>Adds a value unless the message came with it; to the first line of that name when there is one.</summary>
    public static void Include(Frame frame, HeaderName header, Utf8Text value)
    {
        if (Exists(frame, header, value))
            return;
        var message = frame.Message;
        var row = message.FindNext(header.Id, header.Name.Span, -1);
        if (row < 0)
            frame.Edits.Insert(message.HeadersEnd, Line(frame, header, value).Span);
        else
            frame.Edits.Insert(message.Header(row).Value.End, ", "u8, value.Span);
    }

    /// <summary>Takes a value out wherever it stands; false when it stands nowhere.</summary>
    public static bool Exclude(Frame frame, HeaderName header, Utf8Text value) => TakeOut(frame, header, 0, -1, value);

    private static bool Add(Frame frame, HeaderValueName name, Utf8Text value, bool isBehind)
    {
        if (value.IsEmpty || value.Span.IndexOfAny((byte)'\r', (byte)'\n') >= 0)
            return false;
        var message = frame.Message;
        var at = isBehind || message.HeaderCount == 0 ? message.HeadersEnd : message.Header(0).Line.Offset;
        if (name.Index is not null)
        {
            var (first, last) = name.Range(HeaderValues.Count(message, name.Header));
            if (last < first)
                return false;
            var values = new HeaderValues(message, name.Header);
            for (var i = 0; i <= first; i++)
                values.MoveNext();
            var line = message.Header(values.Row).Line;
            at = isBehind ? line.End : line.Offset;
        }
        frame.Edits.Insert(at, Line(frame, name.Header, value).Span);
        return true;
    }

    // The values from first to last, and those that equal the text. A line none is left of goes, too.
    private static bool TakeOut(Frame frame, HeaderName header, int first, int last, Utf8Text equal)
    {
        var message = frame.Message;
        var isChanged = false;
        var position = 0;
        for (var row = message.FindNext(header.Id, header.Name.Span, -1); row >= 0; row = message.FindNext(header.Id, header.Name.Span, row))
        {
            ref readonly var line = ref message.Header(row);
            var kept = new SpanWriter(frame.Arena.Reserve(2 * (line.Value.Length + 1)));
            var isTaken = false;
            for (var values = HeaderValues.InLine(message, row); values.MoveNext(); position++)
            {
                var value = message[values.Current];
                if ((position >= first && position <= last) || (!equal.IsEmpty && Ascii.EqualsIgnoreCase(value, equal.Span)))
                {
                    isTaken = true;
                    continue;
                }
                if (kept.Length > 0)
                    kept.Write(", "u8);
                kept.Write(value);
            }
            if (isTaken && kept.Length == 0)
                frame.Edits.Delete(line.Line);
            else if (isTaken)
                frame.Edits.Replace(line.Value, kept.Written);
            isChanged |= isTaken;
        }
        return isChanged;
    }

    // From its ';' to the next one.
    private static Slice ParameterOf(SipMessage message, Slice value, ReadOnlySpan<byte> name)
    {
        var bytes = message[value];
        // Parameters of the value, not of a URI in angle brackets.
        var from = bytes.LastIndexOf((byte)'>') + 1;
        var found = ParameterList.Find(bytes[from..], name);
        if (!found.IsPresent)
            return Slice.None;
        var start = bytes[..(from + found.Offset)].LastIndexOf((byte)';');
        if (start < 0)
            return Slice.None;
        var rest = bytes[(start + 1)..].IndexOf((byte)';');
        return Slice.Between(value.Offset + start, rest < 0 ? value.End : value.Offset + start + 1 + rest);
    }

    private static Utf8Text Line(Frame frame, HeaderName header, Utf8Text value)
    {
        var writer = new SpanWriter(frame.Arena.Reserve(header.Name.Length + value.Length + 4));
        writer.Write(header.Name);
        writer.Write(": "u8);
        writer.Write(value);
        writer.Write("\r\n"u8);
        return frame.Arena.Commit(writer.Length);
    }
}
