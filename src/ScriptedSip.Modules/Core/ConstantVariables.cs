using System.Text;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Core;

/// <summary>Words that stand for what other variables give: address families, transports, methods.</summary>
internal sealed class ConstantVariables : ScriptModule
{
    /// <summary>The address family of IPv4 as <c>$af</c> has it.</summary>
    public static Value IPv4 { get; } = Value.FromBoth(4, Utf8Text.From("IPv4"));

    /// <summary>The same of IPv6.</summary>
    public static Value IPv6 { get; } = Value.FromBoth(6, Utf8Text.From("IPv6"));

    private static readonly (byte[] Name, Value Value)[] Known =
    [
        ("IPv4"u8.ToArray(), IPv4),
        ("IPv6"u8.ToArray(), IPv6),
        ("IP4"u8.ToArray(), Value.FromBoth(4, Utf8Text.From("IP4"))),
        ("IP6"u8.ToArray(), Value.FromBoth(6, Utf8Text.From("IP6"))),
        ("UDP"u8.ToArray(), Value.FromBoth(1, Utf8Text.From("udp"))),
        ("TCP"u8.ToArray(), Value.FromBoth(2, Utf8Text.From("tcp"))),
        ("TLS"u8.ToArray(), Value.FromBoth(3, Utf8Text.From("tls"))),
        ("SCTP"u8.ToArray(), Value.FromBoth(4, Utf8Text.From("sctp"))),
        ("WS"u8.ToArray(), Value.FromBoth(5, Utf8Text.From("ws"))),
        ("WSS"u8.ToArray(), Value.FromBoth(6, Utf8Text.From("wss"))),
    ];

    [SipVariable("K", "A constant: IPv4, IPv6 to compare $af with, UDP, TCP, TLS, SCTP, WS, WSS to compare $proto and $prid with, IP4 and IP6 as SDP writes them.")]
    public Value Constant(Frame frame, Utf8Text name, int index)
    {
        foreach (var (known, value) in Known)
        {
            if (Ascii.EqualsIgnoreCase(name.Span, known))
                return value;
        }
        return Value.Null;
    }

    [SipVariable("rmid", "The method as a number with one bit set: 1 INVITE, 2 CANCEL, 4 ACK, 8 BYE, 16 INFO, 32 REGISTER, 64 SUBSCRIBE, 128 NOTIFY, 256 MESSAGE, 512 OPTIONS, 1024 PRACK, 2048 UPDATE, 4096 REFER, 8192 PUBLISH, 16384 another.")]
    public Value MethodNumber(Frame frame) => Value.FromInt(frame.Message.Method switch
    {
        SipMethod.Invite => 1,
        SipMethod.Cancel => 2,
        SipMethod.Ack => 4,
        SipMethod.Bye => 8,
        SipMethod.Info => 16,
        SipMethod.Register => 32,
        SipMethod.Subscribe => 64,
        SipMethod.Notify => 128,
        SipMethod.Message => 256,
        SipMethod.Options => 512,
        SipMethod.Prack => 1024,
        SipMethod.Update => 2048,
        SipMethod.Refer => 4096,
        SipMethod.Publish => 8192,
        _ => 16384,
    });
}
