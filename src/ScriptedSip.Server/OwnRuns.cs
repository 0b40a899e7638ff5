using ScriptedSip.Script;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Server;

/// <summary>
/// Runs of the script that no message has started: at the start of the program and by the clock. What such a route sees as its message is a
/// request nobody has sent, as in the servers of the dialect.
/// </summary>
internal sealed class OwnRuns : IOwnRuns
{
    private const int PeriodMilliseconds = 100;

    private static readonly byte[] Nobody = [.. """
        OPTIONS sip:nobody@localhost SIP/2.0
        Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK0
        Max-Forwards: 70
        From: <sip:nobody@localhost>;tag=0
        To: <sip:nobody@localhost>
        Call-ID: 0
        CSeq: 1 OPTIONS
        Content-Length: 0


        """u8.ToArray().SelectMany(static b => b == '\n' ? "\r\n"u8.ToArray() : [b])];

    private readonly ModuleHost _host;
    private readonly Func<ScriptVersion> _currentScript;
    private ScriptVersion? _timed;
    private long[] _dueAt = [];

    public OwnRuns(ModuleHost host, Func<ScriptVersion> currentScript)
    {
        _host = host;
        _currentScript = currentScript;
        host.Export<IOwnRuns>(this);
        host.Every(PeriodMilliseconds, RunWhatIsDue);
    }

    /// <summary>Runs what a script wants to have run before its first message.</summary>
    public void RunStartup(ScriptContext context)
    {
        var script = _currentScript();
        Run(context, script, script.FindRoute(RouteKinds.Startup, ""), RouteKinds.Startup);
        foreach (var name in LoadOptions.StartEvents)
            Run(context, script, script.FindRoute(RouteKinds.Event, name), RouteKinds.Event);
        context.Outbox.Flush();
    }

    /// <inheritdoc/>
    public void Run(ScriptContext context, RouteRef route, RouteKinds kind) => Run(context, _currentScript(), route, kind);

    // Timers start anew with a script that has taken over. They come one after the other: while one has to wait, so do the next, but nothing else.
    private void RunWhatIsDue(ScriptContext context)
    {
        var script = _currentScript();
        var routes = script.TimerRoutes;
        if (!ReferenceEquals(script, _timed))
        {
            _timed = script;
            _dueAt = [.. routes.Select(r => context.Now + r.Seconds * 1000L)];
        }
        for (var i = 0; i < routes.Count; i++)
        {
            if (context.Now < _dueAt[i])
                continue;
            _dueAt[i] = context.Now + routes[i].Seconds * 1000L;
            Run(context, script, routes[i].Route, RouteKinds.Timer);
        }
    }

    private void Run(ScriptContext context, ScriptVersion script, RouteRef? route, RouteKinds kind)
    {
        if (route is null || _host.Sockets.All.Count == 0)
            return;
        var message = context.RentMessage();
        MessageParser.Parse(message, Nobody, Nobody.Length, isStream: false);
        message.Local = _host.Sockets.All[0];
        message.Source = message.Local.Endpoint;
        message.Stamp = ViaStamps.For(message);
        var frame = context.Rent(message, kind, script);
        try
        {
            route.Run(frame);
        }
        finally
        {
            context.Return(frame);
            context.Return(message);
            context.Arena.Reset();
        }
    }
}
