using ScriptedSip.Sip;

namespace ScriptedSip.Tests.Support;

/// <summary>A clock that stands still until a test moves it.</summary>
internal sealed class FakeClock : IClock
{
    private static readonly DateTimeOffset Start = new(2007, 4, 10, 12, 0, 0, TimeSpan.Zero);

    // Not zero: a time of 0 must not pass for "never set".
    public long Milliseconds { get; private set; } = 1_000_000;

    public DateTimeOffset UtcNow => Start.AddMilliseconds(Milliseconds - 1_000_000);

    public void Advance(int milliseconds) => Milliseconds += milliseconds;
}
