using System.Net;
using System.Net.Sockets;
using System.Text;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;
using ScriptedSip.Sip.Transport;
using UriParser = ScriptedSip.Sip.Parsing.UriParser;

namespace ScriptedSip.Script.Interpretation;

/// <summary>One of the core's own operands as a value.</summary>
internal sealed class OperandValue(Func<Frame, Value> read) : ValueNode
{
    public override Value Evaluate(Frame frame) => read(frame);
}

/// <summary>Reads the core operands; static methods, so that a node holds no more than a delegate.</summary>
internal static class CoreOperands
{
    /// <summary>Longest message that is read, which scripts know as max_len.</summary>
    public const int MaxLength = ushort.MaxValue;

    public static Value Method(Frame frame) => Value.FromSlice(frame.Message, frame.Message.MethodText);

    public static Value Uri(Frame frame) => frame.Message.IsRequest ? Value.FromText(frame.RequestUri) : Value.Null;

    public static Value UriHost(Frame frame) => UriPart(frame, static uri => uri.Host);

    public static Value UriPort(Frame frame)
    {
        if (!frame.Message.IsRequest || !UriParser.TryParse(frame.RequestUri.Span, out var uri))
            return Value.Null;
        return Value.FromInt(uri.Port == 0 ? ListenSocket.DefaultPort : uri.Port);
    }

    public static Value FromUri(Frame frame) => Value.FromSlice(frame.Message, frame.Message.From.Uri);

    public static Value ToUri(Frame frame) => Value.FromSlice(frame.Message, frame.Message.To.Uri);

    public static Value SourceIp(Frame frame) => Address(frame, frame.Message.Source);

    public static Value DestinationIp(Frame frame) => Address(frame, frame.Message.Local.Endpoint);

    public static Value SourcePort(Frame frame) => Value.FromInt(frame.Message.Source.Port);

    public static Value DestinationPort(Frame frame) => Value.FromInt(frame.Message.Local.Endpoint.Port);

    public static Value Protocol(Frame frame) => Value.FromBoth((int)frame.Message.Local.Protocol, frame.Message.Local.ProtocolText);

    public static Value Family(Frame frame) => Value.FromInt(frame.Message.Source.IsIPv4 ? 4 : 6);

    public static Value MessageLength(Frame frame) => Value.FromInt(frame.Message.Length);

    public static Value LongestMessage(Frame frame) => Value.FromInt(MaxLength);

    public static Value Status(Frame frame)
    {
        var message = frame.Message;
        if (message.IsRequest)
            return frame.StatusCode == 0 ? Value.Null : Value.FromBoth(frame.StatusCode, Value.FromInt(frame.StatusCode).ToText(frame.Arena));

        // A reply route may have changed it, so the bytes do not tell.
        return Value.FromBoth(message.StatusCode, Value.FromInt(message.StatusCode).ToText(frame.Arena));
    }

    public static Value ReturnCode(Frame frame) => Value.FromInt(frame.ReturnCode);

    public static Value SendIp(Frame frame) => frame.SendSocket is { } socket ? Value.FromText(socket.AddressText) : Value.Null;

    public static Value SendPort(Frame frame) => frame.SendSocket is { } socket ? Value.FromInt(socket.Endpoint.Port) : Value.Null;

    public static Value SendProtocol(Frame frame) => frame.SendSocket is { } socket ? Value.FromBoth((int)socket.Protocol, socket.ProtocolText) : Value.Null;

    public static Value SendFamily(Frame frame) => frame.SendSocket is { } socket ? Value.FromInt(socket.Endpoint.IsIPv4 ? 4 : 6) : Value.Null;

    public static Value ToIp(Frame frame) => frame.SendDestination.IsNone ? Value.Null : Address(frame, frame.SendDestination);

    public static Value ToPort(Frame frame) => frame.SendDestination.IsNone ? Value.Null : Value.FromInt(frame.SendDestination.Port);

    private static Value UriPart(Frame frame, Func<SipUri, Slice> part)
    {
        var text = frame.RequestUri;
        if (!frame.Message.IsRequest || !UriParser.TryParse(text.Span, out var uri))
            return Value.Null;
        var slice = part(uri);
        return slice.IsPresent ? Value.FromText(text[slice]) : Value.Null;
    }

    private static Value Address(Frame frame, in SipEndpoint endpoint) =>
        Value.FromText(frame.Arena.Commit(endpoint.FormatAddress(frame.Arena.Reserve(47), brackets: false)));
}

/// <summary><c>method == INVITE</c>, and any set of methods one condition names.</summary>
internal sealed class MethodCondition(SipMethod methods, bool isEqual) : ConditionNode
{
    public override bool Test(Frame frame) => ((frame.Message.Method & methods) != 0) == isEqual;

