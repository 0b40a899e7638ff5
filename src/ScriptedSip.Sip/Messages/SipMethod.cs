namespace ScriptedSip.Sip.Messages;

/// <summary>Methods the proxy knows by number; any other token is <see cref="Other"/> and travels as bytes. Each is one bit so that sets are masks.</summary>
[Flags]
public enum SipMethod
{
    None = 0,
    Invite = 1 << 0,
    Ack = 1 << 1,
    Cancel = 1 << 2,
    Bye = 1 << 3,
    Register = 1 << 4,
    Options = 1 << 5,
    Info = 1 << 6,
    Message = 1 << 7,
    Subscribe = 1 << 8,
    Notify = 1 << 9,
    Publish = 1 << 10,
    Refer = 1 << 11,
    Update = 1 << 12,
    Prack = 1 << 13,
    Other = 1 << 14,
}

/// <summary>Method tokens and their numbers. Methods are case-sensitive (RFC 3261 7.1).</summary>
public static class SipMethods
{
    private static readonly (byte[] Name, SipMethod Method)[] Known =
    [
        ("INVITE"u8.ToArray(), SipMethod.Invite), ("ACK"u8.ToArray(), SipMethod.Ack), ("CANCEL"u8.ToArray(), SipMethod.Cancel),
        ("BYE"u8.ToArray(), SipMethod.Bye), ("REGISTER"u8.ToArray(), SipMethod.Register), ("OPTIONS"u8.ToArray(), SipMethod.Options),
        ("INFO"u8.ToArray(), SipMethod.Info), ("MESSAGE"u8.ToArray(), SipMethod.Message), ("SUBSCRIBE"u8.ToArray(), SipMethod.Subscribe),
        ("NOTIFY"u8.ToArray(), SipMethod.Notify), ("PUBLISH"u8.ToArray(), SipMethod.Publish), ("REFER"u8.ToArray(), SipMethod.Refer),
        ("UPDATE"u8.ToArray(), SipMethod.Update), ("PRACK"u8.ToArray(), SipMethod.Prack),
    ];

    /// <summary>The number of a method token; <see cref="SipMethod.Other"/> when it is none of the known ones.</summary>
    public static SipMethod Parse(ReadOnlySpan<byte> token)
    {
        foreach (ref readonly var entry in Known.AsSpan())
        {
            if (token.SequenceEqual(entry.Name))
                return entry.Method;
        }
        return SipMethod.Other;
    }

    /// <summary>The token of a known method; empty for <see cref="SipMethod.Other"/> and sets.</summary>
    public static ReadOnlySpan<byte> NameOf(SipMethod method)
    {
        foreach (ref readonly var entry in Known.AsSpan())
        {
            if (entry.Method == method)
                return entry.Name;
        }
        return default;
    }
}
