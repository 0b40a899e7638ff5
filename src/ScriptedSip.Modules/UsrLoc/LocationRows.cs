using System.Security.Cryptography;
using System.Text;
using ScriptedSip.Data;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.UsrLoc;

/// <summary>
/// Bindings as rows of the standard table <c>location</c> and back. A row is named (<c>ruid</c>) by a hash of what makes the binding itself, so that
/// two servers which bind the same contact write the same row; <paramref name="server"/> tells whose write was the last.
/// </summary>
internal sealed class LocationRows(long server, string table, LocationColumns columns, LocationRules rules, bool usesDomain, SocketTable sockets, IClock clock)
{
    // The dialect's end of time; a binding that never ends.
    private static readonly DateTime EndOfTime = new(9999, 12, 31, 23, 59, 59, DateTimeKind.Utc);

    private readonly ChangeShape _upsert = new(ChangeKind.Upsert, table,
    [
        columns.Ruid, columns.User, columns.Domain, columns.Contact, columns.Received, columns.Path, columns.Expires, columns.Q, columns.CallId, columns.CSeq,
        "last_modified", columns.Flags, columns.BranchFlags, columns.UserAgent, columns.Socket, columns.Methods, columns.ServerId,
    ], 1);

    private readonly ChangeShape _delete = new(ChangeKind.Delete, table, [columns.Ruid]);
    private readonly ChangeShape _end = new(ChangeKind.Update, table, [columns.Ruid, columns.Expires, "last_modified", columns.ServerId], 1);
    private readonly ChangeShape _purge = new(ChangeKind.DeleteBefore, table, [columns.Expires]);

    /// <summary>The columns that <see cref="Read"/> reads, in its order.</summary>
    public IReadOnlyList<string> Columns => _upsert.Columns;

    public SelectShape All { get; } = new(table, AllColumns(columns), []);

    public SelectShape OfUser { get; } = new(table, AllColumns(columns), [columns.User]);

    public SelectShape OfAddress { get; } = new(table, AllColumns(columns), [columns.User, columns.Domain]);

    public SelectShape Changed { get; } = new(table, AllColumns(columns), [], "last_modified");

    private static IReadOnlyList<string> AllColumns(LocationColumns columns) =>
    [
        columns.Ruid, columns.User, columns.Domain, columns.Contact, columns.Received, columns.Path, columns.Expires, columns.Q, columns.CallId, columns.CSeq,
        "last_modified", columns.Flags, columns.BranchFlags, columns.UserAgent, columns.Socket, columns.Methods, columns.ServerId,
    ];

    public Change Write(ReadOnlySpan<byte> addressOfRecord, StoredBinding stored, string? news)
    {
        var binding = new Binding();
        stored.CopyTo(ref binding);
        var (user, domain) = Split(addressOfRecord);
        return new Change(_upsert,
        [
            NameOf(addressOfRecord, stored.Contact, stored.CallId, stored.Path), user, domain, Text(binding.Contact), Optional(binding.Received), Optional(binding.Path), TimeOf(binding.ExpiresAt),
            binding.Q == BranchTarget.NoQ ? -1.0 : binding.Q / 1000.0, Text(binding.CallId), (long)binding.CSeq, TimeOf(stored.ModifiedAt), (long)binding.Flags,
            (long)binding.BranchFlags, Text(binding.UserAgent), binding.Socket?.SocketText.ToString(),
            binding.Methods == Binding.AllMethods ? null : (long)binding.Methods, server,
        ], news);
    }

    public Change Delete(ReadOnlySpan<byte> addressOfRecord, StoredBinding stored) =>
        new(_delete, [NameOf(addressOfRecord, stored.Contact, stored.CallId, stored.Path)]);

    public Change Delete(string name) => new(_delete, [name]);

    /// <summary>Where others must hear of it, a binding that is gone stays a while as a row that has ended.</summary>
    public Change End(ReadOnlySpan<byte> addressOfRecord, StoredBinding stored, string? news)
    {
        var now = clock.UtcNow.UtcDateTime;
        return new Change(_end, [NameOf(addressOfRecord, stored.Contact, stored.CallId, stored.Path), now.AddSeconds(-1), now, server], news);
    }

    /// <summary>Removes the rows that ended longer ago than that.</summary>
    public Change Purge(TimeSpan grace) => new(_purge, [clock.UtcNow.UtcDateTime - grace]);

