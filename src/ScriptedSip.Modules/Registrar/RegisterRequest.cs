using ScriptedSip.Modules.Core;
using ScriptedSip.Modules.UsrLoc;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Modules.Registrar;

/// <summary>Why a REGISTER is refused.</summary>
internal enum RegisterFault
{
    None,
    BadContact,
    BadStar,
    BadQ,
    ContactTooLong,
    CallIdTooLong,
    PathTooLong,
    NoAddressOfRecord,
    StaleSequence,
    TooManyContacts,
    CannotKeep,
    IntervalTooBrief,
    PathNotSupported,
}

/// <summary>Reads the contacts of a REGISTER (RFC 3261 10.3 steps 6 and 7) into an update of the location table.</summary>
internal sealed class RegisterRequest(RegistrarRules rules)
{
    private const long DefaultWhenMalformed = 3600;
    private const long LongestExpires = uint.MaxValue;
    private const int LongestCallId = 1024;
    private const int LongestUserAgent = 255;
    private const int LongestReceived = 512;

    /// <summary>Fills the update; everything that is the same for all contacts is in <paramref name="common"/>.</summary>
    public RegisterFault Read(Frame frame, in Binding common, BindingUpdate update)
    {
        var message = frame.Message;
        update.CallId = common.CallId;
        update.CSeq = common.CSeq;
        if (common.CallId.Length > LongestCallId)
            return RegisterFault.CallIdTooLong;
        for (var row = message.First(HeaderId.Contact); row >= 0; row = message.Header(row).NextSame)
        {
            var rest = message.Header(row).Value;
            while (!rest.IsEmpty)
            {
                if (!NameAddrParser.TryParse(message.Buffer, rest.Offset, rest.End, out var value))
                    return RegisterFault.BadContact;
                if (value.IsStar)
                    update.RemovesAll = true;
                else if (AddContact(frame, value, common, update) is not RegisterFault.None and var fault)
                    return fault;
                rest = value.End < rest.End ? Slice.Between(value.End + 1, rest.End) : Slice.None;
            }
        }
        return update.RemovesAll ? CheckStar(message, update) : RegisterFault.None;
    }

    /// <summary>What all contacts of a request have in common.</summary>
    public Binding ReadCommon(Frame frame)
    {
        var message = frame.Message;
        var userAgent = message.FirstValue(HeaderId.UserAgent);
        return new Binding
        {
            CallId = message.Text(message.CallId),
            CSeq = message.CSeq.Number,
            UserAgent = message.Text(userAgent.Length > LongestUserAgent ? new Slice(userAgent.Offset, LongestUserAgent) : userAgent),
            Received = rules.ReceivedAvp != 0 ? OrNothing(frame.Avps.Get(rules.ReceivedAvp).ToText(frame.Arena)) : default,
            Socket = message.Local,
            BranchFlags = frame.BranchFlags,
            Flags = rules.NatFlag >= 0 && (frame.Flags & (1u << rules.NatFlag)) != 0 ? BindingFlags.BehindNat : 0,
            Methods = ReadMethods(message),
        };
    }

    private static Utf8Text OrNothing(Utf8Text received) => received.Length > LongestReceived ? default : received;

    // RFC 3261 10.3 step 6: "*" stands alone, and with Expires: 0.
    private static RegisterFault CheckStar(SipMessage message, BindingUpdate update) =>
        update.Contacts.Count == 0 && TryReadSeconds(message[message.FirstValue(HeaderId.Expires)], out var expires) && expires == 0
            ? RegisterFault.None
            : RegisterFault.BadStar;

