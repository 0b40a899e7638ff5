namespace ScriptedSip.Modules.Dispatcher;

/// <summary>The destinations under one number, in the order of the list.</summary>
internal sealed class DispatchSet
{
    private int _last = -1;

    public DispatchSet(int id, DispatchDestination[] destinations)
    {
        Id = id;
        All = destinations;
        ByPriority = [.. destinations.OrderByDescending(d => d.Priority)];
    }

    public int Id { get; }

    public DispatchDestination[] All { get; }

    /// <summary>The highest priority first; equals keep their order.</summary>
    public DispatchDestination[] ByPriority { get; }

    /// <summary>The position whose turn it is.</summary>
    public int NextTurn() => (int)((uint)Interlocked.Increment(ref _last) % (uint)All.Length);
}
