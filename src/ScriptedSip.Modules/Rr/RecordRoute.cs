using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Modules.Rr;

/// <summary>How Record-Route values look, from the parameters of rr.</summary>
/// <param name="LooseParameter"><c>;lr=on</c> or <c>;lr</c>.</param>
/// <param name="IsDoubled">Two lines when the message leaves through another socket than it came in at.</param>
/// <param name="AppendsFromTag">Whether <c>;ftag=</c> is written.</param>
internal sealed record RecordRouteForm(Utf8Text LooseParameter, bool IsDoubled = true, bool AppendsFromTag = true);

/// <summary>Puts Record-Route lines among the edits of a request, once per request.</summary>
internal sealed class RecordRoute(RecordRouteForm form)
{
    private readonly RecordRouteLine _outbound = new(RecordRouteLine.Side.Outbound, form.IsDoubled);
    private readonly RecordRouteLine _inbound = new(RecordRouteLine.Side.Inbound, form.IsDoubled);
    private readonly EditMark _preset = new();
    private readonly EditMark _waitingParameters = new();

    /// <summary>True when the request has its Record-Route already.</summary>
    public bool IsDone(MessageEdits edits) => edits.FindDeferred(_inbound) >= 0 || edits.FindDeferred(_preset) >= 0;

    /// <summary>True when it has lines that parameters can still be added to.</summary>
    public bool TakesParameters(MessageEdits edits) => edits.FindDeferred(_inbound) >= 0;

    /// <summary>Adds the line(s) that name our sockets, or <paramref name="address"/> instead; false when that was done before or a part is too long.</summary>
    public bool Add(Frame frame, ReadOnlySpan<byte> user, ReadOnlySpan<byte> address, ReadOnlySpan<byte> parameters)
    {
        var edits = frame.Edits;
        if (IsDone(edits) || user.Length > RecordRouteLine.LongestPart || address.Length > RecordRouteLine.LongestPart)
            return false;
        var waiting = edits.FindDeferred(_waitingParameters);
        var more = waiting < 0 ? default : edits.TextOf(edits.All[waiting]).Span;
        var ftag = FromTag(frame);
        var room = frame.Arena.Reserve(user.Length + address.Length + ftag.Length + parameters.Length + more.Length + 64);
        var writer = new SpanWriter(room);
        RecordRouteLine.WriteArgument(ref writer, user, address, form.LooseParameter.Span);
        WriteFromTag(ref writer, ftag);
        writer.Write(parameters);
        writer.Write(more);
        var at = Place(frame.Message);
        edits.InsertDeferred(at, _outbound, writer.Written);
        edits.InsertDeferred(at, _inbound, writer.Written);
        return true;
    }

    /// <summary>
    /// Adds a line with an address the script gives, and with a second address two: <paramref name="outbound"/> for the side the request goes to, above
    /// <paramref name="inbound"/> for the side it comes from.
    /// </summary>
    public bool AddPreset(Frame frame, ReadOnlySpan<byte> user, ReadOnlySpan<byte> outbound, ReadOnlySpan<byte> inbound)
    {
        if (IsDone(frame.Edits))
            return false;
        var ftag = FromTag(frame);
        var room = frame.Arena.Reserve(outbound.Length + inbound.Length + (2 * (user.Length + ftag.Length + 64)));
        var writer = new SpanWriter(room);
        WritePreset(ref writer, user, outbound, ftag, !inbound.IsEmpty);
        if (!inbound.IsEmpty)
            WritePreset(ref writer, user, inbound, ftag, true);
        var at = Place(frame.Message);
        frame.Edits.Insert(at, writer.Written);
        frame.Edits.InsertDeferred(at, _preset, default);
        return true;
    }

    /// <summary>Adds parameters to the line(s) that are there or will be.</summary>
    public void AddParameters(Frame frame, ReadOnlySpan<byte> parameters)
    {
        var edits = frame.Edits;
        if (edits.FindDeferred(_inbound) >= 0)
        {
            Append(edits, _outbound, parameters);
            Append(edits, _inbound, parameters);
        }
        else if (edits.FindDeferred(_waitingParameters) >= 0)
        {
            Append(edits, _waitingParameters, parameters);
        }
        else
        {
            edits.InsertDeferred(Place(frame.Message), _waitingParameters, parameters);
        }
    }

    /// <summary>Puts a parameter into the line(s) that are there or will be, in the place of one of that name.</summary>
    public void SetParameter(Frame frame, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var edits = frame.Edits;
        Remove(edits, _outbound, name);
        Remove(edits, _inbound, name);
        Remove(edits, _waitingParameters, name);
        var writer = new SpanWriter(frame.Arena.Reserve(name.Length + value.Length + 2));
        writer.Write((byte)';');
        writer.Write(name);
        writer.Write((byte)'=');
        writer.Write(value);
        AddParameters(frame, writer.Written);
    }

    private void Remove(MessageEdits edits, IDeferredText text, ReadOnlySpan<byte> name)
    {
        var position = edits.FindDeferred(text);
        if (position < 0)
            return;
        var argument = edits.TextOf(edits.All[position]).Span;
        var start = ReferenceEquals(text, _waitingParameters) ? 0 : RecordRouteLine.ParametersOf(argument);
        if (!UriParser.TryGetParameter(argument[start..], name, out var value) || value.IsEmpty)
            return;
        var end = start + value.End;
        var before = argument[..(start + value.Offset)].LastIndexOf((byte)';');
        edits.SetArgument(position, argument[..before], argument[end..]);
    }

    private static void Append(MessageEdits edits, IDeferredText text, ReadOnlySpan<byte> parameters)
    {
        var position = edits.FindDeferred(text);
        edits.SetArgument(position, edits.TextOf(edits.All[position]).Span, parameters);
    }

    // Above the Record-Route values of earlier hops (RFC 3261 16.6 step 4); the first one goes behind the Vias.
    private static int Place(SipMessage message)
    {
        var first = message.First(HeaderId.RecordRoute);
        if (first >= 0)
            return message.Header(first).Line.Offset;
        var via = message.Last(HeaderId.Via);
        return via >= 0 ? message.Header(via).Line.End : message.HeadersEnd;
    }

    private ReadOnlySpan<byte> FromTag(Frame frame) => form.AppendsFromTag ? frame.Message[frame.Message.From.Tag] : default;

    private static void WriteFromTag(ref SpanWriter writer, ReadOnlySpan<byte> ftag)
    {
        if (ftag.IsEmpty)
            return;
        writer.Write(";ftag="u8);
        writer.Write(ftag);
    }

    private void WritePreset(ref SpanWriter writer, ReadOnlySpan<byte> user, ReadOnlySpan<byte> address, ReadOnlySpan<byte> ftag, bool isDouble)
    {
        writer.Write("Record-Route: <sip:"u8);
        if (!user.IsEmpty)
        {
            writer.Write(user);
            writer.Write((byte)'@');
        }
        writer.Write(address);
        if (isDouble)
            writer.Write(";r2=on"u8);
        writer.Write(form.LooseParameter);
        WriteFromTag(ref writer, ftag);
        writer.Write(">\r\n"u8);
    }
}
