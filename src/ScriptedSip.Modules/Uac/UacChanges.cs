using ScriptedSip.Modules.Auth;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transactions;

namespace ScriptedSip.Modules.Uac;

/// <summary>What of a request was changed by uac functions, so that replies come back to the caller with what he has sent.</summary>
internal sealed class UacChanges : IReplyChange
{
    private readonly List<Answered> _answers = [];
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

    /// <summary>True when a challenge of that realm by the target of a branch was answered before.</summary>
    public bool HasAnswered(ClientBranch branch, Utf8Text realm) =>
        _answers.Exists(a => a.Realm == realm && a.IsFor(branch.Uri, branch.NextHopUri, branch.Path));

    /// <summary>Keeps the header line for a realm, in the place of an earlier one; it goes with what is sent to the target of that branch, and to no other.</summary>
    public void Answer(ClientBranch branch, HeaderId header, Utf8Text realm, Utf8Text line)
    {
        _answers.RemoveAll(a => a.Realm == realm && a.IsFor(branch.Uri, branch.NextHopUri, branch.Path));
        _answers.Add(new Answered(Copy(branch.Uri), Copy(branch.NextHopUri), Copy(branch.Path), header, Copy(realm), Copy(line)));
    }

    /// <inheritdoc/>
    public void Sending(Frame branch)
    {
        foreach (var answer in _answers)
        {
            if (!answer.IsFor(branch.RequestUri, branch.DestinationUri, branch.Path))
                continue;
            // Credentials of the caller for the same realm: only one set can count.
            if (DigestCredentials.TryFind(branch.Message, answer.Header, answer.Realm.Span, out var own))
                branch.Edits.Delete(branch.Message.Header(own.Row).Line);
            branch.Edits.Insert(branch.Message.HeadersEnd, answer.Line.Span);
        }
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

    private static Utf8Text Copy(Utf8Text text) => Utf8Text.CopyOf(text.Span);

    // Another gateway could pass them on, and asks with a nonce of its own.
    private sealed record Answered(Utf8Text Uri, Utf8Text NextHopUri, Utf8Text Path, HeaderId Header, Utf8Text Realm, Utf8Text Line)
    {
        public bool IsFor(Utf8Text uri, Utf8Text nextHopUri, Utf8Text path) => Uri == uri && NextHopUri == nextHopUri && Path == path;
    }
}
