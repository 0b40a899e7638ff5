using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using ScriptedSip.Data;
using ScriptedSip.Modules.Storage;
using ScriptedSip.Modules.Tm;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;
using ScriptedSip.Sip.Transactions;

namespace ScriptedSip.Modules.MessageSilo;

/// <summary>
/// The msilo module: keeps instant messages (RFC 3428) for somebody who is not registered in a database, and sends them when he registers. A
/// message that was not taken then is sent again at the next REGISTER, until it expires.
/// </summary>
[RequiresModule("tm")]
internal sealed class MessageSiloModule : DatabaseModule
{
    private const int WaitMilliseconds = 4000;
    private const int LargestBody = 8192;

    private static readonly string[] Stored = ["src_addr", "dst_addr", "username", "domain", "inc_time", "exp_time", "snd_time", "ctype", "body"];

    // Messages on their way, and those delivered whose rows are not deleted yet.
    private readonly ConcurrentDictionary<long, bool> _sent = [];
    private ILocalRequests _requests = null!;
    private IClock _clock = null!;
    private ChangeShape _insert = null!;
    private ChangeShape _delete = null!;
    private SelectShape _find = null!;

    [ModParam("db_table", "Name of the table.")]
    public string Table { get; set; } = "silo";

    [ModParam("expire_time", "Seconds a message is kept, unless it says less itself. 1 or more.")]
    public int ExpireTime { get; set; } = 259_200;

    [ModParam("clean_period", "Minutes between deletions of what has expired. 1 or more.")]
    public int CleanPeriod { get; set; } = 10;

    [ModParam("from_address", "From URI of the notice a sender gets when his message was kept; no notice when not set.")]
    public Format? FromAddress { get; set; }

    [ModParam("registrar", "As from_address.")]
    public Format? Registrar { get => FromAddress; set => FromAddress = value; }

    [ModParam("offline_message", "Text of that notice.")]
    public Format? Notice { get; set; }

    [ModParam("content_type_hdr", "Content-Type line of that notice, with its line end.")]
    public string NoticeType { get; set; } = "Content-Type: text/plain\r\n";

    [ModParam("outbound_proxy", "URI of the next hop for what is sent; the user's domain when not set.")]
    public string OutboundProxy { get; set; } = "";

    [ModParam("add_date", "1: a delivered text begins with the time it was kept at.")]
    public bool AddsDate { get; set; } = true;

    [ModParam("check_time", "A message is known to be delivered when it is answered.", Ignored = true)]
    public int CheckTime { get; set; }

    [ModParam("use_contact", "Notices carry no Contact, as RFC 3428 wants it.", Ignored = true)]
    public int UseContact { get; set; }

    [ModParam("contact_hdr", "Notices carry no Contact, as RFC 3428 wants it.", Ignored = true)]
    public string ContactLine { get; set; } = "";

    public override string? Validate(ScriptVersion script) =>
        ExpireTime < 1 || CleanPeriod is < 1 or > 1440 ? "msilo: expire_time must be 1 or more, clean_period from 1 to 1440" : null;

    public override void Start(ModuleHost host)
    {
        base.Start(host);
        _clock = host.Clock;
        _insert = new ChangeShape(ChangeKind.Insert, Table, Stored);
        _delete = new ChangeShape(ChangeKind.Delete, Table, ["id"]);
        _find = new SelectShape(Table, ["id", "src_addr", "dst_addr", "inc_time", "exp_time", "ctype", "body"], ["username", "domain"]);
        if (!Database!.IsShared)
            Database.Ensure(StandardSchema.Find("silo")!, Table);
        var expired = new ChangeShape(ChangeKind.DeleteBefore, Table, ["exp_time"]);
        host.Every(CleanPeriod * 60_000, _ => Database.Writes.Add(new Change(expired, [Now])));
    }

    public override void Started(ModuleHost host) =>
        _requests = host.Import<ILocalRequests>() ?? throw new InvalidOperationException("msilo: the script must load tm as well");

    [SipFunction("m_store", RouteKinds.Request | RouteKinds.Failure,
        "Keeps a MESSAGE for the user of the Request-URI (\"2\": of To; or of a URI given); 1 when it is on the disk, -1 when it is no MESSAGE with a body or the database does not take it.")]
    public Outcome Store(Frame frame, Utf8Text owner = default)
    {
        var message = frame.Message;
        if (message.Method != SipMethod.Message || message.Body.IsEmpty || message.Body.Length > LargestBody || !TryOwner(frame, owner, out var user, out var domain))
            return Outcome.False;
        var now = Now;
        var body = Encoding.UTF8.GetString(message[message.Body]);
        var type = Encoding.UTF8.GetString(message[message.FirstValue(HeaderId.ContentType)]);
        object?[] row = [Uri(message, message.From.Uri), Uri(message, message.To.Uri), user, domain, now, now + Lifetime(message), 0L, type, body];
        var writes = Database!.Writes;
        if (!writes.HasRoom)
            return Outcome.False;
        var number = writes.Add(new Change(_insert, row));
        if (frame.Await(_ => writes.WhenDurable(number, number), WaitMilliseconds) is not { IsAnswered: true, Answer: true })
            return Outcome.False;
        Notify(frame, user, domain);
        return Outcome.True;
    }

