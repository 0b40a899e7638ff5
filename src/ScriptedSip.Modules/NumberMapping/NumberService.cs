namespace ScriptedSip.Modules.NumberMapping;

/// <summary>Which NAPTR records of a number are meant: enumservices as a script names them (RFC 6116 3.4.3).</summary>
internal static class NumberService
{
    private const string Prefix = "E2U+";

    /// <summary>
    /// Without a wish those of service E2U+sip; "voice" means E2U+voice:sip; "+sip+video:sip" means records with any of these, alone or among others.
    /// </summary>
    public static bool Matches(string services, string wanted)
    {
        if (!services.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            return false;
        var offered = services[Prefix.Length..];
        if (!wanted.StartsWith('+'))
            return offered.Equals(wanted.Length == 0 ? "sip" : wanted + ":sip", StringComparison.OrdinalIgnoreCase);
        return offered.Split('+').Intersect(wanted[1..].Split('+'), StringComparer.OrdinalIgnoreCase).Any();
    }
}
