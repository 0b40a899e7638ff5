using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using ScriptedSip.Modules.Sl;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.RateLimit;

/// <summary>The ratelimit module: lets only so many requests a second through each of its pipes.</summary>
internal sealed class RateLimitModule : ScriptModule
{
    private const int MaxPipes = 100_000;
    private const string Alone = "Pipes are this server's own.";

    private readonly ConcurrentDictionary<string, Pipe> _pipes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Pipe>.AlternateLookup<ReadOnlySpan<char>> _byName;
    private readonly List<(string Method, string Pipe)> _queues = [];
    private string? _objection;
    private IReplies? _replies;
    private Utf8Text _reason;

    public RateLimitModule() => _byName = _pipes.GetAlternateLookup<ReadOnlySpan<char>>();

    [ModParam("pipe", "A pipe of Kamailio scripts: \"number:algorithm:requests a second\"; TAILDROP or RED.")]
    public void AddPipe(string text)
    {
        if (text.Split(':', StringSplitOptions.TrimEntries) is [var name, var algorithm, var limit]
            && int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && Algorithm(algorithm) is { } known)
            _pipes[name] = new Pipe(number, known);
        else
            _objection = $"ratelimit: the pipe \"{text}\" is not of the form \"number:TAILDROP:limit\" or \"number:RED:limit\"";
    }

    [ModParam("queue", "The pipe rl_check() without arguments takes for a method: \"number:METHOD\", * for any.")]
    public void AddQueue(string text)
    {
        if (text.Split(':', StringSplitOptions.TrimEntries) is [{ Length: > 0 } pipe, { Length: > 0 } method])
            _queues.Add((method, pipe));
        else
            _objection = $"ratelimit: the queue \"{text}\" is not of the form \"number:METHOD\"";
    }

    [ModParam("default_algorithm", "Algorithm of pipes that name none: TAILDROP or RED.")]
    public string DefaultAlgorithm { get; set; } = "TAILDROP";

    [ModParam("expire_time", "Seconds after which a pipe nobody asked is forgotten. 1 or more.")]
    public int Expiry { get; set; } = 3600;

    [ModParam("reply_code", "Code with which rl_drop() answers, 300 to 699.")]
    public int ReplyCode { get; set; } = 503;

    [ModParam("reply_reason", "Reason with which rl_drop() answers.")]
    public string ReplyReason { get; set; } = "Server Unavailable";

    [ModParam("timer_interval", "Pipes fill continuously.", Ignored = true)]
    public int TimerInterval { get; set; }

    [ModParam("hash_size", "Pipes are found by name.", Ignored = true)]
    public int HashSize { get; set; }

    [ModParam("limit_per_interval", "Limits are requests a second.", Ignored = true)]
    public int LimitPerInterval { get; set; }

    [ModParam("window_size", "Pipes are token buckets of one second.", Ignored = true)]
    public int WindowSize { get; set; }

    [ModParam("slot_period", "Pipes are token buckets of one second.", Ignored = true)]
    public int SlotPeriod { get; set; }

    [ModParam("cachedb_url", Alone, Ignored = true)]
    public string CacheUrl { get; set; } = "";

    [ModParam("db_prefix", Alone, Ignored = true)]
    public string CachePrefix { get; set; } = "";

    public override string? Validate(ScriptVersion script)
    {
        if (_objection is not null)
            return _objection;
        if (Algorithm(DefaultAlgorithm) is null)
            return "ratelimit: default_algorithm must be TAILDROP or RED";
        if (_queues.Find(q => !_pipes.ContainsKey(q.Pipe)) is { Pipe: { } missing })
            return $"ratelimit: a queue names pipe {missing}, which is not defined";
        return ReplyCode is < 300 or > 699 || Expiry < 1 ? "ratelimit: reply_code must be from 300 to 699 and expire_time 1 or more" : null;
    }

    public override void Started(ModuleHost host)
    {
        _replies = host.Import<IReplies>();
        _reason = Utf8Text.From(ReplyReason);
        var isFixed = _pipes.Keys.ToHashSet(StringComparer.Ordinal);
        host.Every(10_000, context => Forget(context.Now, isFixed));
    }