    [SipFunction("m_dump", RouteKinds.Request,
        "Sends the messages kept for the user of To (or of a URI given) when he registers; -1 for other requests, when he ends his registration, or when the database does not answer.")]
    public Outcome Dump(Frame frame, Utf8Text owner = default)
    {
        var message = frame.Message;
        if (message.Method != SipMethod.Register || Ends(message) || !TryOwner(frame, owner.IsEmpty ? Utf8Text.From("2") : owner, out var user, out var domain))
            return Outcome.False;
        if (frame.Await(_ => Database!.Ask(d => d.Select(_find, user, domain)), WaitMilliseconds).Answer is not { } rows)
            return Outcome.False;
        foreach (var row in rows)
        {
            if (row[0] is long id && row[4] is long end && end > Now && _sent.TryAdd(id, true) && !Send(frame, row, id, $"sip:{user}@{domain}"))
                _sent.TryRemove(id, out _);
        }
        return Outcome.True;
    }

    private long Now => _clock.UtcNow.ToUnixTimeSeconds();

    private bool Send(Frame frame, object?[] row, long id, string uri)
    {
        var text = row[6] as string ?? "";
        var type = row[5] as string is { Length: > 0 } given ? given : "text/plain";
        if (AddsDate && type.StartsWith("text/", StringComparison.OrdinalIgnoreCase) && row[3] is long keptAt)
            text = string.Create(CultureInfo.InvariantCulture, $"[Offline message - {DateTimeOffset.FromUnixTimeSeconds(keptAt):r}] {text}");
        return _requests.Send(frame.Context, new LocalRequest
        {
            Method = SipMethod.Message,
            Uri = Utf8Text.From(uri),
            To = Utf8Text.From(row[2] as string ?? uri),
            From = Utf8Text.From(row[1] as string ?? uri),
            NextHop = Utf8Text.From(OutboundProxy),
            Headers = Utf8Text.From($"Content-Type: {type.ReplaceLineEndings(" ")}\r\n"),
            Body = Utf8Text.From(text),
            Requester = new Delivery(this, id),
        });
    }

    private void Delivered(long id, int code)
    {
        if (code is < 200 or > 299)
        {
            _sent.TryRemove(id, out _);
            return;
        }
        var writes = Database!.Writes;
        var number = writes.Add(new Change(_delete, [id]));
        // Before that another REGISTER would still find it.
        _ = writes.WhenDurable(number, number).ContinueWith(_ => _sent.TryRemove(id, out var _), TaskScheduler.Default);
    }

    private void Notify(Frame frame, string user, string domain)
    {
        if (FromAddress is null)
            return;
        var message = frame.Message;
        _requests.Send(frame.Context, new LocalRequest
        {
            Method = SipMethod.Message,
            Uri = message.Text(message.From.Uri),
            From = FromAddress.Render(frame),
            NextHop = Utf8Text.From(OutboundProxy),
            Headers = Utf8Text.From(NoticeType.EndsWith('\n') ? NoticeType : NoticeType + "\r\n"),
            Body = Notice?.Render(frame) ?? Utf8Text.From($"User sip:{user}@{domain} is offline. The message will be delivered when he is back."),
            Requester = new Delivery(null, 0),
        });
    }

    private static bool TryOwner(Frame frame, Utf8Text given, out string user, out string domain)
    {
        var message = frame.Message;
        var uri = given.Length > 1 ? given : given.Length == 1 && given.Span[0] == '2' ? message.Text(message.To.Uri) : frame.RequestUri;
        var isUri = UriParser.TryParse(uri.Span, out var parts);
        if (isUri && parts.User.IsEmpty && given.Length <= 1)
        {
            uri = message.Text(message.To.Uri);
            isUri = UriParser.TryParse(uri.Span, out parts);
        }
        user = isUri ? Encoding.UTF8.GetString(parts.User.In(uri.Span)) : "";
        domain = isUri ? Encoding.UTF8.GetString(parts.Host.In(uri.Span)).ToLowerInvariant() : "";
        return user.Length > 0 && domain.Length > 0;
    }

    private long Lifetime(SipMessage message) =>
        Value.TryParseInt(message[message.FirstValue(HeaderId.Expires)], out var given) && given >= 0 ? Math.Min(given, ExpireTime) : ExpireTime;

    // "*", or nothing left behind (RFC 3261 10.2.2).
    private static bool Ends(SipMessage message)
    {
        var contact = message.FirstValue(HeaderId.Contact);
        if (!contact.IsPresent || !NameAddrParser.TryParse(message.Buffer, contact.Offset, contact.End, out var value))
            return true;
        if (value.IsStar)
            return true;
        return UriParser.TryGetParameter(message[value.Parameters], "expires"u8, out var own)
            ? own.In(message[value.Parameters]).SequenceEqual("0"u8)
            : message[message.FirstValue(HeaderId.Expires)].SequenceEqual("0"u8);
    }

    private static string Uri(SipMessage message, Slice uri) => Encoding.UTF8.GetString(message[uri]);

    private sealed class Delivery(MessageSiloModule? module, long id) : IRequester
    {
        public void OnAnswered(ProcessingContext context, Transaction transaction, int code, ReadOnlySpan<byte> reply) => module?.Delivered(id, code);
    }
}
