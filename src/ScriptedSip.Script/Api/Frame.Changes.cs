using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Script.Api;

/// <content>Changes that are to be seen by the rest of the run.</content>
public sealed partial class Frame
{
    private readonly List<(SipMessage Message, MessageBuffer Bytes)> _applied = [];

    /// <summary>
    /// Writes the changes made so far into a message of its own, which the rest of the run reads in place of the received one. False when the message has
    /// a transaction, which keeps the bytes it was made with, and when the result would be no message.
    /// </summary>
    public bool ApplyChanges()
    {
        if (Transaction is not null)
            return false;
        if (Edits.Count == 0)
            return true;
        var old = Message;
        var room = MessageWriter.UpperBound(old, Edits, 0);
        if (room > MessageBufferPool.LargestSize)
            return false;
        var bytes = Context.Buffers.Rent(room);
        var writer = new SpanWriter(bytes.Bytes);
        MessageWriter.WriteOwn(ref writer, old, Edits, old.Local);
        bytes.Length = writer.Length;
        var message = Context.RentMessage();
        // Texts of the run may lie in either message, so both are kept to its end.
        _applied.Add((message, bytes));
        if (writer.Overflowed || !MessageParser.Parse(message, bytes.Bytes, bytes.Length, old.Source.Protocol != TransportProtocol.Udp)
            || message.Failure != ParseFailure.None || message.IsRequest != old.IsRequest)
            return false;
        message.Source = old.Source;
        message.Local = old.Local;
        message.Stamp = old.Stamp;
        message.Match = old.Match;
        message.Id = old.Id;
        // The Request-URI as rewritten stays a change of its own: the bytes hold the received one.
        Message = message;
        Edits.Clear();
        return true;
    }

    private void ReleaseApplied()
    {
        foreach (var (message, bytes) in _applied)
        {
            Context.Return(message);
            bytes.Release();
        }
        _applied.Clear();
    }
}