    /// <summary>The two conditions as one, when <c>or</c> stands between them.</summary>
    public MethodCondition? Or(MethodCondition other) =>
        isEqual && other.IsEqual ? new MethodCondition(methods | other.Methods, true) : null;

    private SipMethod Methods => methods;

    private bool IsEqual => isEqual;
}

/// <summary>An IPv4 or IPv6 network: <c>src_ip == 10.0.0.0/8</c>.</summary>
internal sealed class NetworkCondition : ConditionNode
{
    private readonly ulong _high;
    private readonly ulong _low;
    private readonly ulong _highMask;
    private readonly ulong _lowMask;
    private readonly bool _ofSource;
    private readonly bool _isEqual;

    /// <param name="prefixLength">Null for a single address.</param>
    /// <param name="ofSource">True for the sender's address, false for the local one.</param>
    public NetworkCondition(IPAddress address, int? prefixLength, bool ofSource, bool isEqual)
    {
        var endpoint = new SipEndpoint(TransportProtocol.Udp, address, 0);

        // IPv4 addresses are kept as mapped ones, 96 bits further down.
        var bits = prefixLength is not { } length ? 128 : address.AddressFamily == AddressFamily.InterNetwork ? 96 + length : length;
        _highMask = Mask(bits);
        _lowMask = Mask(bits - 64);
        _high = endpoint.AddressHigh & _highMask;
        _low = endpoint.AddressLow & _lowMask;
        _ofSource = ofSource;
        _isEqual = isEqual;
    }

    public override bool Test(Frame frame)
    {
        var endpoint = _ofSource ? frame.Message.Source : frame.Message.Local.Endpoint;
        return ((endpoint.AddressHigh & _highMask) == _high && (endpoint.AddressLow & _lowMask) == _low) == _isEqual;
    }

    private static ulong Mask(int bits) => bits <= 0 ? 0 : bits >= 64 ? ulong.MaxValue : ulong.MaxValue << (64 - bits);
}

/// <summary><c>src_ip == myself</c>, <c>dst_ip == myself</c>: whatever the port, for a server sends from others than it listens on.</summary>
internal sealed class MyAddressCondition(RuntimeServices services, bool ofSource, bool isEqual) : ConditionNode
{
    public override bool Test(Frame frame)
    {
        var endpoint = ofSource ? frame.Message.Source : frame.Message.Local.Endpoint;
        Span<byte> text = stackalloc byte[48];
        var length = endpoint.FormatAddress(text, brackets: true);
        return services.LocalNames.IsMyHost(text[..length]) == isEqual;
    }
}

/// <summary><c>uri == myself</c>, <c>from_uri == myself</c>, <c>to_uri == myself</c>: host, port and transport of the URI mean this server.</summary>
internal sealed class MyUriCondition(RuntimeServices services, ValueNode uri, bool isEqual) : ConditionNode
{
    public override bool Test(Frame frame)
    {
        var text = uri.Evaluate(frame).Text.Span;
        return (UriParser.TryParse(text, out var parsed) && IsMyself(text, parsed)) == isEqual;
    }

    private bool IsMyself(ReadOnlySpan<byte> text, in SipUri uri) =>
        services.LocalNames.IsMyself(uri.Host.In(text), uri.Port, Transport(uri.Transport.In(text)));

    private static TransportProtocol Transport(ReadOnlySpan<byte> name) =>
        Ascii.EqualsIgnoreCase(name, "udp"u8) ? TransportProtocol.Udp
        : Ascii.EqualsIgnoreCase(name, "tcp"u8) ? TransportProtocol.Tcp
        : Ascii.EqualsIgnoreCase(name, "tls"u8) ? TransportProtocol.Tls
        : TransportProtocol.None;
}

/// <summary>Text that is a host name or address of this server: <c>uri:host == myself</c>.</summary>
internal sealed class MyHostCondition(RuntimeServices services, ValueNode host, bool isEqual) : ConditionNode
{
    public override bool Test(Frame frame)
    {
        var text = host.Evaluate(frame).Text.Span;
        return (!text.IsEmpty && services.LocalNames.IsMyHost(text)) == isEqual;
    }
}

/// <summary><c>proto == TCP</c>.</summary>
internal sealed class ProtocolCondition(TransportProtocol protocol, bool ofSendSocket, bool isEqual) : ConditionNode
{
    public override bool Test(Frame frame) =>
        ((ofSendSocket ? frame.SendSocket?.Protocol ?? TransportProtocol.None : frame.Message.Local.Protocol) == protocol) == isEqual;
}
