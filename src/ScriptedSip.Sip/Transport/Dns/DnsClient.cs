using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace ScriptedSip.Sip.Transport.Dns;

/// <summary>
/// Asks name servers, one after the other, over UDP and over TCP when the answer does not fit. Each question has a socket, and so a port, of its
/// own and a random number: together what makes an answer hard to forge (RFC 5452).
/// </summary>
internal sealed class DnsClient(Func<DnsSettings> settings)
{
    private const int LargestDatagram = 4096;
    private const int LongestChain = 8;
    private const int LongestTimeToLive = 3600;
    private const int LongestNegative = 300;
    private const int DefaultNegative = 30;

    /// <summary>Asks; never throws for what servers or networks do.</summary>
    public async Task<DnsAnswer> AskAsync(string name, DnsType type)
    {
        var current = settings();
        for (var attempt = 0; attempt < current.Attempts; attempt++)
        {
            foreach (var server in current.Servers)
            {
                var answer = await AskServerAsync(server, name, type, current.Timeout).ConfigureAwait(false);
                if (answer is not null)
                    return answer;
            }
        }
        return DnsAnswer.Unanswered;
    }

    /// <summary>Null when this server was of no use.</summary>
    private static async Task<DnsAnswer?> AskServerAsync(IPEndPoint server, string name, DnsType type, TimeSpan timeout)
    {
        using var deadline = new CancellationTokenSource(timeout);
        var seconds = LongestTimeToLive;
        for (var step = 0; step < LongestChain; step++)
        {
            var question = DnsMessage.WriteQuestion(BinaryPrimitives.ReadUInt16LittleEndian(RandomNumberGenerator.GetBytes(2)), name, type);
            if (question is null)
                return new DnsAnswer(DnsStatus.NoSuchName, [], LongestNegative);
            DnsMessage? message;
            try
            {
                message = await ExchangeAsync(server, question, deadline.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or IOException)
            {
                return null;
            }
            if (message is null || message.ResponseCode is not (0 or 3))
                return null;
            var wanted = Follow(message, ref name, ref seconds, type);
            if (wanted.Count > 0)
                return new DnsAnswer(DnsStatus.Answered, wanted, seconds);
            // The chain of aliases leads out of this answer: ask for its end.
            if (message.ResponseCode == 3 || message.Answers.Count == 0)
                return Negative(message);
        }
        return new DnsAnswer(DnsStatus.Answered, [], DefaultNegative);
    }

    private static async Task<DnsMessage?> ExchangeAsync(IPEndPoint server, byte[] question, CancellationToken cancellation)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server, cancellation).ConfigureAwait(false);
        await socket.SendAsync(question, cancellation).ConfigureAwait(false);
        var buffer = new byte[LargestDatagram];
        while (true)
        {
            var length = await socket.ReceiveAsync(buffer, cancellation).ConfigureAwait(false);
            // What does not answer this very question is not the answer; the real one may still come.
            if (!DnsMessage.TryRead(buffer.AsSpan(0, length), question, out var message))
                continue;
            return message.IsTruncated ? await ExchangeOverStreamAsync(server, question, cancellation).ConfigureAwait(false) : message;
        }
    }

    // RFC 1035 4.2.2: the same messages, each after its length in two bytes.
    private static async Task<DnsMessage?> ExchangeOverStreamAsync(IPEndPoint server, byte[] question, CancellationToken cancellation)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server, cancellation).ConfigureAwait(false);
        using var stream = new NetworkStream(socket);
        var framed = new byte[question.Length + 2];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)question.Length);
        question.CopyTo(framed, 2);
        await stream.WriteAsync(framed, cancellation).ConfigureAwait(false);
        var prefix = new byte[2];
        await stream.ReadExactlyAsync(prefix, cancellation).ConfigureAwait(false);
        var answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(prefix)];
        await stream.ReadExactlyAsync(answer, cancellation).ConfigureAwait(false);
        return DnsMessage.TryRead(answer, question, out var message) && !message.IsTruncated ? message : null;
    }

    /// <summary>Records of the type for the name, through the aliases in the answer; <paramref name="name"/> becomes the end of the chain.</summary>
    private static List<DnsRecord> Follow(DnsMessage message, ref string name, ref int seconds, DnsType type)
    {
        for (var step = 0; step < LongestChain; step++)
        {
            var wanted = new List<DnsRecord>();
            CnameRecord? alias = null;
            foreach (var record in message.Answers)
            {
                if (record.Name != name)
                    continue;
                if (TypeOf(record) == type)
                    wanted.Add(record);
                else
                    alias ??= record as CnameRecord;
            }
            foreach (var record in wanted)
                seconds = Math.Min(seconds, record.Seconds);
            if (wanted.Count > 0 || alias is null)
                return wanted;
            name = alias.Target;
            seconds = Math.Min(seconds, alias.Seconds);
        }
        return [];
    }

    private static DnsType TypeOf(DnsRecord record) => record switch
    {
        AddressRecord { Address.AddressFamily: AddressFamily.InterNetwork } => DnsType.A,
        AddressRecord => DnsType.Aaaa,
        SrvRecord => DnsType.Srv,
        NaptrRecord => DnsType.Naptr,
        CnameRecord => DnsType.Cname,
        _ => DnsType.Soa,
    };

    // RFC 2308 5: the absence of something may be believed for the smaller of the SOA's time to live and its minimum.
    private static DnsAnswer Negative(DnsMessage message)
    {
        var soa = message.Authorities.OfType<SoaRecord>().FirstOrDefault();
        var seconds = soa is null ? DefaultNegative : Math.Min(LongestNegative, Math.Min(soa.Seconds, soa.Minimum));
        return new DnsAnswer(message.ResponseCode == 3 ? DnsStatus.NoSuchName : DnsStatus.Answered, [], seconds);
    }
}
