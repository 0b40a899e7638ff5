using System.Globalization;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.RTimer;

/// <summary>The rtimer module: runs route blocks by the clock.</summary>
internal sealed class RTimerModule : ScriptModule
{
    private const string RouteKey = "route";
    private const int ShortestMilliseconds = 10;

    private readonly Dictionary<string, string> _intervals = new(StringComparer.Ordinal);
    private readonly List<(string Timer, string Route)> _executions = [];
    private string? _mistake;

    [ModParam("default_interval", "Seconds between two runs of timers that do not say; at least 1.")]
    public int DefaultInterval { get; set; } = 120;

    [ModParam("timer", "A timer as \"name=x;interval=10\": seconds, or microseconds as 10000u; its mode is accepted and has no meaning here.")]
    public void AddTimer(string text)
    {
        var fields = Fields(text);
        if (fields.TryGetValue("name", out var name) && name.Length > 0)
            _intervals[name] = fields.GetValueOrDefault("interval", "");
        else
            _mistake ??= $"rtimer: \"{text}\" names no timer; it is written name=x;interval=10";
    }

    [ModParam("exec", "What a timer runs, as \"timer=x;route=NAME\".", RouteKey = RouteKey)]
    public void AddExecution(string text)
    {
        var fields = Fields(text);
        if (fields.TryGetValue("timer", out var timer) && fields.TryGetValue(RouteKey, out var route))
            _executions.Add((timer, route));
        else
            _mistake ??= $"rtimer: \"{text}\" is not of the form timer=x;route=NAME";
    }

    public override string? Validate(ScriptVersion script)
    {
        if (_mistake is not null)
            return _mistake;
        foreach (var (name, interval) in _intervals)
        {
            if (MillisecondsOf(interval) < ShortestMilliseconds)
                return $"rtimer: the interval of timer {name} must be a number of seconds from 1, or of microseconds from {ShortestMilliseconds * 1000}u";
        }
        return _executions.FirstOrDefault(e => !_intervals.ContainsKey(e.Timer)) is { Timer: { } unknown } ? $"rtimer: there is no timer {unknown}" : null;
    }

    public override void Start(ModuleHost host)
    {
        foreach (var (timer, route) in _executions)
        {
            host.Every(MillisecondsOf(_intervals[timer]), context =>
            {
                if (host.CurrentScript().FindRoute(RouteKinds.Request, route) is { } block)
                    host.Import<IOwnRuns>()!.Run(context, block, RouteKinds.Timer);
            });
        }
    }

    private int MillisecondsOf(string interval)
    {
        if (interval.Length == 0)
            return DefaultInterval * 1000;
        var isFine = interval.EndsWith('u');
        return int.TryParse(isFine ? interval[..^1] : interval, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= int.MaxValue / 1000
            ? isFine ? number / 1000 : number * 1000
            : 0;
    }

    private static Dictionary<string, string> Fields(string text) => text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(static field => field.Split('=', 2, StringSplitOptions.TrimEntries))
        .Where(static pair => pair.Length == 2)
        .GroupBy(static pair => pair[0], StringComparer.Ordinal)
        .ToDictionary(static group => group.Key, static group => group.Last()[1], StringComparer.Ordinal);
}