    [ResultMatters]
    [SipFunction("rl_check", RouteKinds.Any, "1 when the pipe of the request's method lets it pass, and when it has none; else -1.")]
    public Outcome Check(Frame frame)
    {
        foreach (var (method, pipe) in _queues)
        {
            if (method == "*" || Ascii.Equals(frame.Message[frame.Message.MethodText], method))
                return Check(frame, _pipes[pipe]);
        }
        return Outcome.True;
    }

    [ResultMatters]
    [SipFunction("rl_check", RouteKinds.Any, "1 when the pipe lets the request pass, else -1; 1 as well when there is no such pipe.", Aliases = "rl_check_pipe")]
    public Outcome Check(Frame frame, Utf8Text pipe) => TryFind(pipe, out var found) ? Check(frame, found) : Outcome.True;

    [ResultMatters]
    [SipFunction("rl_check", RouteKinds.Any, "1 while the requests of that name stay below the limit in requests a second, else -1. The algorithm is TAILDROP or RED.")]
    public Outcome Check(Frame frame, Utf8Text name, int limit, Utf8Text algorithm = default)
    {
        if (limit < 0)
            return Outcome.False;
        if (!TryFind(name, out var pipe))
        {
            var chosen = Algorithm(algorithm.IsEmpty ? DefaultAlgorithm : algorithm.ToString());
            if (chosen is null || _pipes.Count >= MaxPipes)
                return Outcome.False;
            pipe = _pipes.GetOrAdd(name.ToString(), static (_, made) => made, new Pipe(limit, chosen.Value));
        }
        return Outcome.From(pipe.TryPass(limit, frame.Context.Now, frame.Context.NextRandom()));
    }

    [SipFunction("rl_dec_count", RouteKinds.Any, "Takes one request back from the count of a pipe; -1 when there is none of that name.")]
    public Outcome Decrement(Frame frame, Utf8Text name)
    {
        if (!TryFind(name, out var pipe))
            return Outcome.False;
        pipe.GiveBack();
        return Outcome.True;
    }

    [SipFunction("rl_reset_count", RouteKinds.Any, "Starts a pipe afresh; -1 when there is none of that name.")]
    public Outcome Reset(Frame frame, Utf8Text name)
    {
        if (!TryFind(name, out var pipe))
            return Outcome.False;
        pipe.Refill();
        return Outcome.True;
    }

    [Fate(RequestFate.Answered)]
    [SipFunction("rl_drop", RouteKinds.Request | RouteKinds.Local, "Answers with reply_code, and with Retry-After when seconds are given, between the two when there are two; 1.")]
    public Outcome Drop(Frame frame, int from = 0, int to = 0)
    {
        if (from > 0)
        {
            var seconds = to > from ? from + (int)(frame.Context.NextRandom() % (ulong)(to - from + 1)) : from;
            var line = frame.Arena.Concat("Retry-After: "u8, Value.FromInt(seconds).ToText(frame.Arena).Span);
            frame.ReplyHeaders = frame.Arena.Concat(frame.ReplyHeaders.Span, frame.Arena.Concat(line.Span, "\r\n"u8).Span);
        }
        return _replies!.Reply(frame, ReplyCode, _reason);
    }

    private static Outcome Check(Frame frame, Pipe pipe) => Outcome.From(pipe.TryPass(pipe.Limit, frame.Context.Now, frame.Context.NextRandom()));

    private bool TryFind(Utf8Text name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Pipe? pipe)
    {
        Span<char> characters = stackalloc char[64];
        pipe = null;
        return name.Length <= characters.Length
            && Encoding.UTF8.TryGetChars(name.Span, characters, out var length) && _byName.TryGetValue(characters[..length], out pipe);
    }

    private void Forget(long now, HashSet<string> isFixed)
    {
        foreach (var (name, pipe) in _pipes)
        {
            if (!isFixed.Contains(name) && now - pipe.UsedAt > Expiry * 1000L)
                _pipes.TryRemove(name, out _);
        }
    }

    private static PipeAlgorithm? Algorithm(string name) => name.ToUpperInvariant() switch
    {
        "TAILDROP" => PipeAlgorithm.TailDrop,
        "RED" => PipeAlgorithm.RandomEarly,
        _ => null,
    };
}
