using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using ScriptedSip.Sip.Transport;
using ScriptedSip.Tests.Support;

namespace ScriptedSip.Tests.EndToEnd;

/// <summary>
/// Plays a scenario with the built program on real sockets: each address the scenario names is a phone with a socket of its own. Time passes by
/// itself here, so a packet that was not asked for (a 100 because the test was slow) is passed over; the fake network is the strict one.
/// </summary>
internal sealed partial class SocketStage : IScenarioStage
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Dictionary<SipEndpoint, Socket> _phones = [];
    private readonly Dictionary<SipEndpoint, string> _unread = [];
    private readonly IReadOnlyList<SipEndpoint> _listening;
    private readonly RunningProgram _program;
    private readonly string? _file;
    private int _read;

    private SocketStage(ScriptStep script, IReadOnlyList<string> listen)
    {
        _listening = [.. listen.Select(address => ScenarioFile.Endpoint(address.Replace("p:", "p ", StringComparison.Ordinal)))];
        if (script.Text is not null)
            File.WriteAllText(_file = Path.GetTempFileName(), script.Text);
        _program = new RunningProgram(_file ?? Repository.Path(script.Path!), listen[0], [.. listen.Skip(1).SelectMany(address => new[] { "-l", address })]);
        _read = _program.Output.Length;
    }

    public IReadOnlyList<SentPacket> Waiting => [];

    public IReadOnlyList<string> ProgramMessages => [];

    public static IScenarioStage Start(IReadOnlyList<ScenarioStep> steps)
    {
        var stage = new SocketStage(steps.OfType<ScriptStep>().Single(), [.. steps.OfType<ListenStep>().Select(l => l.Address)]);
        // What is sent once, without a transaction, must find its phone there.
        foreach (var phone in steps.OfType<ExpectStep>().Select(e => e.To).Where(static to => to.Protocol == TransportProtocol.Udp))
            stage.Phone(phone, default);
        return stage;
    }

    public void Receive(SipEndpoint from, SipEndpoint to, string text)
    {
        var proxy = to.IsNone ? _listening.First(l => l.Protocol == from.Protocol) : to;
        var phone = Phone(from, proxy);
        var bytes = Encoding.Latin1.GetBytes(text);
        if (from.Protocol == TransportProtocol.Udp)
            phone.SendTo(bytes, new IPEndPoint(proxy.ToIPAddress(), proxy.Port));
        else
            phone.Send(bytes);
    }

    public SentPacket? Take(SipEndpoint to, Predicate<SentPacket> isWanted) =>
        to.Protocol == TransportProtocol.Udp ? TakeDatagram(to, isWanted) : TakeMessage(to, isWanted);

    private SentPacket? TakeDatagram(SipEndpoint to, Predicate<SentPacket> isWanted)
    {
        var phone = Phone(to, default);
        var buffer = new byte[65536];
        SentPacket? packet = null;
        var waited = Stopwatch.StartNew();
        while (waited.Elapsed < Patience)
        {
            if (!phone.Poll(TimeSpan.FromMilliseconds(100), SelectMode.SelectRead))
                continue;
            packet = new SentPacket(to, _listening[0], buffer[..phone.Receive(buffer)]);
            if (isWanted(packet))
                break;
        }
        return packet;
    }

    // Messages of a connection, one after the other as Content-Length divides them (RFC 3261 18.3).
    private SentPacket? TakeMessage(SipEndpoint to, Predicate<SentPacket> isWanted)
    {
        var phone = Phone(to, _listening.First(l => l.Protocol == to.Protocol));
        var buffer = new byte[65536];
        SentPacket? packet = null;
        var waited = Stopwatch.StartNew();
        while (waited.Elapsed < Patience)
        {
            var unread = _unread.GetValueOrDefault(to, "");
            if (ContentLength().Match(unread) is { Success: true } head)
            {
                var end = unread.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4 + int.Parse(head.Groups[1].Value, CultureInfo.InvariantCulture);
                if (unread.Length >= end)
                {
                    _unread[to] = unread[end..];
                    packet = new SentPacket(to, _listening[0], Encoding.Latin1.GetBytes(unread[..end]));
                    if (isWanted(packet))
                        break;
                    continue;
                }
            }
            if (phone.Poll(TimeSpan.FromMilliseconds(100), SelectMode.SelectRead) && phone.Receive(buffer) is > 0 and var length)
                _unread[to] = unread + Encoding.Latin1.GetString(buffer, 0, length);
        }
        return packet;
    }

    public void Ignore()
    {
    }

    public string TakeConsole(Predicate<string>? isWanted = null)
    {
        var printed = (isWanted is null ? _program.Output : _program.WaitUntil(text => isWanted(text[_read..]), Patience))[_read..];
        _read += printed.Length;
        return printed;
    }

    public void ReportUnreachable(SentPacket packet) => throw new NotSupportedException("the kernel reports what the network does");

    public void Advance(int milliseconds)
    {
    }

    public void Dispose()
    {
        foreach (var phone in _phones.Values)
            phone.Dispose();
        var exitCode = _program.Stop();
        _program.Dispose();
        if (_file is not null)
            File.Delete(_file);
        if (exitCode != 0)
            throw new ScenarioFailure($"the program ended with {exitCode}");
    }

    private Socket Phone(SipEndpoint endpoint, SipEndpoint proxy)
    {
        if (_phones.TryGetValue(endpoint, out var phone))
            return phone;
        var isDatagram = endpoint.Protocol == TransportProtocol.Udp;
        phone = new Socket(AddressFamily.InterNetwork, isDatagram ? SocketType.Dgram : SocketType.Stream, isDatagram ? ProtocolType.Udp : ProtocolType.Tcp);
        phone.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, !isDatagram);
        phone.Bind(new IPEndPoint(endpoint.ToIPAddress(), endpoint.Port));
        if (!isDatagram)
            phone.Connect(new IPEndPoint(proxy.ToIPAddress(), proxy.Port));
        return _phones[endpoint] = phone;
    }

    [GeneratedRegex(@"\A(?:[^\r\n]+\r\n)*?Content-Length: *(\d+)\r\n(?:[^\r\n]+\r\n)*\r\n", RegexOptions.IgnoreCase)]
    private static partial Regex ContentLength();
}
