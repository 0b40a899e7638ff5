using System.Text;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Uac;

/// <summary>What of a request was changed by uac functions, so that replies come back to the caller with what he has sent.</summary>
internal sealed class UacChanges : IReplyChange
{
    private readonly List<(string Realm, byte[] Line)> _answers = [];
    private byte[]? _from;
    private byte[]? _to;
    private byte[]? _sequence;

    /// <summary>The changes of a run and its transaction; made when there are none yet.</summary>
    public static UacChanges Of(Frame frame)
    {
        if (frame.ReplyChange is UacChanges changes)
            return changes;
        changes = new UacChanges();
        frame.ReplyChange = changes;
        return changes;
    }

    /// <summary>How often the CSeq was raised.</summary>
    public int Rounds { get; set; }

    public void KeepFrom(SipMessage request) => _from ??= request[AddressOf(request.From)].ToArray();

    public void KeepTo(SipMessage request) => _to ??= request[AddressOf(request.To)].ToArray();

    public void KeepSequence(SipMessage request) => _sequence ??= request[request.CSeq.NumberText].ToArray();

    /// <summary>Name and URI of a header value, without its parameters.</summary>
    public static Slice AddressOf(in NameAddrView value) =>
        Slice.Between(value.Whole.Offset, value.HasBrackets ? value.Uri.End + 1 : value.Uri.End);

    /// <summary>True when a challenge of that realm was answered before.</summary>
    public bool HasAnswered(ReadOnlySpan<byte> realm)
    {
        foreach (var answer in _answers)
        {
            if (answer.Realm == Encoding.UTF8.GetString(realm))
                return true;
        }
        return false;
    }

    /// <summary>Adds the header line for a realm, in the place of an earlier one, and writes those of all realms.</summary>
    public void Answer(Frame frame, ReadOnlySpan<byte> realm, Utf8Text line)
    {
        var name = Encoding.UTF8.GetString(realm);
        _answers.RemoveAll(a => a.Realm == name);
        _answers.Add((name, line.Span.ToArray()));
        byte[] all = [.. _answers.SelectMany(a => a.Line)];
        var position = frame.Edits.FindDeferred(CredentialLines.One);
        if (position < 0)
            frame.Edits.InsertDeferred(frame.Message.HeadersEnd, CredentialLines.One, all);
        else
            frame.Edits.SetArgument(position, all, default);
    }

    /// <inheritdoc/>
    public void Apply(SipMessage reply, MessageEdits edits)
    {
        if (_from is not null && reply.From.Uri.IsPresent)
            edits.Replace(AddressOf(reply.From), _from);
        if (_to is not null && reply.To.Uri.IsPresent)
            edits.Replace(AddressOf(reply.To), _to);
        if (_sequence is not null && reply.CSeq.NumberText.IsPresent)
            edits.Replace(reply.CSeq.NumberText, _sequence);
    }

    private sealed class CredentialLines : IDeferredText
    {
        public static readonly CredentialLines One = new();

        public void Write(ref SpanWriter writer, Utf8Text argument, in SendingContext sending) => writer.Write(argument);
    }
}
