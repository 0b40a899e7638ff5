using ScriptedSip.Modules.Core;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.Permissions;

/// <summary>A peer that is let in without a password: over a protocol (None for any), and if From and Request-URI match their patterns (null for any).</summary>
internal sealed record TrustedPeer(UInt128 Address, TransportProtocol Protocol, BytePattern? From, BytePattern? Uri, Utf8Text Tag, long Priority);

/// <summary>Trusted peers by address, those of higher priority first. Immutable; a reload makes a new one.</summary>
internal sealed class TrustedTable
{
    private readonly Dictionary<UInt128, TrustedPeer[]> _peers;

    private TrustedTable(IEnumerable<TrustedPeer> peers) =>
        _peers = peers.GroupBy(static p => p.Address).ToDictionary(static g => g.Key, static g => g.OrderByDescending(static p => p.Priority).ToArray());

    public static TrustedTable Empty { get; } = new([]);

    /// <summary>Makes a table of rows "source, protocol, From pattern, tag, Request-URI pattern, priority". Rows that mean nothing are left out and reported.</summary>
    public static TrustedTable Of(IEnumerable<object?[]> rows, ScriptVersion script, ScriptLog log)
    {
        var peers = new List<TrustedPeer>();
        foreach (var row in rows)
        {
            if (Peer(row, script, out var problem) is { } peer)
                peers.Add(peer);
            else if (problem.Length > 0)
                log.Write(LogLevel.Debug, $"permissions: a trusted peer is left out: {problem}");
        }
        return new TrustedTable(peers);
    }

    /// <summary>The peers at an address.</summary>
    public ReadOnlySpan<TrustedPeer> At(in SipEndpoint endpoint) => _peers.GetValueOrDefault(AddressEntry.AddressOf(endpoint));

    private static TrustedPeer? Peer(object?[] row, ScriptVersion script, out string problem)
    {
        problem = "";
        var source = row[0]?.ToString() ?? "";
        if (!SipEndpoint.TryParseAddress(Utf8Text.From(source).Span, TransportProtocol.Udp, 0, out var endpoint))
        {
            problem = $"\"{source}\" is no address";
            return null;
        }
        var protocol = (row[1]?.ToString() ?? "").Trim().ToLowerInvariant();
        var wanted = TransportNames.Parse(Utf8Text.From(protocol).Span);
        if (wanted == TransportProtocol.None && protocol is not ("any" or ""))
        {
            // "none" switches a row off; the other names are of transports that no request here comes over.
            problem = protocol is "none" or "sctp" or "ws" or "wss" ? "" : $"\"{protocol}\" is no protocol";
            return null;
        }
        if (!TryPattern(row[2], script, out var from, out problem) || !TryPattern(row[4], script, out var uri, out problem))
            return null;
        return new TrustedPeer(AddressEntry.AddressOf(endpoint), wanted, from, uri, Utf8Text.From(row[3]?.ToString() ?? ""), row[5] is long priority ? priority : 0);
    }

    private static bool TryPattern(object? value, ScriptVersion script, out BytePattern? pattern, out string problem)
    {
        pattern = null;
        problem = "";
        if (value?.ToString() is not { Length: > 0 } text)
            return true;
        pattern = script.CompilePattern(text, out var error);
        problem = $"\"{text}\": {error}";
        return pattern is not null;
    }
}
