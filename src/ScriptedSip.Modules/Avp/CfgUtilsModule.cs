using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Avp;

/// <summary>The cfgutils module: chance, global flags, hashes. Waiting in a script is not offered: it would hold up all other messages.</summary>
[NotOffered("sleep usleep", "a run that sleeps would hold up its worker")]
[NotOffered("lock unlock trylock get_static_lock release_static_lock get_dynamic_lock release_dynamic_lock strings_share_lock", "a run that waits for another would hold up its worker")]
[NotOffered("pkg_summary shm_summary", "memory belongs to the runtime here; scriptedsip ctl stats shows what is held")]
[NotOffered("check_route_exists route_if_exists", "names of routes are checked when the script is loaded")]
internal sealed class CfgUtilsModule : GlobalFlags
{
    private readonly SharedVariableSettings _shared = new("cfgutils");
    private int _probability;

    [ModParam("shvset", "Start value of a $shv variable: name=i:5 or name=s:text; may be repeated.")]
    public void SetShared(string definition) => _shared.Add(definition);

    [ModParam("initial_probability", "Chance of rand_event() at the start in per cent, 0 to 100.")]
    public int InitialProbability { get; set; } = 10;

    [ModParam("initial_gflags", "Global flags at the start, as a number.")]
    public int InitialFlags { get; set; }

    public override string? Validate(ScriptVersion script) =>
        InitialProbability is < 0 or > 100 ? "cfgutils: initial_probability must be from 0 to 100" : _shared.Objection();

    public override void Started(ModuleHost host) => _shared.Apply(host);

    public override void Start(ModuleHost host)
    {
        _probability = InitialProbability;
        SetAll((uint)InitialFlags);
    }

    [SipFunction("rand_set_prob", RouteKinds.Any, "Sets the chance of rand_event() in per cent, 0 to 100; -1 for another number.")]
    public Outcome SetProbability(Frame frame, int percent)
    {
        if (percent is < 0 or > 100)
            return Outcome.False;
        Volatile.Write(ref _probability, percent);
        return Outcome.True;
    }

    [SipFunction("rand_reset_prob", RouteKinds.Any, "Sets the chance of rand_event() to what it was at the start; 1.")]
    public Outcome ResetProbability(Frame frame)
    {
        Volatile.Write(ref _probability, InitialProbability);
        return Outcome.True;
    }

    [SipFunction("rand_get_prob", RouteKinds.Any, "The chance of rand_event() in per cent as return code; so 0 ends the script.")]
    public Outcome GetProbability(Frame frame) => new(Volatile.Read(ref _probability));

    [ResultMatters]
    [SipFunction("rand_event", RouteKinds.Any, "1 with the chance that is set, else -1.")]
    public Outcome HappensByChance(Frame frame) => Outcome.From((int)(frame.Context.NextRandom() % 100) < Volatile.Read(ref _probability));

    [ResultMatters]
    [SipFunction("core_hash", RouteKinds.Any, "A number from 1 to size that is the same for the same two texts, as return code; -1 for a size below 1.")]
    public Outcome Hash(Frame frame, Utf8Text first, Utf8Text second, int size)
    {
        if (size < 1)
            return Outcome.False;
        // FNV-1a: the same in every run, unlike hashes that guard against collisions.
        var hash = 2166136261u;
        foreach (var value in first.Span)
            hash = (hash ^ value) * 16777619;
        foreach (var value in second.Span)
            hash = (hash ^ value) * 16777619;
        return new Outcome((int)(hash % (uint)size) + 1);
    }
}
