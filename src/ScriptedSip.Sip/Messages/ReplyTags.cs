using System.Buffers.Text;

namespace ScriptedSip.Sip.Messages;

/// <summary>
/// To-tags of stateless replies: the same for every copy of a request (RFC 3261 8.2.7), unpredictable from outside, and recognisable when the ACK
/// brings them back.
/// </summary>
public static class ReplyTags
{
    /// <summary>Length of a tag in bytes.</summary>
    public const int Length = 32;

    /// <summary>Writes the tag of a request's stateless replies; the ACK to one of them gives the same.</summary>
    public static void Write(SipMessage request, Span<byte> tag)
    {
        var hash = KeyedHash.Start();
        hash.Add(request[request.CallId]);
        hash.Add(request[request.From.Tag]);
        hash.Add(request[request.Via.Host]);
        hash.Add((ulong)request.Via.Port);
        if (request.Via.HasMagicCookie)
            hash.Add(request[request.Via.Branch]);
        else
            hash.Add(request.CSeq.Number);
        var (high, low) = hash.Finish();
        Utf8Formatter.TryFormat(high, tag, out _, new System.Buffers.StandardFormat('x', 16));
        Utf8Formatter.TryFormat(low, tag[16..], out _, new System.Buffers.StandardFormat('x', 16));
    }
}
