using ScriptedSip.Modules.Core;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Counting;

/// <summary>What modules statistics and counters share: counts with names, read with <c>$stat(name)</c>.</summary>
internal abstract class CountingModule : ScriptModule
{
    private readonly List<string> _defined = [];
    private IStatistics _statistics = null!;

    public override void Started(ModuleHost host)
    {
        _statistics = host.Import<IStatistics>()!;
        foreach (var name in _defined)
            _statistics.Add(Utf8Text.From(name), 0);
    }

    /// <summary>A count there is from the start; what follows the name is for people.</summary>
    protected void Define(string definition) => _defined.Add(definition.Split([' ', '/'], 2)[0]);

    protected Outcome Add(Utf8Text name, long amount)
    {
        if (name.IsEmpty)
            return Outcome.False;
        _statistics.Add(name, amount);
        return Outcome.True;
    }

    protected Outcome Reset(Utf8Text name)
    {
        if (name.IsEmpty)
            return Outcome.False;
        _statistics.Reset(name);
        return Outcome.True;
    }
}

/// <summary>The statistics module of OpenSER and OpenSIPS.</summary>
internal sealed class StatisticsModule : CountingModule
{
    [ModParam("variable", "Name of a count, which begins at 0; may be repeated.")]
    public void SetVariable(string name) => Define(name);

    [SipFunction("update_stat", RouteKinds.Any, "Adds a number, \"+1\" or \"-1\", to a count; 0 sets it back; -1 for something else.")]
    public Outcome Update(Frame frame, Utf8Text name, Utf8Text amount)
    {
        var digits = amount.Span;
        if (!digits.IsEmpty && digits[0] == '+')
            digits = digits[1..];
        if (!Value.TryParseInt(digits, out var number))
            return Outcome.False;
        return number == 0 ? Reset(name) : Add(name, number);
    }

    [SipFunction("reset_stat", RouteKinds.Any, "Sets a count to 0.")]
    public Outcome ResetStatistic(Frame frame, Utf8Text name) => Reset(name);
}

/// <summary>The counters module of Kamailio.</summary>
internal sealed class CountersModule : CountingModule
{
    [ModParam("script_counter", "Name of a count, which begins at 0, and after a blank what it counts; may be repeated.")]
    public void SetCounter(string definition) => Define(definition[(definition.IndexOf('.', StringComparison.Ordinal) + 1)..]);

    [ModParam("script_cnt_grp_name", "The group counts belong to; $stat(name) needs none.", Ignored = true)]
    public string Group { get; set; } = "";

    [SipFunction("cnt_inc", RouteKinds.Any, "Adds 1 to a count.")]
    public Outcome Increment(Frame frame, Utf8Text name) => Add(WithoutGroup(name), 1);

    [SipFunction("cnt_add", RouteKinds.Any, "Adds a number to a count.")]
    public Outcome Increase(Frame frame, Utf8Text name, int amount) => Add(WithoutGroup(name), amount);

    [SipFunction("cnt_reset", RouteKinds.Any, "Sets a count to 0.")]
    public Outcome ResetCounter(Frame frame, Utf8Text name) => Reset(WithoutGroup(name));

    private static Utf8Text WithoutGroup(Utf8Text name)
    {
        var dot = name.Span.IndexOf((byte)'.');
        return dot < 0 ? name : name[Slice.Between(dot + 1, name.Length)];
    }
}
