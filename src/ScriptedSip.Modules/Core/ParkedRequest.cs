using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.Core;

/// <summary>A request that waits for its next hop to be looked up, with all that its copy will be written from.</summary>
internal sealed class ParkedRequest : IResolutionWaiter
{
    private readonly StatelessForwarder _owner;
    private readonly MessageBuffer _bytes;

    public ParkedRequest(StatelessForwarder owner, Frame frame)
    {
        _owner = owner;
        var original = frame.Message;
        _bytes = frame.Context.Buffers.Rent(original.Length);
        original.Span.CopyTo(_bytes.Bytes);
        _bytes.Length = original.Length;
        // The slices of a message point into its own buffer, so the copy is read anew.
        MessageParser.Parse(Message, _bytes.Bytes, _bytes.Length, isStream: false);
        Message.Source = original.Source;
        Message.Local = original.Local;
        Message.Stamp = original.Stamp;
        Message.Id = original.Id;
        Edits.CopyFrom(frame.Edits);
        NewUri = Utf8Text.CopyOf(frame.NewUri.Span);
        ViaParameters = Utf8Text.CopyOf(frame.ViaParameters.Span);
        Socket = frame.SendSocket;
    }

    public SipMessage Message { get; } = new();

    public MessageEdits Edits { get; } = new();

    public Utf8Text NewUri { get; }

    public Utf8Text ViaParameters { get; }

    public ListenSocket? Socket { get; }

    public void OnResolved(long ticket, ResolvedTargets? targets) => _owner.OnResolved(this, targets);

    public void Release() => _bytes.Release();
}
