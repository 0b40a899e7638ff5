using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.TextOps;

/// <summary>Changes of a whole body. Content-Length follows by itself when the message is written.</summary>
internal static class BodyEdits
{
    /// <summary>Another body of another type.</summary>
    public static void Replace(Frame frame, ReadOnlySpan<byte> body, ReadOnlySpan<byte> type)
    {
        var message = frame.Message;
        if (message.Body.IsEmpty)
            frame.Edits.Insert(message.Length, body);
        else
            frame.Edits.Replace(message.Body, body);
        ReplaceType(frame, type);
    }

    /// <summary>Another Content-Type; the header is added when missing.</summary>
    public static void ReplaceType(Frame frame, ReadOnlySpan<byte> type)
    {
        var message = frame.Message;
        var value = message.FirstValue(HeaderId.ContentType);
        if (value.IsPresent)
        {
            frame.Edits.Replace(value, type);
            return;
        }
        var line = frame.Arena.Concat(frame.Arena.Concat("Content-Type: "u8, type).Span, "\r\n"u8);
        frame.Edits.Insert(message.HeadersEnd, line.Span);
    }
}
