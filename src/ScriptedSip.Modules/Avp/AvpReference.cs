using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.Avp;

/// <summary>AVP names in module parameters: "$avp(name)", "$avp(s:name)", "$avp(i:42)", and the bare "s:name", "i:42" of early scripts.</summary>
internal static class AvpReference
{
    /// <summary>Where nathelper leaves the source of a REGISTER for registrar when no script names an AVP for it.</summary>
    public static int DefaultReceived { get; } = AvpList.NameOf("received_uri");

    /// <summary>The number of the AVP; 0 when the text names none.</summary>
    public static int Parse(string text)
    {
        var name = text.Trim();
        if (name.StartsWith("$avp(", StringComparison.Ordinal) && name.EndsWith(')'))
            name = name[5..^1];
        else if (!name.StartsWith("s:", StringComparison.Ordinal) && !name.StartsWith("i:", StringComparison.Ordinal))
            return 0;
        return name.Length == 0 || name.Contains('$') ? 0 : AvpList.NameOf(name);
    }
}
