using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.Dialog;

/// <summary>
/// Reads the two route sets of a call from the Record-Route values of its 2xx (RFC 3261 12.1.2). Above this server's own values are those on the
/// way to the callee, nearest last; below are those on the way to the caller, nearest first.
/// </summary>
internal static class CallRoutes
{
    public static (Utf8Text Caller, Utf8Text Callee) Read(SipMessage reply, LocalNames names)
    {
        var toCaller = new List<byte[]>();
        var toCallee = new List<byte[]>();
        var isBelow = false;
        for (var row = reply.First(HeaderId.RecordRoute); row >= 0; row = reply.Header(row).NextSame)
        {
            var rest = reply.Header(row).Value;
            while (!rest.IsEmpty && NameAddrParser.TryParse(reply.Buffer, rest.Offset, rest.End, out var value))
            {
                if (IsOwn(reply[value.Uri], names))
                    isBelow = true;
                else if (isBelow)
                    toCaller.Add(reply[value.Whole].ToArray());
                else
                    toCallee.Insert(0, reply[value.Whole].ToArray());
                rest = value.End < rest.End ? Slice.Between(value.End + 1, rest.End) : Slice.None;
            }
        }
        return isBelow ? (Join(toCaller), Join(toCallee)) : default;
    }

    private static bool IsOwn(ReadOnlySpan<byte> uri, LocalNames names) =>
        UriParser.TryParse(uri, out var parts) && names.IsMyself(parts.Host.In(uri), parts.Port == 0 ? ListenSocket.DefaultPort : parts.Port, TransportProtocol.None);

    private static Utf8Text Join(List<byte[]> values)
    {
        if (values.Count == 0)
            return default;
        var text = new byte[values.Sum(static v => v.Length) + 2 * (values.Count - 1)];
        var writer = new SpanWriter(text);
        foreach (var value in values)
        {
            if (writer.Length > 0)
                writer.Write(", "u8);
            writer.Write(value);
        }
        return new Utf8Text(text);
    }
}
