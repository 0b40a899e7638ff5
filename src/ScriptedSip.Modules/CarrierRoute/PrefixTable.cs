using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.CarrierRoute;

/// <summary>Something for each of many prefixes of a number.</summary>
internal sealed class PrefixTable<T> where T : class
{
    private readonly Dictionary<Utf8Text, T> _all = [];
    private int _longest;

    public IEnumerable<KeyValuePair<Utf8Text, T>> All => _all;

    public T this[Utf8Text prefix]
    {
        set
        {
            _all[prefix] = value;
            _longest = Math.Max(_longest, prefix.Length);
        }
    }

    public bool TryGet(Utf8Text prefix, out T value) => _all.TryGetValue(prefix, out value!);

    /// <summary>What is there for the longest prefix of a number; with <paramref name="length"/> for the longest that is no longer. It becomes the length found, or -1.</summary>
    public T? Find(Utf8Text number, ref int length)
    {
        for (length = Math.Min(Math.Min(length, number.Length), _longest); length >= 0; length--)
        {
            if (_all.TryGetValue(number[new Slice(0, length)], out var value))
                return value;
        }
        return null;
    }
}
