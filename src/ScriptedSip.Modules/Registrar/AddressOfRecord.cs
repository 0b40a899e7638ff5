using System.Text;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Modules.Registrar;

/// <summary>How a URI becomes the key that bindings are kept under.</summary>
/// <param name="UsesDomain">User and domain, not the user alone.</param>
/// <param name="IsCaseSensitive">Letters of the user are kept as they are; a domain is never case-sensitive.</param>
/// <param name="RealmPrefix">What is taken off the front of a domain.</param>
internal sealed record AddressOfRecord(bool UsesDomain, bool IsCaseSensitive, Utf8Text RealmPrefix)
{
    /// <summary>
    /// The canonical form (RFC 3261 10.3 step 5): parameters dropped, escapes resolved, letters lowered; empty when the URI has no user
    /// and the domain does not count, or when it is no URI.
    /// </summary>
    public Utf8Text Of(Arena arena, ReadOnlySpan<byte> uri)
    {
        if (!UriParser.TryParse(uri, out var parts))
            return default;
        var user = parts.User.In(uri);
        var writer = new SpanWriter(arena.Reserve(uri.Length + 1));
        WriteUser(ref writer, user);
        if (!IsCaseSensitive)
            Ascii.ToLowerInPlace(writer.Written, out _);
        if (UsesDomain && parts.Host.IsPresent)
        {
            writer.Write((byte)'@');
            var start = writer.Length;
            var host = parts.Host.In(uri);
            writer.Write(host.StartsWith(RealmPrefix.Span) ? host[RealmPrefix.Length..] : host);
            Ascii.ToLowerInPlace(writer.Written[start..], out _);
        }
        return arena.Commit(writer.Length);
    }

    private static void WriteUser(ref SpanWriter writer, ReadOnlySpan<byte> user)
    {
        for (var at = 0; at < user.Length; at++)
        {
            if (user[at] == '%' && at + 2 < user.Length && Value(user[at + 1]) is >= 0 and var high && Value(user[at + 2]) is >= 0 and var low)
            {
                writer.Write((byte)((high << 4) | low));
                at += 2;
                continue;
            }
            writer.Write(user[at]);
        }
    }

    private static int Value(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => digit - '0',
        >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
        _ => -1,
    };
}
