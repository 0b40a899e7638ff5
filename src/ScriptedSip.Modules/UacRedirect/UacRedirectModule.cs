using ScriptedSip.Modules.Acc;
using ScriptedSip.Modules.Core;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Modules.UacRedirect;

/// <summary>uac_redirect: follows redirections (RFC 3261 8.1.3.4) on behalf of the caller, within what filters allow.</summary>
[RequiresModule("tm")]
internal sealed class UacRedirectModule : ScriptModule
{
    private static readonly int FilterSlot = Frame.ReserveSlot();

    private BytePattern? _accepted;
    private BytePattern? _denied;
    private IAccounts? _accounts;

    [ModParam("default_filter", "\"accept\" or \"deny\": what happens to a contact that no expression is about.")]
    public string DefaultFilter { get; set; } = "accept";

    [ModParam("deny_filter", "A regular expression: contacts that match are not called.")]
    public string DenyFilter { get; set; } = "";

    [ModParam("accept_filter", "A regular expression: contacts that match are called, whatever the others say.")]
    public string AcceptFilter { get; set; } = "";

    [ModParam("acc_function", "Function of acc that writes a record of each contact taken with a reason: acc_log_request or acc_db_request.")]
    public string AccountFunction { get; set; } = "acc_log_request";

    [ModParam("acc_db_table", "Table for acc_db_request.")]
    public string AccountTable { get; set; } = "acc";

    [ModParam("bflags", "Branch flags of the new branches, as a number.")]
    public int BranchFlags { get; set; }

    [ModParam("q_value", "q of a contact that has none, in thousandths, 0 to 1000.")]
    public int DefaultQ { get; set; } = 10;

    [ModParam("flags_hdr_mode", "Contacts of a redirection bring no flags.", Ignored = true)]
    public int FlagsHeaderMode { get; set; }

    /// <inheritdoc/>
    public override string? Validate(ScriptVersion script)
    {
        if (DefaultFilter is not ("accept" or "deny"))
            return "uac_redirect: default_filter must be \"accept\" or \"deny\"";
        if (AccountFunction is not ("acc_log_request" or "acc_db_request"))
            return "uac_redirect: acc_function must be acc_log_request or acc_db_request";
        if (DefaultQ is < 0 or > 1000)
            return "uac_redirect: q_value must be from 0 to 1000";
        return Compile(script, "deny_filter", DenyFilter, out _denied) ?? Compile(script, "accept_filter", AcceptFilter, out _accepted);
    }

    /// <inheritdoc/>
    public override void Started(ModuleHost host) => _accounts = host.Import<IAccounts>();

    /// <inheritdoc/>
    public override void Reloaded(ModuleHost host) => Started(host);

    /// <inheritdoc/>
    public override string? TakeOver(ScriptModule running) => null;

    [SipFunction("set_deny_filter", RouteKinds.Failure,
        "In this run contacts that match the expression are not called; reset_all, reset_default, reset_added forget earlier ones of this kind first. 1.")]
    public Outcome Deny(Frame frame, BytePattern pattern, Utf8Text reset) => Outcome.From(FiltersOf(frame).TryAdd(isDeny: true, pattern, reset.Span));

    [SipFunction("set_accept_filter", RouteKinds.Failure,
        "In this run contacts that match the expression are called, whatever others say; reset_all, reset_default, reset_added forget earlier ones of this kind first. 1.")]
    public Outcome Accept(Frame frame, BytePattern pattern, Utf8Text reset) => Outcome.From(FiltersOf(frame).TryAdd(isDeny: false, pattern, reset.Span));

    [SipFunction("get_redirects", RouteKinds.Failure,
        "Appends the contacts of the redirections (3xx) that failed branches brought, highest q first and none that was tried before: at most \"total:per branch\", * for all. A reason has each one accounted for, a number is the limit per branch. 1, or -1 when there was none to be taken.")]
    public Outcome Follow(Frame frame, Utf8Text limits = default, Utf8Text reason = default)
    {
        if (!RedirectLimits.TryParse(limits.Span, out var most) || frame.Transaction is not { } transaction)
            return Outcome.False;
        // The limit per branch is an argument of its own in OpenSIPS 3.
        if (RedirectLimits.TryParse(reason.Span, out var second) && !reason.IsEmpty)
        {
            most = most with { PerBranch = second.Total };
            reason = default;
        }
        var taken = 0;
        foreach (var branch in transaction.Branches)
        {
            if (branch.Attempt == transaction.Attempt && branch is { StatusCode: >= 300 and < 400, Reply: { } reply, IsDropped: false })
                taken += Follow(frame, reply, Math.Min(most.Total - taken, most.PerBranch), reason);
        }
        return Outcome.From(taken > 0);
    }

