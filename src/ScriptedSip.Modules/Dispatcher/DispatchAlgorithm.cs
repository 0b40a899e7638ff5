using ScriptedSip.Modules.Core;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Modules.Dispatcher;

/// <summary>Which destination of a set comes first for a request, by the dialect's algorithm numbers.</summary>
internal static class DispatchAlgorithm
{
    public const int ByPriority = 8;

    /// <summary>True for a number that is carried out here.</summary>
    public static bool IsKnown(int algorithm) => algorithm is >= 0 and <= 9 or 11;

    /// <summary>Position to begin with, before unused destinations are passed over; -1 when the request lacks what the algorithm looks at.</summary>
    public static int First(Frame frame, DispatchSet set, int algorithm, bool onlyUser, Format? hashed)
    {
        var message = frame.Message;
        switch (algorithm)
        {
            case 0:
                return Hash(message[message.CallId], set);
            case 1:
                return HashUri(message[message.From.Uri], set, onlyUser);
            case 2:
                return HashUri(message[message.To.Uri], set, onlyUser);
            case 3:
                return HashUri(frame.RequestUri.Span, set, onlyUser);
            case 4:
                return set.NextTurn();
            case 5:
                // Without credentials nobody is known yet: the destinations take turns.
                var user = CredentialVariables.Part(message, "username"u8).Text;
                return user.IsEmpty ? set.NextTurn() : Hash(user.Span, set);
            case 7:
                return hashed is null ? -1 : Hash(hashed.Render(frame).Span, set);
            case ByPriority:
                return 0;
            case 9:
                return ByWeight(frame, set, relative: false);
            case 11:
                return ByWeight(frame, set, relative: true);
            default:
                return (int)(frame.Context.NextRandom() % (ulong)set.All.Length);
        }
    }

    private static int HashUri(ReadOnlySpan<byte> text, DispatchSet set, bool onlyUser)
    {
        if (!UriParser.TryParse(text, out var uri))
            return -1;
        if (onlyUser && uri.User.IsPresent)
            return Hash(uri.User.In(text), set);
        // RFC 3261 19.1.4: the same address with and without the default port, parameters aside.
        var hash = Add(Seed, uri.User.In(text));
        hash = Add(hash, uri.Host.In(text));
        if (uri.Port is not (0 or 5060))
            hash = Add(hash, uri.PortText.In(text));
        return (int)(hash % (uint)set.All.Length);
    }

    private static int Hash(ReadOnlySpan<byte> text, DispatchSet set) => text.IsEmpty ? -1 : (int)(Add(Seed, text) % (uint)set.All.Length);

    // FNV-1a over lower-case letters: the same in every process, so that proxies side by side choose alike.
    private const uint Seed = 2166136261;

    private static uint Add(uint hash, ReadOnlySpan<byte> text)
    {
        foreach (var octet in text)
            hash = (hash ^ (octet is >= (byte)'A' and <= (byte)'Z' ? octet | 0x20u : octet)) * 16777619;
        return (hash ^ 0xFF) * 16777619;
    }

    private static int ByWeight(Frame frame, DispatchSet set, bool relative)
    {
        var total = 0L;
        foreach (var destination in set.All)
            total += Share(destination, relative);
        if (total == 0)
            return set.NextTurn();
        var point = (long)(frame.Context.NextRandom() % (ulong)total);
        for (var i = 0; i < set.All.Length; i++)
        {
            point -= Share(set.All[i], relative);
            if (point < 0)
                return i;
        }
        return 0;
    }

    private static int Share(DispatchDestination destination, bool relative) =>
        relative ? destination.IsUsable ? destination.RelativeWeight : 0 : destination.Weight;
}
