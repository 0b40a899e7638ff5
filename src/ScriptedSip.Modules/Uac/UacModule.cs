using System.Globalization;
using System.Text;
using ScriptedSip.Modules.Rr;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Modules.Uac;

/// <summary>
/// uac: calls in another name, and answers to challenges in the place of the caller. Each side of a dialog goes on seeing what it knows: replies are put right
/// by what is kept with the transaction, later requests by what our Record-Route brings back.
/// </summary>
[RequiresModule("tm")]
[NotOffered("uac_reg_lookup uac_reg_lookup_uri uac_reg_status uac_reg_request_to uac_reg_enable uac_reg_disable uac_reg_refresh uac_reg_send_register uac_reg_send_unregister",
    "this server registers nowhere")]
[NotOffered("uac_req_send", "a script sends no requests of its own here")]
internal sealed partial class UacModule : CredentialModule, IOwnRouteUser
{
    private const RouteKinds Routes = RouteKinds.RequestOrFailureOrBranch;

    // How much higher the callee's side of the dialog counts than the caller's.
    private static ReadOnlySpan<byte> SequenceName => "vsc"u8;

    private IRecordRoutes? _routes;
    private Func<Frame, bool> _isUpstream = static _ => false;
    private UriMemory _memory = null!;
    private byte[] _fromName = [];
    private byte[] _toName = [];
    private ICredentials? _others;

    /// <inheritdoc/>
    public override string? Validate(ScriptVersion script) =>
        RestoreMode is "none" or "manual" or "auto" ? base.Validate(script) : "uac: restore_mode must be \"none\", \"manual\" or \"auto\"";

    /// <inheritdoc/>
    public override void Start(ModuleHost host)
    {
        base.Start(host);
        _memory = new UriMemory(Encoding.UTF8.GetBytes(Password));
        _fromName = Encoding.UTF8.GetBytes(FromParameter);
        _toName = Encoding.UTF8.GetBytes(ToParameter);
    }

    /// <inheritdoc/>
    public override void Started(ModuleHost host)
    {
        _others = host.Import<ICredentials>();
        _routes = host.Import<IRecordRoutes>();
        _routes?.Tell(this);
        if (host.Import<IRequestDirection>() is { } direction)
            _isUpstream = direction.IsUpstream;
    }

    // Another rr may have taken the place of the one before.
    /// <inheritdoc/>
    public override void Reloaded(ModuleHost host) => Started(host);

    [SipFunction("uac_replace_from", Routes, "Sends the request with another URI in From; the caller goes on seeing his own. -1 when it is no URI.")]
    public Outcome ReplaceFrom(Frame frame, Utf8Text uri) => Replace(frame, isFrom: true, uri, null);

    [SipFunction("uac_replace_from", Routes, "Sends the request with another display name (empty: none) and URI (empty: the same) in From; -1 when one cannot be written.")]
    public Outcome ReplaceFrom(Frame frame, Utf8Text display, Utf8Text uri) => Replace(frame, isFrom: true, uri, display);

    [SipFunction("uac_replace_to", Routes, "Sends the request with another URI in To; the caller goes on seeing his own. -1 when it is no URI.")]
    public Outcome ReplaceTo(Frame frame, Utf8Text uri) => Replace(frame, isFrom: false, uri, null);

    [SipFunction("uac_replace_to", Routes, "Sends the request with another display name (empty: none) and URI (empty: the same) in To; -1 when one cannot be written.")]
    public Outcome ReplaceTo(Frame frame, Utf8Text display, Utf8Text uri) => Replace(frame, isFrom: false, uri, display);

    [SipFunction("uac_restore_from", Routes, "Behind loose_route(): puts into a request of a dialog the URI its receiver knows, when uac_replace_from() has changed From at its beginning; else -1.")]
    public Outcome RestoreFrom(Frame frame) => Outcome.From(_routes is not null && Restore(frame, _routes.Own(frame), isFrom: true));

    [SipFunction("uac_restore_to", Routes, "Behind loose_route(): puts into a request of a dialog the URI its receiver knows, when uac_replace_to() has changed To at its beginning; else -1.")]
    public Outcome RestoreTo(Frame frame) => Outcome.From(_routes is not null && Restore(frame, _routes.Own(frame), isFrom: false));

