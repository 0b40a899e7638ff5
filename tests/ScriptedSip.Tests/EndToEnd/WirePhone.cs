using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ScriptedSip.Tests.EndToEnd;

/// <summary>A phone with a UDP socket of its own, for tests that need more than a scenario: several programs, killed programs, computed credentials.</summary>
internal sealed class WirePhone : IDisposable
{
    private const int T1 = 500;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly List<string> _requests = [];
    private int _branches;

    public int Port => ((IPEndPoint)_socket.Client.LocalEndPoint!).Port;

    /// <summary>Sends a request, again and again as RFC 3261 17.1.2.2 says, and returns its final answer.</summary>
    /// <param name="proxy">Port of the proxy at 127.0.0.1.</param>
    /// <param name="method">The method.</param>
    /// <param name="uri">The Request-URI.</param>
    /// <param name="to">The URI in From and To.</param>
    /// <param name="headers">Further header lines, each with its line end.</param>
    /// <param name="body">The body.</param>
    /// <param name="callId">The Call-ID; a new one when not given.</param>
    public string Ask(int proxy, string method, string uri, string to, string headers = "", string body = "", string? callId = null)
    {
        var branch = $"z9hG4bK{Port}x{Interlocked.Increment(ref _branches)}";
        var request = string.Create(CultureInfo.InvariantCulture,
            $"{method} {uri} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{Port};branch={branch}\r\nMax-Forwards: 70\r\nFrom: <{to}>;tag=1\r\nTo: <{to}>\r\n")
            + string.Create(CultureInfo.InvariantCulture, $"Call-ID: {callId ?? branch}\r\nCSeq: {_branches} {method}\r\n{headers}Content-Length: {body.Length}\r\n\r\n{body}");
        var waited = Stopwatch.StartNew();
        for (var wait = T1; waited.Elapsed < Patience; wait = Math.Min(wait * 2, 8 * T1))
        {
            _socket.Send(Encoding.Latin1.GetBytes(request), new IPEndPoint(IPAddress.Loopback, proxy));
            var until = waited.ElapsedMilliseconds + wait;
            while (until - waited.ElapsedMilliseconds is > 0 and var left && Receive((int)left) is { } text)
            {
                if (!text.StartsWith("SIP/2.0 ", StringComparison.Ordinal))
                    _requests.Add(text);
                else if (text.Contains(branch, StringComparison.Ordinal) && text[8] != '1')
                    return text;
            }
        }
        throw new TimeoutException($"no answer to\n{request}");
    }

    /// <summary>Binds this phone to an address-of-record; returns the answer.</summary>
    public string Register(int proxy, string user, string headers = "") =>
        Ask(proxy, "REGISTER", "sip:example.com", $"sip:{user}@example.com", $"Contact: <sip:phone@127.0.0.1:{Port}>\r\nExpires: 600\r\n{headers}", callId: $"of-{Port}");

    /// <summary>Answers requests with 200 until disposed.</summary>
    public void AnswerAll() => new Thread(() =>
    {
        _socket.Client.ReceiveTimeout = 0;
        try
        {
            while (true)
            {
                IPEndPoint? from = null;
                var request = Encoding.Latin1.GetString(_socket.Receive(ref from));
                var copied = request.Split("\r\n").Where(l => l.StartsWith("Via:", StringComparison.Ordinal) || l.StartsWith("From:", StringComparison.Ordinal)
                    || l.StartsWith("To:", StringComparison.Ordinal) || l.StartsWith("Call-ID:", StringComparison.Ordinal) || l.StartsWith("CSeq:", StringComparison.Ordinal));
                _socket.Send(Encoding.Latin1.GetBytes($"SIP/2.0 200 OK\r\n{string.Join("\r\n", copied)}\r\nContent-Length: 0\r\n\r\n"), from);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    })
    { IsBackground = true }.Start();

    public void Dispose() => _socket.Dispose();

    private string? Receive(int milliseconds)
    {
        _socket.Client.ReceiveTimeout = Math.Max(1, milliseconds);
        try
        {
            IPEndPoint? from = null;
            return Encoding.Latin1.GetString(_socket.Receive(ref from));
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            return null;
        }
        catch (SocketException)
        {
            // Nobody listens there at the moment (ICMP).
            return "SIP/2.0 100 Nobody\r\n\r\n";
        }
    }
}
