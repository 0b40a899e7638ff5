using ScriptedSip.Modules.TextOps;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Nat;

/// <summary>The session description of a message (RFC 8866), alone or as a part of a multipart body, and the addresses in it.</summary>
internal static class SdpBody
{
    /// <summary>Where the description lies in the message; absent when there is none.</summary>
    public static Slice Find(SipMessage message)
    {
        if (message.Body.IsEmpty)
            return Slice.None;
        var type = message[message.FirstValue(HeaderId.ContentType)];
        if (ContentTypes.IsMultipart(type))
            return ContentTypes.TryFindPart(type, message[message.Body], "application/sdp"u8, out var part, out _) ? part.Shift(message.Body.Offset) : Slice.None;
        return ContentTypes.IsOfType(type, "application/sdp"u8) ? message.Body : Slice.None;
    }

    /// <summary>
    /// Goes to the next line of a kind, 'c' or 'o', that holds an address. <paramref name="at"/> moves behind it; the address comes with its type
    /// ("IP4 192.0.2.1") and both slices count from the start of the message.
    /// </summary>
    public static bool NextAddress(SipMessage message, Slice sdp, byte kind, ref int at, out Slice typeAndAddress, out Slice address)
    {
        typeAndAddress = address = Slice.None;
        var bytes = message.Span;
        while (at < sdp.End)
        {
            var length = bytes[at..sdp.End].IndexOf((byte)'\n');
            var start = at;
            var end = length < 0 ? sdp.End : at + length;
            at = end + 1;
            if (end > start && bytes[end - 1] == '\r')
                end--;
            if (end - start < 2 || bytes[start] != kind || bytes[start + 1] != '=' || !TryFindType(bytes[start..end], out var type))
                continue;
            typeAndAddress = Slice.Between(start + type, end);
            // A multicast address has its TTL behind a slash (RFC 8866 5.7).
            var text = bytes[(start + type + 4)..end];
            var slash = text.IndexOf((byte)'/');
            address = new Slice(start + type + 4, slash < 0 ? text.Length : slash);
            return true;
        }
        return false;
    }

    private static bool TryFindType(ReadOnlySpan<byte> line, out int at)
    {
        at = line.LastIndexOf(" IP4 "u8);
        if (at < 0)
            at = line.LastIndexOf(" IP6 "u8);
        at++;
        return at > 0;
    }
}