    /// <inheritdoc/>
    public void Routed(Frame frame, Utf8Text parameters)
    {
        if (RestoreMode == "auto")
        {
            Restore(frame, parameters, isFrom: true);
            Restore(frame, parameters, isFrom: false);
        }
        RaiseSequence(frame, parameters.Span);
    }

    private Outcome Replace(Frame frame, bool isFrom, Utf8Text uri, Utf8Text? display)
    {
        var message = frame.Message;
        var value = isFrom ? message.From : message.To;
        if (!value.Uri.IsPresent || (uri.IsEmpty && display is null) || (!uri.IsEmpty && !UriParser.TryParse(uri.Span, out _)))
            return Outcome.False;
        var name = message.Text(value.DisplayName);
        if (display is { } given && !DisplayName.TryWrite(frame.Arena, given.Span, out name))
            return Outcome.False;
        var sent = uri.IsEmpty ? message.Text(value.Uri) : uri;
        WriteAddress(frame, value, name, sent);
        if (RestoreMode == "none")
            return Outcome.True;
        Keep(frame, isFrom);
        // The route of a dialog is set by its first request (RFC 3261 12.1.1).
        if (message.To.Tag.IsEmpty && _routes is not null)
        {
            var memory = _memory.Write(frame.Arena, message[value.Uri], sent.Span);
            if (!memory.IsEmpty)
                _routes.Set(frame, isFrom ? _fromName : _toName, memory.Span);
        }
        return Outcome.True;
    }

    private static void WriteAddress(Frame frame, in NameAddrView value, Utf8Text name, Utf8Text uri)
    {
        var writer = new SpanWriter(frame.Arena.Reserve(name.Length + uri.Length + 3));
        writer.Write(name);
        if (!name.IsEmpty)
            writer.Write((byte)' ');
        writer.Write((byte)'<');
        writer.Write(uri);
        writer.Write((byte)'>');
        frame.Edits.Replace(UacChanges.AddressOf(value), writer.Written);
    }

    private static void Keep(Frame frame, bool isFrom)
    {
        var changes = UacChanges.Of(frame);
        if (isFrom)
            changes.KeepFrom(frame.Message);
        else
            changes.KeepTo(frame.Message);
    }

    private bool Restore(Frame frame, Utf8Text parameters, bool isFrom)
    {
        if (!UriParser.TryGetParameter(parameters.Span, isFrom ? _fromName : _toName, out var found) || found.IsEmpty)
            return false;
        // What the caller has as From the callee has as To.
        var isInFrom = isFrom != _isUpstream(frame);
        var message = frame.Message;
        var value = isInFrom ? message.From : message.To;
        if (!_memory.TryFindOther(frame.Arena, found.In(parameters.Span), message[value.Uri], out var uri))
            return false;
        // The name that stands there belongs to the other URI, and may be what was to be hidden.
        WriteAddress(frame, value, default, uri);
        Keep(frame, isInFrom);
        return true;
    }

    private void RaiseSequence(Frame frame, ReadOnlySpan<byte> parameters)
    {
        if (!UriParser.TryGetParameter(parameters, SequenceName, out var found) || _isUpstream(frame)
            || !int.TryParse(found.In(parameters), NumberStyles.None, CultureInfo.InvariantCulture, out var by) || by is 0 or > 100)
            return;
        var message = frame.Message;
        ChangeNumber(frame, message.CSeq.NumberText, message.CSeq.Number, by);
        UacChanges.Of(frame).KeepSequence(message);
        // RFC 3262 7.2: the second number of a RAck is the CSeq of the INVITE.
        var rack = message.FirstValue(HeaderId.RAck);
        var start = message[rack].IndexOf((byte)' ') + 1;
        var length = start <= 0 ? -1 : message[rack][start..].IndexOf((byte)' ');
        if (length > 0 && uint.TryParse(message[rack].Slice(start, length), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            ChangeNumber(frame, new Slice(rack.Offset + start, length), number, by);
    }

    private static void ChangeNumber(Frame frame, Slice place, uint number, int by)
    {
        Span<byte> digits = stackalloc byte[10];
        System.Buffers.Text.Utf8Formatter.TryFormat(number + (uint)by, digits, out var length);
        frame.Edits.Replace(place, digits[..length]);
    }
}
