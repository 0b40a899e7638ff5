using System.Text;
using ScriptedSip.Modules.Core;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Modules.Sanity;

/// <summary>What is wrong with a message, as the answer to it.</summary>
internal sealed class SanityFault(int code, string reason)
{
    public int Code { get; } = code;

    public Utf8Text Reason { get; } = Utf8Text.From(reason);
}

/// <summary>The checks that can fail here, by their numbers in scripts.</summary>
internal static class SanityChecks
{
    private const int ExpiresValue = 256;
    private const int Uris = 1024;
    private const int Credentials = 2048;
    private const int DuplicateTags = 4096;
    private const int AuthorizationParts = 8192;

    private static readonly SanityFault BadExpires = new(400, "Bad Expires");
    private static readonly SanityFault BadRequestUri = new(400, "Bad Request URI");
    private static readonly SanityFault BadFromUri = new(400, "Bad From URI");
    private static readonly SanityFault BadToUri = new(400, "Bad To URI");
    private static readonly SanityFault BadContactUri = new(400, "Bad Contact URI");
    private static readonly SanityFault BadCredentials = new(400, "Bad Authorization");
    private static readonly SanityFault TwoTags = new(400, "Multiple Tags");

    /// <summary>The first check that fails, or null.</summary>
    public static SanityFault? Find(SipMessage message, int checks, int uris)
    {
        // RFC 3261 20.19: 0 to 2^32 - 1.
        if ((checks & ExpiresValue) != 0 && message.FirstValue(HeaderId.Expires) is { IsPresent: true } expires
            && (!Value.TryParseInt(message[expires], out var seconds) || seconds is < 0 or > uint.MaxValue))
            return BadExpires;
        if ((checks & Uris) != 0 && FindBadUri(message, uris) is { } badUri)
            return badUri;
        if ((checks & (Credentials | AuthorizationParts)) != 0
            && (!HasWholeCredentials(message, HeaderId.Authorization) || !HasWholeCredentials(message, HeaderId.ProxyAuthorization)))
            return BadCredentials;
        return (checks & DuplicateTags) != 0 && (HasTwoTags(message[message.From.Parameters]) || HasTwoTags(message[message.To.Parameters])) ? TwoTags : null;
    }

    private static SanityFault? FindBadUri(SipMessage message, int uris)
    {
        if ((uris & 1) != 0 && message.IsRequest && !UriParser.TryParse(message[message.RequestUri], out _))
            return BadRequestUri;
        if ((uris & 2) != 0 && !UriParser.TryParse(message[message.From.Uri], out _))
            return BadFromUri;
        if ((uris & 4) != 0 && !UriParser.TryParse(message[message.To.Uri], out _))
            return BadToUri;
        return (uris & 8) != 0 && HasBadContact(message) ? BadContactUri : null;
    }

    private static bool HasBadContact(SipMessage message)
    {
        for (var row = message.First(HeaderId.Contact); row >= 0; row = message.Header(row).NextSame)
        {
            var value = message.Header(row).Value;
            for (var start = value.Offset; start < value.End;)
            {
                if (!NameAddrParser.TryParse(message.Buffer, start, value.End, out var contact)
                    || (!contact.IsStar && !UriParser.TryParse(message[contact.Uri], out _)))
                    return true;
                start = contact.End + 1;
            }
        }
        return false;
    }

    // RFC 3261 25.1, dig-resp: these must be there.
    private static bool HasWholeCredentials(SipMessage message, HeaderId header)
    {
        for (var row = message.First(header); row >= 0; row = message.Header(row).NextSame)
        {
            var value = message[message.Header(row).Value];
            if (value.Length < 7 || !Ascii.EqualsIgnoreCase(value[..6], "Digest"u8))
                continue;
            var list = value[6..];
            if (Lacks(list, "username"u8) || Lacks(list, "realm"u8) || Lacks(list, "nonce"u8) || Lacks(list, "uri"u8) || Lacks(list, "response"u8))
                return false;
        }
        return true;
    }

    private static bool Lacks(ReadOnlySpan<byte> list, ReadOnlySpan<byte> name) => !ParameterList.Find(list, name, (byte)',').IsPresent;

    private static bool HasTwoTags(ReadOnlySpan<byte> parameters)
    {
        var first = ParameterList.Find(parameters, "tag"u8);
        return first.IsPresent && ParameterList.Find(parameters[first.End..], "tag"u8).IsPresent;
    }
}
