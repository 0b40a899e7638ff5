using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.Permissions;

/// <summary>Peers whose requests are trusted by address, protocol and From URI, from the rows of table <c>trusted</c>. Immutable.</summary>
internal sealed class TrustedTable
{
    private readonly Entry[] _entries;

    private TrustedTable(Entry[] entries) => _entries = entries;

    public static TrustedTable Empty { get; } = new([]);

    /// <summary>Rows of address, protocol, expression for the From URI and tag.</summary>
    public static TrustedTable Read(List<object?[]> rows)
    {
        var entries = new List<Entry>();
        foreach (var row in rows)
        {
            var protocol = (row[1] as string ?? "").Trim().ToLowerInvariant();
            if (!IPAddress.TryParse(row[0] as string, out var address) || protocol == "none" || !TryRead(row[2] as string, out var from))
                continue;
            entries.Add(new Entry(new SipEndpoint(TransportProtocol.Udp, address, 0), protocol is "" or "any" ? "" : protocol, from,
                row[3] is string { Length: > 0 } tag ? Value.FromText(Utf8Text.From(tag)) : Value.Null));
        }
        return new TrustedTable([.. entries]);
    }

    public bool TryFind(in SipEndpoint address, Utf8Text protocol, Utf8Text fromUri, out Value tag)
    {
        foreach (var entry in _entries)
        {
            if (!entry.Address.SameAddress(address) || (entry.Protocol.Length > 0 && !protocol.EqualsIgnoreCase(Encoding.ASCII.GetBytes(entry.Protocol)))
                || entry.From?.IsMatch(fromUri.ToString()) == false)
                continue;
            tag = entry.Tag;
            return true;
        }
        tag = Value.Null;
        return false;
    }

    // An expression that cannot be read trusts nobody.
    private static bool TryRead(string? text, out Regex? expression)
    {
        expression = null;
        if (string.IsNullOrEmpty(text))
            return true;
        try
        {
            expression = new Regex(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return true;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }

    private readonly record struct Entry(SipEndpoint Address, string Protocol, Regex? From, Value Tag);
}
