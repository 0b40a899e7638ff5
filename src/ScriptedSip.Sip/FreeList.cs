using System.Diagnostics.CodeAnalysis;

namespace ScriptedSip.Sip;

/// <summary>
/// Objects waiting to be used again, the last one first. Knows how many lay unused since it was last trimmed, so that what traffic needs at its height
/// stays and what only a burst needed can go. Thread-safe.
/// </summary>
public sealed class FreeList<T>(int capacity = int.MaxValue)
    where T : class
{
    private readonly Stack<T> _free = new();
    private int _unused;

    /// <summary>Objects waiting.</summary>
    public int Count
    {
        get
        {
            lock (_free)
                return _free.Count;
        }
    }

    /// <summary>Takes one; false when there is none.</summary>
    public bool TryTake([NotNullWhen(true)] out T? item)
    {
        lock (_free)
        {
            var isTaken = _free.TryPop(out item);
            _unused = Math.Min(_unused, _free.Count);
            return isTaken;
        }
    }

    /// <summary>Gives one back; false when there are as many as may be kept.</summary>
    public bool TryPut(T item)
    {
        lock (_free)
        {
            if (_free.Count >= capacity)
                return false;
            _free.Push(item);
            return true;
        }
    }

    /// <summary>Gives up those that lay unused ever since the last call, and tells each of them to <paramref name="onGivenUp"/>.</summary>
    /// <returns>How many those were.</returns>
    public int Trim(Action<T>? onGivenUp = null)
    {
        lock (_free)
        {
            var unused = _unused;
            for (var left = unused; left > 0; left--)
            {
                var item = _free.Pop();
                onGivenUp?.Invoke(item);
            }
            if (unused > 0)
                _free.TrimExcess();
            _unused = _free.Count;
            return unused;
        }
    }
}
