using System.Globalization;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.Dialog;

/// <summary>
/// A call as a row of the table <c>dialog</c> and back. Times are seconds since 1970. <c>vars</c> and <c>profiles</c> are lists "name=value&amp;name=value",
/// percent-encoded; before the value of a variable stands i for a number and s for a text.
/// <c>xdata</c> is such a list, too: the URIs the callee knows and by how much CSeq is raised for him; empty when he knows what the caller knows.
/// </summary>
internal sealed class CallRows(IClock clock, SocketTable sockets, Profiles profiles, int keepAliveLimit)
{
    /// <summary>How many of the columns name a row.</summary>
    public const int KeyCount = 2;

    public static readonly string[] Columns =
    [
        "callid", "from_tag", "hash_entry", "hash_id", "from_uri", "to_uri", "to_tag", "caller_cseq", "callee_cseq", "caller_route_set", "callee_route_set", "caller_contact", "callee_contact",
        "caller_sock", "callee_sock", "state", "start_time", "timeout", "sflags", "iflags", "vars", "profiles", "xdata",
    ];

    // Bits of iflags.
    private const long ByeOnTimeout = 1;
    private const long KeptTimeout = 2;
    private const long CallerIsPinged = 4;
    private const long CalleeIsPinged = 8;

    private long Today => clock.UtcNow.ToUnixTimeSeconds();

    public object?[] Key(Call call) => [call.CallId.ToString(), call.Caller.Tag.ToString()];

    /// <summary>The row of a call. The caller holds its lock.</summary>
    public object?[] Write(Call call)
    {
        var (caller, callee) = (call.Caller, call.Callee);
        var flags = (call.SendsBye ? ByeOnTimeout : 0) | (call.KeepsTimeout ? KeptTimeout : 0)
            | (caller.KeepAlive is null ? 0 : CallerIsPinged) | (callee.KeepAlive is null ? 0 : CalleeIsPinged);
        return
        [
            .. Key(call), 0L, call.StoredAs, caller.Uri.ToString(), callee.Uri.ToString(), callee.Tag.ToString(),
            caller.CSeq.ToString(CultureInfo.InvariantCulture), callee.CSeq.ToString(CultureInfo.InvariantCulture), caller.Route.ToString(), callee.Route.ToString(),
            caller.Contact.ToString(), callee.Contact.ToString(), caller.Socket?.ToString() ?? "", callee.Socket?.ToString() ?? "",
            (long)call.State, DateOf(call.AnsweredAt), DateOf(call.ExpiresAt), (long)call.Flags, flags,
            List(call.Values.Select(static v => (AvpList.TextOf(v.Key), v.Value.IsText ? "s" + v.Value.Text : "i" + v.Value.Number.ToString(CultureInfo.InvariantCulture)))),
            List(profiles.Of(call).Select(static p => (p.Name.ToString(), p.Value.ToString()))),
            call.Sent is not { } sent ? "" : List([("from", sent.From.ToString()), ("to", sent.To.ToString()), ("cseq", sent.Raise.ToString(CultureInfo.InvariantCulture))]),
        ];
    }

    /// <summary>The call of a row and the profiles it was in.</summary>
    public (Call Call, List<ProfileEntry> Profiles) Read(object?[] row)
    {
        var flags = Number(row[19]);
        var call = new Call(
            Text(row[0]),
            new Party { Uri = Text(row[4]), Tag = Text(row[1]), Contact = Text(row[11]), Route = Text(row[9]), Socket = SocketOf(Text(row[13])), CSeq = (uint)Number(row[7]) },
            new Party { Uri = Text(row[5]), Tag = Text(row[6]), Contact = Text(row[12]), Route = Text(row[10]), Socket = SocketOf(Text(row[14])), CSeq = (uint)Number(row[8]) },
            MomentOf(Number(row[16])))
        {
            StoredAs = Math.Max(1, Number(row[3])),
            State = Number(row[15]) == (long)DialogState.Answered ? DialogState.Answered : DialogState.Confirmed,
            AnsweredAt = MomentOf(Number(row[16])),
            ExpiresAt = MomentOf(Number(row[17])),
            Timeout = (int)Math.Clamp(Number(row[17]) - Number(row[16]), 1, int.MaxValue / 1000),
            Flags = (uint)Number(row[18]),
            SendsBye = (flags & ByeOnTimeout) != 0,
            KeepsTimeout = (flags & KeptTimeout) != 0,
        };
        var sent = Items(row[22]).DistinctBy(static i => i.Name).ToDictionary(static i => i.Name, static i => i.Value);
        if (sent.TryGetValue("from", out var from) && sent.TryGetValue("to", out var to) && sent.TryGetValue("cseq", out var text) && uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var raise))
            call.Sent = new InviteAsSent(Utf8Text.From(from), Utf8Text.From(to), raise);
        if ((flags & CallerIsPinged) != 0)
            call.Caller.KeepAlive = new CallKeepAlive(call, keepAliveLimit);
        if ((flags & CalleeIsPinged) != 0)
            call.Callee.KeepAlive = new CallKeepAlive(call, keepAliveLimit);
        foreach (var (name, value) in Items(row[20]))
        {
            if (value.StartsWith('s'))
                call.SetValue(AvpList.NameOf(name), Value.FromText(Utf8Text.From(value[1..])));
            else if (value.Length > 1 && long.TryParse(value.AsSpan(1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
                call.SetValue(AvpList.NameOf(name), Value.FromInt(number));
        }
        call.IsChanged = false;
        return (call, [.. Items(row[21]).Select(static i => new ProfileEntry(Utf8Text.From(i.Name), i.Value.Length > 0 ? Utf8Text.From(i.Value) : default))]);
    }

    // Between moments of the clock, which starts with the machine, and dates.
    private long DateOf(long moment) => Today + (moment - clock.Milliseconds) / 1000;

    private long MomentOf(long date) => clock.Milliseconds + (date - Today) * 1000;

    private ListenSocket? SocketOf(Utf8Text name) => sockets.All.FirstOrDefault(s => s.SocketText.EqualsIgnoreCase(name.Span));

    private static Utf8Text Text(object? value) => value is null or "" ? default : Utf8Text.From(Convert.ToString(value, CultureInfo.InvariantCulture)!);

    private static long Number(object? value) => value is long number || long.TryParse(value as string, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number) ? number : 0;

    private static string List(IEnumerable<(string Name, string Value)> items) => string.Join('&', items.Select(static i => $"{Uri.EscapeDataString(i.Name)}={Uri.EscapeDataString(i.Value)}"));

    private static IEnumerable<(string Name, string Value)> Items(object? list) =>
        from item in (list as string ?? "").Split('&', StringSplitOptions.RemoveEmptyEntries)
        let at = item.IndexOf('=', StringComparison.Ordinal)
        where at > 0
        select (Uri.UnescapeDataString(item[..at]), Uri.UnescapeDataString(item[(at + 1)..]));
}