    /// <summary>Reads a row; false for one that is no binding. The result may have ended.</summary>
    public bool Read(object?[] row, out LocationRow result)
    {
        result = default;
        if (row[1] is not string user || row[3] is not string contact || contact.Length == 0 || SqlTime.Parse(row[6]) is not { } expires)
            return false;
        var binding = new Binding
        {
            Contact = Utf8Text.From(contact),
            Received = TextOf(row[4]),
            Path = TextOf(row[5]),
            ExpiresAt = ClockOf(expires),
            Q = QOf(row[7]),
            CallId = TextOf(row[8]),
            CSeq = (uint)NumberOf(row[9]),
            Flags = (uint)NumberOf(row[11]),
            BranchFlags = (uint)NumberOf(row[12]),
            UserAgent = TextOf(row[13]),
            Socket = SocketOf(row[14] as string),
            Methods = row[15] is long methods ? (SipMethod)methods : Binding.AllMethods,
        };
        if (binding.Contact.Length > ushort.MaxValue || binding.CallId.Length > ushort.MaxValue || binding.Path.Length > ushort.MaxValue)
            return false;
        var key = Encoding.UTF8.GetBytes(usesDomain && row[2] is string { Length: > 0 } domain ? $"{user}@{domain}" : user);
        var modified = SqlTime.Parse(row[10]) is { } time ? ClockOf(time) : 0;
        var name = row[0] as string ?? "";
        result = new LocationRow(name, key, binding, modified, NumberOf(row[16]) == server,
            name == NameOf(key, binding.Contact, binding.CallId, binding.Path));
        return true;
    }

    /// <summary>User and domain of an address-of-record; the domain is null where it does not count.</summary>
    public (string User, string? Domain) Split(ReadOnlySpan<byte> addressOfRecord)
    {
        var at = usesDomain ? addressOfRecord.LastIndexOf((byte)'@') : -1;
        return at < 0
            ? (Encoding.UTF8.GetString(addressOfRecord), null)
            : (Encoding.UTF8.GetString(addressOfRecord[..at]), Encoding.UTF8.GetString(addressOfRecord[(at + 1)..]));
    }

    private string NameOf(ReadOnlySpan<byte> addressOfRecord, Utf8Text contact, Utf8Text callId, Utf8Text path)
    {
        var size = addressOfRecord.Length + contact.Length + callId.Length + path.Length + 2;
        var writer = new SpanWriter(size <= 1024 ? stackalloc byte[size] : new byte[size]);
        writer.Write(addressOfRecord);
        writer.Write((byte)0);
        if (rules.Matching != MatchingMode.CallId)
            writer.Write(contact);
        writer.Write((byte)0);
        if (rules.Matching is MatchingMode.CallId or MatchingMode.ContactAndCallId)
            writer.Write(callId);
        if (rules.Matching == MatchingMode.ContactAndPath)
            writer.Write(path);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(writer.Written, hash);
        return Convert.ToHexStringLower(hash[..16]);
    }

    private DateTime TimeOf(long clockReading) => clockReading == Binding.Never ? EndOfTime : clock.UtcNow.UtcDateTime.AddMilliseconds(clockReading - clock.Milliseconds);

    // 1970 is how existing data writes "never".
    private long ClockOf(DateTime time) => time >= EndOfTime || time == DateTime.UnixEpoch
        ? Binding.Never
        : clock.Milliseconds + (long)(time - clock.UtcNow.UtcDateTime).TotalMilliseconds;

    private static int QOf(object? value)
    {
        var q = value switch { double number => number, long number => number, _ => -1.0 };
        return q < 0 ? BranchTarget.NoQ : (int)Math.Round(Math.Min(q, 1.0) * 1000);
    }

    private ListenSocket? SocketOf(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        var name = Encoding.UTF8.GetBytes(text);
        foreach (var socket in sockets.All)
        {
            if (socket.SocketText.EqualsIgnoreCase(name))
                return socket;
        }
        return null;
    }

    private static string Text(Utf8Text text) => text.ToString();

    private static string? Optional(Utf8Text text) => text.IsEmpty ? null : text.ToString();

    private static Utf8Text TextOf(object? value) => value is string { Length: > 0 } text ? Utf8Text.From(text) : default;

    private static long NumberOf(object? value) => value switch { long number => number, double number => (long)number, _ => 0 };
}

/// <summary>A row that was read.</summary>
/// <param name="Name">Its <c>ruid</c>.</param>
/// <param name="AddressOfRecord">The key of the table in memory.</param>
/// <param name="Binding">What is bound; it may have ended.</param>
/// <param name="ModifiedAt">Clock reading of its last change.</param>
/// <param name="IsOwn">This run of the program wrote it.</param>
/// <param name="HasOwnName">It has the name this program would give it, as rows of other programs have not.</param>
internal readonly record struct LocationRow(string Name, byte[] AddressOfRecord, Binding Binding, long ModifiedAt, bool IsOwn, bool HasOwnName);

/// <summary>Names of the columns, from the parameters of usrloc.</summary>
internal sealed record LocationColumns
{
    public string Ruid { get; init; } = "ruid";

    public string User { get; init; } = "username";

    public string Domain { get; init; } = "domain";

    public string Contact { get; init; } = "contact";

    public string Received { get; init; } = "received";

    public string Path { get; init; } = "path";

    public string Expires { get; init; } = "expires";

    public string Q { get; init; } = "q";

    public string CallId { get; init; } = "callid";

    public string CSeq { get; init; } = "cseq";

    public string Flags { get; init; } = "flags";

    public string BranchFlags { get; init; } = "cflags";

    public string UserAgent { get; init; } = "user_agent";

    public string Socket { get; init; } = "socket";

    public string Methods { get; init; } = "methods";

    public string ServerId { get; init; } = "server_id";
}
