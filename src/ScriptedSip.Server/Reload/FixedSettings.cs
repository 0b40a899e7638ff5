using ScriptedSip.Script.Api;

namespace ScriptedSip.Server.Reload;

/// <summary>The core settings a running program cannot change: what its sockets and threads were made of.</summary>
internal static class FixedSettings
{
    private static readonly string[] Names = ["port", "children", "disable_tcp", "advertised_address", "advertised_port", "db_default_url"];

    private const string StreamPrefix = "tcp_";

    /// <summary>The names of the settings that differ where they must not.</summary>
    /// <param name="running">What the program was started with.</param>
    /// <param name="next">What another script wants.</param>
    /// <param name="listensElsewhere">The command line has said where to listen, so that the scripts need not agree.</param>
    public static IEnumerable<string> Changed(ScriptSettings running, ScriptSettings next, bool listensElsewhere)
    {
        if (!listensElsewhere && !running.Listen.SequenceEqual(next.Listen))
            yield return "listen";
        foreach (var name in running.All.Keys.Union(next.All.Keys).Where(n => Names.Contains(n) || n.StartsWith(StreamPrefix, StringComparison.Ordinal)))
        {
            if (!Equals(running.All.GetValueOrDefault(name), next.All.GetValueOrDefault(name)))
                yield return name;
        }
    }
}
