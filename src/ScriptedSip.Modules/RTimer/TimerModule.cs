using System.Globalization;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.RTimer;

/// <summary>The timer module of SER 2.0: runs route blocks by the clock, as long as the script wants them to.</summary>
internal sealed class TimerModule : ScriptModule
{
    private const int ShortestMilliseconds = 10;

    private readonly List<ScriptTimer> _timers = [];
    private string? _mistake;

    [ModParam("declare_timer", "A timer as \"name=ROUTE,interval[,slow|fast[,enable]]\": the block it runs, milliseconds from 10, whether it runs from the start; slow and fast mean the same here.", RouteKey = "*")]
    public void Declare(string text)
    {
        var fields = text.Split(',', StringSplitOptions.TrimEntries);
        var names = fields[0].Split('=', 2, StringSplitOptions.TrimEntries);
        if (fields.Length < 2 || names[0].Length == 0 || !int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var interval) || interval < ShortestMilliseconds)
            _mistake ??= $"timer: \"{text}\" is not of the form name=ROUTE,milliseconds[,slow|fast[,enable]] with 10 milliseconds or more";
        else
            _timers.Add(new ScriptTimer(names[0], names[^1], interval) { IsEnabled = fields.Skip(2).Contains("enable", StringComparer.OrdinalIgnoreCase) });
    }

    public override string? Validate(ScriptVersion script) => _mistake;

    public override void Start(ModuleHost host)
    {
        foreach (var timer in _timers)
        {
            host.Every(timer.Interval, context =>
            {
                if (timer.IsEnabled && host.CurrentScript().FindRoute(RouteKinds.Request, timer.Route) is { } block)
                    host.Import<IOwnRuns>()!.Run(context, block, RouteKinds.Timer);
            });
        }
    }

    [SipFunction("timer_enable", RouteKinds.Any, "Lets a timer run (1) or rest (0), from its next turn on; -1 when there is none of that name.")]
    public Outcome Enable(Frame frame, Utf8Text name, int enable)
    {
        foreach (var timer in _timers)
        {
            if (!name.EqualsIgnoreCase(timer.Name.Span))
                continue;
            timer.IsEnabled = enable != 0;
            return Outcome.True;
        }
        return Outcome.False;
    }

    private sealed class ScriptTimer(string name, string route, int interval)
    {
        public Utf8Text Name { get; } = Utf8Text.From(name);

        public string Route { get; } = route;

        public int Interval { get; } = interval;

        public bool IsEnabled { get; set; }
    }
}
