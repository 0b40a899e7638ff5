using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ScriptedSip.Sip.Transport.Dns;

namespace ScriptedSip.Tests.Sip.Transport.Dns;

/// <summary>A name server on the loopback interface with the records a test gives it; UDP and TCP on one port.</summary>
internal sealed class FakeDnsServer : IDisposable
{
    private readonly Socket _datagrams = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly TcpListener _streams;
    private readonly ConcurrentDictionary<(string, DnsType), DnsRecord[]> _records = new();

    public FakeDnsServer()
    {
        _datagrams.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Endpoint = (IPEndPoint)_datagrams.LocalEndPoint!;
        _streams = new TcpListener(Endpoint);
        _streams.Start();
        new Thread(ServeDatagrams) { IsBackground = true }.Start();
        new Thread(ServeStreams) { IsBackground = true }.Start();
    }

    public IPEndPoint Endpoint { get; }

    /// <summary>What was asked, in order: "A name".</summary>
    public ConcurrentQueue<string> Questions { get; } = new();

    /// <summary>Never answers.</summary>
    public bool IsSilent { get; set; }

    /// <summary>Sends a forged answer, with another number, before the real one.</summary>
    public bool ForgesFirst { get; set; }

    /// <summary>Tells clients to come back over TCP.</summary>
    public bool Truncates { get; set; }

    /// <summary>Says how long "no" may be believed (RFC 2308).</summary>
    public int NegativeSeconds { get; set; } = 60;

    /// <summary>Held while it is not to answer yet.</summary>
    public ManualResetEventSlim Gate { get; } = new(true);

    public FakeDnsServer Add(DnsType type, params DnsRecord[] records)
    {
        _records[(records[0].Name, type)] = records;
        return this;
    }

    public FakeDnsServer AddAddress(string name, string address, int seconds = 60)
    {
        var ip = IPAddress.Parse(address);
        return Add(ip.AddressFamily == AddressFamily.InterNetwork ? DnsType.A : DnsType.Aaaa, new AddressRecord(name, seconds, ip));
    }

    public void Dispose()
    {
        _datagrams.Dispose();
        _streams.Dispose();
        Gate.Set();
        Gate.Dispose();
    }

    /// <summary>The bytes of an answer; for tests of the reader itself.</summary>
    public static byte[] Answer(ReadOnlySpan<byte> question, IReadOnlyList<DnsRecord> answers, int code = 0, IReadOnlyList<DnsRecord>? authorities = null, bool truncated = false)
    {
        var bytes = new List<byte>(question.ToArray()) { [2] = (byte)(0x81 | (truncated ? 2 : 0)), [3] = (byte)(0x80 | code), [7] = (byte)answers.Count, [9] = (byte)(authorities?.Count ?? 0) };
        foreach (var record in answers.Concat(authorities ?? []))
            Write(bytes, record);
        return [.. bytes];
    }

    private void ServeDatagrams()
    {
        var buffer = new byte[600];
        try
        {
            while (true)
            {
                EndPoint from = new IPEndPoint(IPAddress.Any, 0);
                var length = _datagrams.ReceiveFrom(buffer, ref from);
                var question = buffer.AsSpan(0, length);
                var answer = Respond(question, Truncates);
                if (IsSilent)
                    continue;
                Gate.Wait();
                if (ForgesFirst)
                {
                    var forged = answer.ToArray();
                    forged[0] ^= 0xFF;
                    _datagrams.SendTo(forged, from);
                }
                _datagrams.SendTo(answer, from);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private void ServeStreams()
    {
        try
        {
            while (true)
            {
                using var client = _streams.AcceptTcpClient();
                var stream = client.GetStream();
                var prefix = new byte[2];
                stream.ReadExactly(prefix);
                var question = new byte[BinaryPrimitives.ReadUInt16BigEndian(prefix)];
                stream.ReadExactly(question);
                var answer = Respond(question, truncate: false);
                BinaryPrimitives.WriteUInt16BigEndian(prefix, (ushort)answer.Length);
                stream.Write(prefix);
                stream.Write(answer);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private byte[] Respond(ReadOnlySpan<byte> question, bool truncate)
    {
        var at = 12;
        var name = new StringBuilder();
        while (question[at] != 0)
        {
            name.Append(name.Length > 0 ? "." : "").Append(Encoding.ASCII.GetString(question.Slice(at + 1, question[at])));
            at += question[at] + 1;
        }
        var type = (DnsType)BinaryPrimitives.ReadUInt16BigEndian(question[(at + 1)..]);
        Questions.Enqueue($"{type.ToString().ToUpperInvariant()} {name}");
        if (truncate)
            return Answer(question, [], truncated: true);
        if (_records.TryGetValue((name.ToString(), type), out var records))
            return Answer(question, records);
        var exists = _records.Keys.Any(k => k.Item1 == name.ToString());
        return Answer(question, [], exists ? 0 : 3, [new SoaRecord("test", 3600, NegativeSeconds)]);
    }

    private static void Write(List<byte> bytes, DnsRecord record)
    {
        WriteName(bytes, record.Name);
        var (type, data) = record switch
        {
            AddressRecord a => (a.Address.AddressFamily == AddressFamily.InterNetwork ? DnsType.A : DnsType.Aaaa, a.Address.GetAddressBytes().ToList()),
            CnameRecord c => (DnsType.Cname, Name(c.Target)),
            SrvRecord s => (DnsType.Srv, [.. Short(s.Priority), .. Short(s.Weight), .. Short(s.Port), .. Name(s.Target)]),
            NaptrRecord n => (DnsType.Naptr, [.. Short(n.Order), .. Short(n.Preference), .. Text(n.Flags), .. Text(n.Services), .. Text(n.Substitution), .. Name(n.Replacement)]),
            SoaRecord s => (DnsType.Soa, (List<byte>)[.. Name("ns.test"), .. Name("admin.test"), .. new byte[18], .. Short(s.Minimum)]),
            _ => throw new NotSupportedException(),
        };
        bytes.AddRange([.. Short((int)type), .. Short(1), 0, 0, .. Short(record.Seconds), .. Short(data.Count), .. data]);
    }

    private static List<byte> Name(string name)
    {
        var bytes = new List<byte>();
        WriteName(bytes, name);
        return bytes;
    }

    private static void WriteName(List<byte> bytes, string name)
    {
        foreach (var label in name.Split('.', StringSplitOptions.RemoveEmptyEntries))
            bytes.AddRange(Text(label));
        bytes.Add(0);
    }

    private static byte[] Text(string text) => [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)];

    private static byte[] Short(int value) => [(byte)(value >> 8), (byte)value];
}
