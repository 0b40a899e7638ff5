using ScriptedSip.Script.Api;
using ScriptedSip.Script.Text;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.Nat;

/// <summary>The signs of a NAT between the sender of a request and this server.</summary>
[Flags]
internal enum NatTests
{
    None = 0,
    ContactPrivate = 1,

    /// <summary>The source address is not that of the topmost Via.</summary>
    SourceDiffersFromVia = 2,
    ViaPrivate = 4,
    SdpPrivate = 8,

    /// <summary>The source port is not that of the topmost Via.</summary>
    PortDiffersFromVia = 16,
    SourcePrivate = 32,

    /// <summary>Came over WebSocket.</summary>
    WebSocket = 64,

    /// <summary>The port of the Contact is not the source port.</summary>
    PortDiffersFromContact = 128,

    /// <summary>The address in the session description is not the source address.</summary>
    SdpDiffersFromSource = 256,

    /// <summary>The address of the Contact is not the source address.</summary>
    SourceDiffersFromContact = 512,
}

/// <summary>Tells by a request whether a NAT is on its way.</summary>
internal static class NatTest
{
    private static readonly (byte[] Name, NatTests Test)[] Names =
    [
        ("private-contact"u8.ToArray(), NatTests.ContactPrivate), ("diff-ip-src-via"u8.ToArray(), NatTests.SourceDiffersFromVia),
        ("private-via"u8.ToArray(), NatTests.ViaPrivate), ("private-sdp"u8.ToArray(), NatTests.SdpPrivate),
        ("diff-port-src-via"u8.ToArray(), NatTests.PortDiffersFromVia), ("diff-ip-src-contact"u8.ToArray(), NatTests.SourceDiffersFromContact),
        ("diff-port-src-contact"u8.ToArray(), NatTests.PortDiffersFromContact),
    ];

    /// <summary>
    /// Reads a number, whose higher bits mean different tests in different dialects, or the names of OpenSIPS 3 with commas; false when malformed.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, ScriptDialect dialect, out NatTests tests)
    {
        tests = NatTests.None;
        if (Value.TryParseInt(text, out var number))
        {
            tests = (NatTests)(number & 31);
            if (dialect == ScriptDialect.OpenSips)
                tests |= ((number & 32) != 0 ? NatTests.SourceDiffersFromContact : 0) | ((number & 64) != 0 ? NatTests.PortDiffersFromContact : 0);
            else
                tests |= (NatTests)(number & 0x1E0);
            return number >= 0;
        }
        while (!text.IsEmpty)
        {
            var comma = text.IndexOf((byte)',');
            var name = (comma < 0 ? text : text[..comma]).Trim((byte)' ');
            text = comma < 0 ? default : text[(comma + 1)..];
            var known = NatTests.None;
            foreach (var (candidate, test) in Names)
            {
                if (name.SequenceEqual(candidate))
                    known = test;
            }
            if (known == NatTests.None)
                return false;
            tests |= known;
        }
        return tests != NatTests.None;
    }

    /// <summary>True when one of the tests finds its sign.</summary>
    public static bool Any(SipMessage message, NatTests tests)
    {
        var source = message.Source;
        return (Has(tests, NatTests.SourceDiffersFromVia) && !IsAddress(message[message.Via.Host], source))
            || (Has(tests, NatTests.PortDiffersFromVia) && PortOr5060(message.Via.Port) != source.Port)
            || (Has(tests, NatTests.ViaPrivate) && PrivateAddresses.Contains(message[message.Via.Host]))
            || (Has(tests, NatTests.SourcePrivate) && PrivateAddresses.Contains(source))
            || ((tests & (NatTests.ContactPrivate | NatTests.PortDiffersFromContact | NatTests.SourceDiffersFromContact)) != 0 && AnyContact(message, tests))
            || ((tests & (NatTests.SdpPrivate | NatTests.SdpDiffersFromSource)) != 0 && AnySdp(message, tests));
    }

    private static bool AnyContact(SipMessage message, NatTests tests)
    {
        var contact = message.FirstValue(HeaderId.Contact);
        if (!contact.IsPresent || !NameAddrParser.TryParse(message.Buffer, contact.Offset, contact.End, out var view) || view.IsStar
            || !UriParser.TryParse(message[view.Uri], out var uri) || !uri.Host.IsPresent)
            return false;
        var host = uri.Host.In(message[view.Uri]);
        return (Has(tests, NatTests.ContactPrivate) && PrivateAddresses.Contains(host))
            || (Has(tests, NatTests.PortDiffersFromContact) && PortOr5060(uri.Port) != message.Source.Port)
            || (Has(tests, NatTests.SourceDiffersFromContact) && !IsAddress(host, message.Source));
    }

    private static bool AnySdp(SipMessage message, NatTests tests)
    {
        var sdp = SdpBody.Find(message);
        if (!sdp.IsPresent)
            return false;
        var at = sdp.Offset;
        while (SdpBody.NextAddress(message, sdp, (byte)'c', ref at, out _, out var address))
        {
            // A held stream has the address 0.0.0.0, which says nothing about where it came from (RFC 3264 8.4).
            var text = message[address];
            if ((Has(tests, NatTests.SdpPrivate) && PrivateAddresses.Contains(text))
                || (Has(tests, NatTests.SdpDiffersFromSource) && !text.SequenceEqual("0.0.0.0"u8) && !IsAddress(text, message.Source)))
                return true;
        }
        return false;
    }

    private static bool IsAddress(ReadOnlySpan<byte> host, in SipEndpoint source) =>
        SipEndpoint.TryParseAddress(host, TransportProtocol.Udp, 0, out var endpoint) && endpoint.SameAddress(source);

    private static int PortOr5060(int port) => port == 0 ? ListenSocket.DefaultPort : port;

    private static bool Has(NatTests tests, NatTests test) => (tests & test) != 0;
}
