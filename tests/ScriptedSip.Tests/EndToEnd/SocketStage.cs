using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ScriptedSip.Sip.Transport;
using ScriptedSip.Tests.Support;

namespace ScriptedSip.Tests.EndToEnd;

/// <summary>
/// Plays a scenario with the built program on real sockets: each address the scenario names is a phone with a socket of its own. Time passes by
/// itself here, so a packet that was not asked for (a 100 because the test was slow) is passed over; the fake network is the strict one.
/// </summary>
internal sealed class SocketStage : IScenarioStage
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Dictionary<SipEndpoint, Socket> _phones = [];
    private readonly SipEndpoint _proxy;
    private readonly RunningProgram _program;
    private int _read;

    private SocketStage(string script, string listen)
    {
        _proxy = ScenarioFile.Endpoint(listen.Replace("udp:", "udp ", StringComparison.Ordinal));
        _program = new RunningProgram(Repository.Path(script), listen);
        _read = _program.Output.Length;
    }

    public IReadOnlyList<SentPacket> Waiting => [];

    public IReadOnlyList<string> ProgramMessages => [];

    public static IScenarioStage Start(IReadOnlyList<ScenarioStep> steps) =>
        new SocketStage(steps.OfType<ScriptStep>().Single().Path!, steps.OfType<ListenStep>().Single().Address);

    public void Receive(SipEndpoint from, SipEndpoint to, string text) =>
        Phone(from).SendTo(Encoding.Latin1.GetBytes(text), new IPEndPoint(_proxy.ToIPAddress(), _proxy.Port));

    public SentPacket? Take(SipEndpoint to, Predicate<SentPacket> isWanted)
    {
        var phone = Phone(to);
        var buffer = new byte[65536];
        SentPacket? packet = null;
        var waited = Stopwatch.StartNew();
        while (waited.Elapsed < Patience)
        {
            if (!phone.Poll(TimeSpan.FromMilliseconds(100), SelectMode.SelectRead))
                continue;
            packet = new SentPacket(to, _proxy, buffer[..phone.Receive(buffer)]);
            if (isWanted(packet))
                break;
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

    public void Advance(int milliseconds)
    {
    }

    public void Dispose()
    {
        foreach (var phone in _phones.Values)
            phone.Dispose();
        var exitCode = _program.Stop();
        _program.Dispose();
        if (exitCode != 0)
            throw new ScenarioFailure($"the program ended with {exitCode}");
    }

    private Socket Phone(SipEndpoint endpoint)
    {
        if (_phones.TryGetValue(endpoint, out var phone))
            return phone;
        phone = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        phone.Bind(new IPEndPoint(endpoint.ToIPAddress(), endpoint.Port));
        return _phones[endpoint] = phone;
    }
}
