using ScriptedSip.Script.Api;

namespace ScriptedSip.Server;

/// <summary>
/// Tells the operator what databases say of themselves: at the start only once all modules run. A module that cannot do without its database ends the
/// start, and that alone is said then.
/// </summary>
internal sealed class DatabaseNews(ConsoleLog log)
{
    private readonly Lock _gate = new();
    private List<string>? _held = [];

    public void Take(string news)
    {
        lock (_gate)
        {
            if (_held is not null)
            {
                _held.Add(news);
                return;
            }
        }
        log.Announce(news, LogLevel.Warning);
    }

    /// <summary>The program runs: what was held back is told, and from now on everything at once.</summary>
    public void Tell()
    {
        List<string> held;
        lock (_gate)
        {
            held = _held ?? [];
            _held = null;
        }
        held.ForEach(news => log.Announce(news, LogLevel.Warning));
    }
}