    private int Follow(Frame frame, MessageBuffer bytes, int limit, Utf8Text reason)
    {
        Span<(Utf8Text Uri, int Q)> room = new (Utf8Text, int)[Frame.MaxBranches];
        var contacts = room[..Read(frame, bytes, room)];
        // Stable: contacts of one q are called in the order they stand in.
        for (var i = 1; i < contacts.Length; i++)
        {
            for (var j = i; j > 0 && contacts[j].Q > contacts[j - 1].Q; j--)
                (contacts[j], contacts[j - 1]) = (contacts[j - 1], contacts[j]);
        }
        var taken = 0;
        foreach (var (uri, q) in contacts)
        {
            if (taken == limit || !frame.AppendBranch(new BranchTarget { Uri = uri, Q = q, Flags = (uint)BranchFlags }))
                break;
            taken++;
            if (!reason.IsEmpty)
                Account(frame, uri, reason);
        }
        return taken;
    }

    private int Read(Frame frame, MessageBuffer bytes, Span<(Utf8Text Uri, int Q)> contacts)
    {
        var filters = FiltersOf(frame);
        var reply = frame.Context.RentMessage();
        MessageParser.Parse(reply, bytes.Bytes, bytes.Length, isStream: false);
        var count = 0;
        for (var row = reply.First(HeaderId.Contact); row >= 0; row = reply.Header(row).NextSame)
        {
            var rest = reply.Header(row).Value;
            while (!rest.IsEmpty && count < contacts.Length && NameAddrParser.TryParse(reply.Buffer, rest.Offset, rest.End, out var contact))
            {
                rest = contact.End < rest.End ? Slice.Between(contact.End + 1, rest.End) : Slice.None;
                if (contact.IsStar || !TryReadTarget(frame, reply[contact.Uri], out var uri) || IsKnown(frame, uri, contacts[..count]) || !filters.Accepts(frame, uri))
                    continue;
                var parameters = reply[contact.Parameters];
                if (!UriParser.TryGetParameter(parameters, "q"u8, out var q) || !QValue.TryParse(q.In(parameters), out var preference))
                    preference = DefaultQ;
                contacts[count++] = (uri, preference);
            }
        }
        frame.Context.Return(reply);
        return count;
    }

    // RFC 3261 19.1.5: what a URI wants in the headers of a request is not for a proxy to grant, and may not stand in a Request-URI (19.1.1).
    private static bool TryReadTarget(Frame frame, ReadOnlySpan<byte> contact, out Utf8Text uri)
    {
        uri = default;
        if (!UriParser.TryParse(contact, out var parts) || parts.Scheme is not (UriScheme.Sip or UriScheme.Sips or UriScheme.Tel))
            return false;
        uri = frame.Arena.Copy(parts.Headers.IsPresent ? contact[..(parts.Headers.Offset - 1)] : contact);
        return true;
    }

    // RFC 3261 16.5: nobody is called twice for one request.
    private static bool IsKnown(Frame frame, Utf8Text uri, ReadOnlySpan<(Utf8Text Uri, int Q)> contacts)
    {
        if (frame.UriChanged && AreSame(uri, frame.RequestUri))
            return true;
        foreach (var tried in frame.Transaction!.Branches)
        {
            if (AreSame(uri, tried.Uri))
                return true;
        }
        foreach (ref readonly var appended in frame.Branches)
        {
            if (AreSame(uri, appended.Uri))
                return true;
        }
        foreach (var (other, _) in contacts)
        {
            if (AreSame(uri, other))
                return true;
        }
        return false;
    }

    private static bool AreSame(Utf8Text left, Utf8Text right) => SipUriComparer.AreEqual(left.Span, right.Span);

    private void Account(Frame frame, Utf8Text uri, Utf8Text reason)
    {
        var target = frame.NewUri;
        frame.NewUri = uri;
        if (AccountFunction == "acc_db_request")
            _accounts?.StoreRequest(frame, reason, Utf8Text.From(AccountTable));
        else
            _accounts?.LogRequest(frame, reason);
        frame.NewUri = target;
    }

    private ContactFilters FiltersOf(Frame frame)
    {
        ref var slot = ref frame.Slot(FilterSlot);
        slot ??= new ContactFilters(DefaultFilter == "accept", _accepted, _denied);
        return (ContactFilters)slot;
    }

    private static string? Compile(ScriptVersion script, string name, string text, out BytePattern? pattern)
    {
        string? mistake = null;
        pattern = text.Length == 0 ? null : script.CompilePattern(text, out mistake);
        return text.Length == 0 || pattern is not null ? null : $"uac_redirect: {name} is no regular expression: {mistake}";
    }
}
