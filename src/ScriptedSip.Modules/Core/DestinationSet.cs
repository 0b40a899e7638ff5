using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Core;

/// <summary>The destination set as a Contact header: the Request-URI when the script rewrote it, and the appended branches, with q where given.</summary>
internal static class DestinationSet
{
    private const int RoomPerEntry = 16;

    public static bool Exists(Frame frame) => frame.UriChanged || frame.BranchCount > 0;

    /// <summary>
    /// The header lines a reply made here carries: those the script gave, those of the caller, and in a 3xx the destination set as Contact, so that a
    /// redirect server is a script that rewrites and answers (RFC 3261 8.3).
    /// </summary>
    public static Utf8Text ReplyHeaders(Frame frame, int code, ReadOnlySpan<byte> headers = default)
    {
        var isRedirect = code is >= 300 and < 400 && Exists(frame);
        if (!isRedirect && headers.IsEmpty)
            return frame.ReplyHeaders;
        var length = frame.ReplyHeaders.Length + headers.Length + (isRedirect ? ContactLength(frame) + 2 : 0);
        var writer = new SpanWriter(frame.Arena.Reserve(length));
        writer.Write(frame.ReplyHeaders);
        writer.Write(headers);
        if (isRedirect)
        {
            WriteContact(frame, ref writer);
            writer.Write("\r\n"u8);
        }
        return frame.Arena.Commit(writer.Length);
    }

    /// <summary>Bytes that <see cref="WriteContact"/> needs at most.</summary>
    public static int ContactLength(Frame frame)
    {
        var length = "Contact: "u8.Length + frame.NewUri.Length + RoomPerEntry;
        foreach (ref readonly var branch in frame.Branches)
            length += branch.Uri.Length + RoomPerEntry;
        return length;
    }

    /// <summary>Writes the header without its line end.</summary>
    public static void WriteContact(Frame frame, ref SpanWriter writer)
    {
        writer.Write("Contact: "u8);
        var isFirst = true;
        if (frame.UriChanged)
            WriteEntry(ref writer, ref isFirst, frame.NewUri, frame.Q);
        foreach (ref readonly var branch in frame.Branches)
            WriteEntry(ref writer, ref isFirst, branch.Uri, branch.Q);
    }

    private static void WriteEntry(ref SpanWriter writer, ref bool isFirst, Utf8Text uri, int q)
    {
        if (!isFirst)
            writer.Write(", "u8);
        isFirst = false;
        writer.Write((byte)'<');
        writer.Write(uri);
        writer.Write((byte)'>');
        if (q == BranchTarget.NoQ)
            return;
        writer.Write(";q="u8);
        QValue.Write(ref writer, q);
    }
}
