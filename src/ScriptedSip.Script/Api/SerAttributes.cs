namespace ScriptedSip.Script.Api;

/// <summary>
/// The attributes of SER 2.0 as AVPs: <c>$fu.x</c> is the AVP "fu.x". The first letter says whose it is (f the caller's, t the callee's), the second
/// from where (r the URI, u the user, d the domain); g is the server's.
/// </summary>
public static class SerAttributes
{
    private static readonly string[] Caller = ["fr", "fu", "fd"];
    private static readonly string[] Callee = ["tr", "tu", "td"];
    private static readonly string[] Everywhere = [.. Caller, .. Callee, "g"];

    /// <summary>The AVPs to look at, in this order.</summary>
    /// <param name="class">As written; null for none.</param>
    public static IEnumerable<int> ToRead(string? @class, string name)
    {
        string[] classes = @class switch { null => Everywhere, "f" => Caller, "t" => Callee, _ => [@class] };
        return classes.Select(one => AvpList.NameOf($"{one}.{name}"));
    }

    /// <summary>The AVP to write to: that of the URI where the class leaves it open, the caller's where nothing is said.</summary>
    public static int ToWrite(string? @class, string name) => AvpList.NameOf($"{@class switch { null or "f" => "fr", "t" => "tr", _ => @class }}.{name}");
}

/// <summary>Attributes of the whole server: replaced as a whole by whoever reads them from a table, read by every run.</summary>
public sealed class GlobalAttributes
{
    private volatile Dictionary<int, Value[]> _values = [];

    /// <summary>Value number <paramref name="index"/> of an AVP name, 0 being the first; null when there is none.</summary>
    public Value Get(int name, int index = 0) => _values.TryGetValue(name, out var values) && (uint)index < (uint)values.Length ? values[index] : Value.Null;

    /// <summary>Puts other values in the place of all there are.</summary>
    public void Replace(IEnumerable<(int Name, Value Value)> values) =>
        _values = values.GroupBy(static pair => pair.Name).ToDictionary(static group => group.Key, static group => group.Select(static pair => pair.Value).ToArray());
}
