using System.Text;
using ScriptedSip.Data;
using ScriptedSip.Modules.Storage;
using ScriptedSip.Modules.Tm;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Modules.Acc;

/// <summary>
/// acc: accounts for transactions that a script has flagged, when they are answered, fail or are missed. A record is made ready when a route ends
/// and written when the reply has been sent; nobody waits for it.
/// </summary>
[NotOffered("acc_rad_request acc_diam_request acc_aaa_request acc_evi_request", "records go to the log and the database here")]
[NotOffered("acc_new_leg", "legs of a call are not told apart here")]
[NotOffered("acc_load_ctx_from_dlg acc_unload_ctx_from_dlg", "what is accounted for is kept with its transaction here")]
[RequiresModule("tm")]
internal partial class AccModule : ScriptModule, ITransactionObserver, IAccounts, IDatabaseUser
{
    private const RouteKinds Anywhere = RouteKinds.Any;

    private static readonly int AskedSlot = Frame.ReserveSlot();

    private readonly OpenCalls _calls = new();
    private AccountWriter _writer = null!;
    private bool _mayUseDefault;
    private Func<Frame, bool> _isUpstream = static _ => false;

    /// <inheritdoc/>
    public override string? Validate(ScriptVersion script)
    {
        _mayUseDefault = script.Settings.DefaultDatabase.Length > 0;
        return null;
    }

    /// <inheritdoc/>
    public override void Start(ModuleHost host)
    {
        host.Export<IAccounts>(this);
        _writer = new AccountWriter(host.Log, host.Clock, DatabaseInUse is { } url ? OpenDatabase(host, url) : null,
            new AccountColumns(MethodColumn, FromTagColumn, ToTagColumn, CallIdColumn, CodeColumn, ReasonColumn, TimeColumn),
            [.. LogExtra.All.Select(e => e.Name)], [.. DatabaseExtra.All.Select(e => e.Name)])
        {
            Level = LevelOf(Level),
        };
        if (DatabaseInUse is null)
            return;
        _writer.Prepare(Table);
        _writer.Prepare(MissedTable);
    }

    /// <inheritdoc/>
    public override void Started(ModuleHost host)
    {
        host.Import<IObservableTransactions>()?.Observe(this);
        if (DetectsDirection && host.Import<Rr.IRequestDirection>() is { } direction)
            _isUpstream = direction.IsUpstream;
    }

    /// <inheritdoc/>
    public override void Reloaded(ModuleHost host) => Started(host);

    [SipFunction("acc_log_request", Anywhere, "Writes a record of the request to the log; a comment that begins with a status code gives code and reason. 1.")]
    public Outcome LogRequest(Frame frame, Utf8Text comment)
    {
        var (code, reason) = Split(comment.ToString());
        var account = AccountOf(frame, default);
        _writer.Log("request accounted", account, account.ToTag, code, reason);
        return Outcome.True;
    }

    [SipFunction("acc_db_request", Anywhere, "Writes a record of the request into a table; -1 when the script names no database.")]
    public Outcome StoreRequest(Frame frame, Utf8Text comment, Utf8Text table)
    {
        if (DatabaseInUse is null)
            return Outcome.False;
        var (code, reason) = Split(comment.ToString());
        var account = AccountOf(frame, default);
        _writer.Store(table.IsEmpty ? Table : table.ToString(), account, account.ToTag, code, reason);
        return Outcome.True;
    }

    [SipFunction("acc_request", Anywhere, "Writes a record of the request to the log and, when there is a database, into a table.")]
    public Outcome AccountRequest(Frame frame, Utf8Text comment, Utf8Text table)
    {
        LogRequest(frame, comment);
        if (DatabaseInUse is not null)
            StoreRequest(frame, comment, table);
        return Outcome.True;
    }

    [SipFunction("do_accounting", Anywhere,
        "Asks for records of this transaction: where (log, db, with | between), then of what besides its answer: missed, failed, cdr (the BYE too), and into which table.")]
    public Outcome Ask(Frame frame, Utf8Text where, Utf8Text what = default, Utf8Text table = default)
    {
        var targets = TargetsOf(where.Span);
        if (targets == AccountTargets.None || (targets.HasFlag(AccountTargets.Database) && DatabaseInUse is null))
            return Outcome.False;
        var changes = ChangesOf(frame);
        var asked = changes.Added;
        asked.Answered |= targets;
        if (what.Span.IndexOf("failed"u8) >= 0)
            asked.Failed |= targets;
        if (what.Span.IndexOf("missed"u8) >= 0)
            asked.Missed |= targets;
        if (what.Span.IndexOf("cdr"u8) >= 0)
            asked.Calls |= targets;
        if (!table.IsEmpty)
            asked.Table = table.ToString();
        frame.Slot(AskedSlot) = changes with { Added = asked };
        return Outcome.True;
    }

    [SipFunction("drop_accounting", Anywhere, "Takes back what do_accounting() has asked for: all, or of one kind (log, db).")]
    public Outcome Drop(Frame frame, Utf8Text where = default)
    {
        var targets = where.IsEmpty ? AccountTargets.Log | AccountTargets.Database : TargetsOf(where.Span);
        var changes = ChangesOf(frame);
        frame.Slot(AskedSlot) = new AccountChanges(changes.Added.Without(targets), changes.Dropped | targets);
        return Outcome.True;
    }

    private static AccountChanges ChangesOf(Frame frame) => frame.Slot(AskedSlot) is AccountChanges changes ? changes : default;

