using ScriptedSip.Sip;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transactions;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Script.Api;

/// <summary>
/// A module of the script language: its functions, variables and parameters are attributed public members. One instance serves the whole
/// program and outlives script versions.
/// </summary>
public abstract class ScriptModule
{
    /// <summary>Called once, with all parameters set, before the first message. Exports and imports interfaces of other modules here.</summary>
    public virtual void Start(ModuleHost host) { }

    /// <summary>Called once all modules have been started: other modules' exports are complete now.</summary>
    public virtual void Started(ModuleHost host) { }

    /// <summary>Checks its parameters and the script as a whole at load; returns a sentence to refuse, null to agree.</summary>
    public virtual string? Validate(ScriptVersion script) => null;

    /// <summary>
    /// Asked of a new instance, its parameters set and valid but not yet started, when a reloaded script sets others than the running instance has:
    /// takes what must live on, and returns null; or a sentence that says why the parameters cannot change while the program runs. The running one
    /// goes on serving the transactions of the script before.
    /// </summary>
    public virtual string? TakeOver(ScriptModule running) => "they are read when the program starts";

    /// <summary>
    /// Called before a reloaded script gets its first message, on the modules of all versions: settings of the script that were read at start are read
    /// again, and what was looked up among other modules is looked up again.
    /// </summary>
    public virtual void Reloaded(ModuleHost host) { }

    /// <summary>Called once at the end.</summary>
    public virtual void Stop() { }

    /// <summary>
    /// Called in place of <see cref="Stop"/> on an instance that was started for a reloaded script when that is refused after all: the instance before
    /// it, if there is one, goes on.
    /// </summary>
    public virtual void Withdraw() => Stop();
}

/// <summary>What the program offers its modules.</summary>
public sealed class ModuleHost
{
    // Replaced whole: modules import while messages are processed.
    private volatile Dictionary<Type, object> _exports = [];

    public required IClock Clock { get; init; }

    public required ScriptLog Log { get; init; }

    public required IDestinationResolver Resolver { get; init; }

    public required TransactionEngine Transactions { get; init; }

    public required LocalNames LocalNames { get; init; }

    public required SocketTable Sockets { get; init; }

    /// <summary>The open TCP connections; null where there are none, as in tests.</summary>
    public ConnectionTable? Connections { get; init; }

    public required MessageBufferPool Buffers { get; init; }

    public required SipCounters Counters { get; init; }

    /// <summary>The script that runs, or, in calls made while one is being taken over, the one that will.</summary>
    public required Func<ScriptVersion> CurrentScript { get; init; }

    /// <summary>Runs an action every so often on the timer thread, with a context to send from. Interval in milliseconds, at least 10.</summary>
    public required Action<int, Action<ScriptContext>> Every { get; init; }

    /// <summary>Offers an interface to other modules.</summary>
    public void Export<T>(T service) where T : class => _exports = new Dictionary<Type, object>(_exports) { [typeof(T)] = service };

    /// <summary>What is exported now; <see cref="Restore"/> goes back to it.</summary>
    public object Exports => _exports;

    /// <summary>Takes back exports of modules that could not be started after all.</summary>
    public void Restore(object exports) => _exports = (Dictionary<Type, object>)exports;

    /// <summary>The interface another loaded module exports, or null.</summary>
    public T? Import<T>() where T : class => _exports.TryGetValue(typeof(T), out var service) ? (T)service : null;
}