    private RegisterFault AddContact(Frame frame, in NameAddrView value, in Binding common, BindingUpdate update)
    {
        var message = frame.Message;
        if (value.Uri.Length > rules.MaxContactLength)
            return RegisterFault.ContactTooLong;
        var parameters = message[value.Parameters];
        var q = rules.DefaultQ;
        if (UriParser.TryGetParameter(parameters, "q"u8, out var qText) && !QValue.TryParse(qText.In(parameters), out q))
            return RegisterFault.BadQ;
        if (!TryGrant(frame, parameters, out var expires))
            return RegisterFault.IntervalTooBrief;

        ref var contact = ref update.Contacts.Add();
        contact = common;
        contact.Contact = message.Text(value.Uri);
        contact.Q = q;
        contact.ExpiresAt = frame.Context.Now + (expires * 1000);
        if (UriParser.TryGetParameter(parameters, "methods"u8, out var methods) && methods.IsPresent)
            contact.Methods = ParseMethods(Unquoted(parameters, methods));
        if (contact.Received.IsEmpty && UriParser.TryGetParameter(parameters, rules.ReceivedParameter.Span, out var received) && received.Length > 2
            && parameters[received.Offset] == '"')
            contact.Received = OrNothing(message.Text(new Slice(value.Parameters.Offset + received.Offset + 1, received.Length - 2)));
        return RegisterFault.None;
    }

    /// <summary>The time in seconds that a contact gets; 0 to remove it. False when it is refused as too short.</summary>
    private bool TryGrant(Frame frame, ReadOnlySpan<byte> parameters, out long expires)
    {
        // RFC 3261 10.2.1.1: the parameter of the contact goes before the header of the request.
        var message = frame.Message;
        if (UriParser.TryGetParameter(parameters, "expires"u8, out var text))
            expires = TryReadSeconds(Unquoted(parameters, text), out var own) ? own : DefaultWhenMalformed;
        else if (!TryReadSeconds(message[message.FirstValue(HeaderId.Expires)], out expires))
            expires = VaryDefault(frame);
        if (expires == 0)
            return true;
        if (expires < rules.MinExpires)
        {
            expires = rules.MinExpires;
            return !rules.RefusesShortExpires;
        }
        if (rules.MaxExpires > 0 && expires > rules.MaxExpires)
            expires = rules.MaxExpires;
        var range = expires * rules.ExpiresRange / 100;
        if (range > 0)
            expires = Math.Max(rules.MinExpires, expires - (long)(frame.Context.NextRandom() % (ulong)(range + 1)));
        return true;
    }

    private long VaryDefault(Frame frame)
    {
        var range = rules.DefaultExpires * rules.DefaultExpiresRange / 100;
        return range == 0 ? rules.DefaultExpires : rules.DefaultExpires - range + (long)(frame.Context.NextRandom() % (ulong)((2 * range) + 1));
    }

    private static SipMethod ReadMethods(SipMessage message)
    {
        if (!message.Has(HeaderId.Allow))
            return Binding.AllMethods;
        var methods = SipMethod.None;
        for (var row = message.First(HeaderId.Allow); row >= 0; row = message.Header(row).NextSame)
            methods |= ParseMethods(message[message.Header(row).Value]);
        return methods;
    }

    private static SipMethod ParseMethods(ReadOnlySpan<byte> list)
    {
        var methods = SipMethod.None;
        while (!list.IsEmpty)
        {
            var comma = list.IndexOf((byte)',');
            var name = (comma < 0 ? list : list[..comma]).Trim(" \t\r\n"u8);
            if (!name.IsEmpty)
                methods |= SipMethods.Parse(name);
            list = comma < 0 ? default : list[(comma + 1)..];
        }
        return methods;
    }

    private static ReadOnlySpan<byte> Unquoted(ReadOnlySpan<byte> parameters, Slice value)
    {
        var text = value.In(parameters);
        return text.Length >= 2 && text[0] == '"' ? text[1..^1] : text;
    }

    /// <summary>RFC 3261 20.19: seconds up to 2^32 - 1; more digits than that are still a long time.</summary>
    private static bool TryReadSeconds(ReadOnlySpan<byte> text, out long seconds)
    {
        seconds = 0;
        foreach (var digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9')
                return false;
            seconds = Math.Min((seconds * 10) + digit - '0', LongestExpires);
        }
        return !text.IsEmpty;
    }
}

/// <summary>Flags of the registrar in a binding.</summary>
internal static class BindingFlags
{
    public const uint BehindNat = 1;
}