    /// <inheritdoc/>
    public object? RouteEnded(Frame frame, object? kept)
    {
        // What is kept comes from before a failure route: that call has been missed already, once.
        var asked = ChangesOf(frame).To(kept is Account earlier ? earlier.Asked with { Missed = AccountTargets.None } : default);
        var message = frame.Message;
        if (message.Method == SipMethod.Bye && asked.IsEmpty
            && _calls.TryEnd(Text(message, message.CallId), Text(message, message.From.Tag), Text(message, message.To.Tag), out var ended))
            asked = ended with { Failed = ended.Calls, Answered = ended.Calls };
        if (asked.IsEmpty && (frame.Flags & AllFlags) == 0)
            return null;
        return message.Method == SipMethod.Cancel && !ReportsCancels ? null : AccountOf(frame, asked);
    }

    /// <inheritdoc/>
    public void SentUpstream(ProcessingContext context, object kept, uint flags, MessageBuffer? reply, int code)
    {
        if (code < 200 && !(code == 183 && EarlyMedia))
            return;
        var account = (Account)kept;
        var targets = account.Asked.Answered | TargetsOf(flags, LogFlag, DatabaseFlag);
        if (code >= 300)
            targets = account.Asked.Failed | (AllFailed || (flags & FailedFlag.Mask) != 0 ? TargetsOf(flags, LogFlag, DatabaseFlag) : AccountTargets.None);
        if (targets == AccountTargets.None)
            return;
        var (reason, toTag) = Read(context, reply, code, account.ToTag);
        Write("transaction answered", targets, account, account.Asked.Table ?? Table, toTag, code, reason);
        if (account.Asked.Calls != AccountTargets.None && account.Method == "INVITE" && code is >= 200 and < 300)
            _calls.Add(account, toTag, context.Now);
    }

    /// <inheritdoc/>
    public uint Failed(ProcessingContext context, object kept, uint flags, MessageBuffer? reply, int code)
    {
        var account = (Account)kept;
        var targets = account.Asked.Missed | TargetsOf(flags, LogMissedFlag, DatabaseMissedFlag);
        if (account.Method != "INVITE" || targets == AccountTargets.None)
            return flags;
        var (reason, toTag) = Read(context, reply, code, account.ToTag);
        Write("call missed", targets, account, MissedTable, toTag, code, reason);
        // One call is missed once, however many the failure route tries after this.
        return flags & ~(LogMissedFlag.Mask | DatabaseMissedFlag.Mask);
    }

    /// <inheritdoc/>
    public void Acknowledged(Frame frame)
    {
        if (!ReportsAcks)
            return;
        var asked = ChangesOf(frame).Added;
        var targets = asked.Answered | TargetsOf(frame.Flags, LogFlag, DatabaseFlag);
        if (targets == AccountTargets.None)
            return;
        // Only a 2xx is acknowledged from end to end (RFC 3261 13.2.2.4); which of them it was the ACK does not say.
        var account = AccountOf(frame, asked);
        Write("request acknowledged", targets, account, asked.Table ?? Table, account.ToTag, 200, Encoding.UTF8.GetString(StatusCodes.ReasonOf(200)));
    }

    private void Write(string title, AccountTargets targets, Account account, string table, string toTag, int code, string reason)
    {
        var status = code.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (targets.HasFlag(AccountTargets.Log))
            _writer.Log(title, account, toTag, status, reason);
        if (targets.HasFlag(AccountTargets.Database))
            _writer.Store(table, account, toTag, status, reason);
    }

    private Account AccountOf(Frame frame, AccountRequest asked)
    {
        var message = frame.Message;
        return new Account
        {
            Method = Text(message, message.MethodText),
            FromTag = Text(message, message.From.Tag),
            ToTag = Text(message, message.To.Tag),
            CallId = Text(message, message.CallId),
            Caller = Text(message, message.From.Uri),
            Callee = Text(message, message.To.Uri),
            RequestUri = frame.RequestUri.ToString(),
            IsUpstream = _isUpstream(frame),
            LogExtra = [.. LogExtra.All.Select(e => e.Value.Render(frame).ToString())],
            DatabaseExtra = [.. DatabaseExtra.All.Select(e => e.Value.Render(frame).ToString())],
            Asked = asked,
        };
    }

    private static (string Reason, string ToTag) Read(ProcessingContext context, MessageBuffer? reply, int code, string toTag)
    {
        if (reply is null)
            return (Encoding.UTF8.GetString(StatusCodes.ReasonOf(code)), toTag);
        var message = context.RentMessage();
        MessageParser.Parse(message, reply.Bytes, reply.Length, isStream: false);
        var tag = Text(message, message.To.Tag);
        var result = (Text(message, message.Reason), tag.Length > 0 ? tag : toTag);
        context.Return(message);
        return result;
    }

    private static string Text(SipMessage message, Slice slice) => slice.IsPresent ? Encoding.UTF8.GetString(message[slice]) : "";

    private static AccountTargets TargetsOf(uint flags, ScriptFlag log, ScriptFlag database) =>
        ((flags & log.Mask) != 0 ? AccountTargets.Log : AccountTargets.None) | ((flags & database.Mask) != 0 ? AccountTargets.Database : AccountTargets.None);

    private static AccountTargets TargetsOf(ReadOnlySpan<byte> text) =>
        (text.IndexOf("log"u8) >= 0 ? AccountTargets.Log : AccountTargets.None) | (text.IndexOf("db"u8) >= 0 ? AccountTargets.Database : AccountTargets.None);

    // "404 Not found", or any words.
    private static (string Code, string Reason) Split(string comment) =>
        comment.Length > 3 && comment[3] == ' ' && comment.AsSpan(0, 3).IndexOfAnyExceptInRange('0', '9') < 0 ? (comment[..3], comment[4..]) : ("", comment);
}
