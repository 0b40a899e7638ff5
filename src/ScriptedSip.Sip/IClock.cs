namespace ScriptedSip.Sip;

/// <summary>Where time comes from; tests move it by hand.</summary>
public interface IClock
{
    /// <summary>Milliseconds since an arbitrary start; never goes back.</summary>
    long Milliseconds { get; }

    /// <summary>Wall-clock time.</summary>
    DateTimeOffset UtcNow { get; }
}

/// <summary>The machine's clocks.</summary>
public sealed class SystemClock : IClock
{
    /// <inheritdoc/>
    public long Milliseconds => Environment.TickCount64;

    /// <inheritdoc/>
    public DateTimeOffset UtcNow => DateTimeOffset.UtcNow;
}
