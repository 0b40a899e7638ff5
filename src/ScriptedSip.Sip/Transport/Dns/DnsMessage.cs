using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text;

namespace ScriptedSip.Sip.Transport.Dns;

/// <summary>Writes questions and reads answers (RFC 1035 4). Answers come from strangers: every length and pointer is checked.</summary>
internal sealed class DnsMessage
{
    private const int HeaderLength = 12;
    private const int LongestName = 255;
    private const ushort InternetClass = 1;

    private DnsMessage(bool isTruncated, int responseCode, List<DnsRecord> answers, List<DnsRecord> authorities)
    {
        IsTruncated = isTruncated;
        ResponseCode = responseCode;
        Answers = answers;
        Authorities = authorities;
    }

    public bool IsTruncated { get; }

    /// <summary>0 no error, 3 no such name; others are the server's trouble.</summary>
    public int ResponseCode { get; }

    public IReadOnlyList<DnsRecord> Answers { get; }

    public IReadOnlyList<DnsRecord> Authorities { get; }

    /// <summary>A recursive question, or null when the name cannot be one (a label over 63 bytes, over 255 in all, not ASCII).</summary>
    public static byte[]? WriteQuestion(ushort id, string name, DnsType type)
    {
        var labels = name.Split('.');
        if (name.Length is 0 or > LongestName - 2 || !Ascii.IsValid(name) || labels.Any(l => l.Length is 0 or > 63))
            return null;
        var message = new byte[HeaderLength + name.Length + 2 + 4];
        BinaryPrimitives.WriteUInt16BigEndian(message, id);
        message[2] = 1; // recursion desired
        message[5] = 1; // one question
        var at = HeaderLength;
        foreach (var label in labels)
        {
            message[at++] = (byte)label.Length;
            at += Encoding.ASCII.GetBytes(label, message.AsSpan(at));
        }
        at++;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(at), (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(at + 2), InternetClass);
        return message;
    }

    /// <summary>Reads the answer to a question; false when it is malformed or answers another question.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, ReadOnlySpan<byte> question, [NotNullWhen(true)] out DnsMessage? result)
    {
        result = null;
        if (message.Length < HeaderLength || !message[..2].SequenceEqual(question[..2]) || (message[2] & 0x80) == 0)
            return false;
        var at = HeaderLength;
        if (BinaryPrimitives.ReadUInt16BigEndian(message[4..]) != 1 || !EchoesQuestion(message, question, ref at))
            return false;
        var answers = new List<DnsRecord>();
        var authorities = new List<DnsRecord>();
        var isTruncated = (message[2] & 0x02) != 0;
        if (!isTruncated
            && (!ReadRecords(message, ref at, BinaryPrimitives.ReadUInt16BigEndian(message[6..]), answers)
                || !ReadRecords(message, ref at, BinaryPrimitives.ReadUInt16BigEndian(message[8..]), authorities)))
        {
            return false;
        }
        result = new DnsMessage(isTruncated, message[3] & 0x0F, answers, authorities);
        return true;
    }

    private static bool EchoesQuestion(ReadOnlySpan<byte> message, ReadOnlySpan<byte> question, ref int at)
    {
        var asked = HeaderLength;
        return TryReadName(message, ref at, out var name) && TryReadName(question, ref asked, out var askedName)
            && name == askedName && at + 4 <= message.Length && message.Slice(at, 4).SequenceEqual(question.Slice(asked, 4)) && (at += 4) > 0;
    }

    private static bool ReadRecords(ReadOnlySpan<byte> message, ref int at, int count, List<DnsRecord> records)
    {
        for (var i = 0; i < count; i++)
        {
            if (!TryReadName(message, ref at, out var name) || at + 10 > message.Length)
                return false;
            var type = (DnsType)BinaryPrimitives.ReadUInt16BigEndian(message[at..]);
            // RFC 2181 8: a time to live with the top bit set is zero.
            var seconds = Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(message[(at + 4)..]));
            var length = BinaryPrimitives.ReadUInt16BigEndian(message[(at + 8)..]);
            at += 10;
            if (at + length > message.Length)
                return false;
            if (ReadData(message[..(at + length)], at, type, name, seconds) is { } record)
                records.Add(record);
            at += length;
        }
        return true;
    }

    // A record that is broken or of another type is passed over; names in it may point anywhere before it.
    private static DnsRecord? ReadData(ReadOnlySpan<byte> message, int at, DnsType type, string name, int seconds)
    {
        var data = message[at..];
        switch (type)
        {
            case DnsType.A when data.Length == 4:
            case DnsType.Aaaa when data.Length == 16:
                return new AddressRecord(name, seconds, new IPAddress(data));
            case DnsType.Cname:
                return TryReadName(message, ref at, out var alias) ? new CnameRecord(name, seconds, alias) : null;
            case DnsType.Soa:
                return TryReadName(message, ref at, out _) && TryReadName(message, ref at, out _) && message.Length - at == 20
                    ? new SoaRecord(name, seconds, Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(message[(at + 16)..])))
                    : null;
            case DnsType.Srv when data.Length > 6:
                var priority = BinaryPrimitives.ReadUInt16BigEndian(data);
                var weight = BinaryPrimitives.ReadUInt16BigEndian(data[2..]);
                var port = BinaryPrimitives.ReadUInt16BigEndian(data[4..]);
                at += 6;
                return TryReadName(message, ref at, out var target) ? new SrvRecord(name, seconds, priority, weight, port, target) : null;
            case DnsType.Naptr when data.Length > 4:
                var order = BinaryPrimitives.ReadUInt16BigEndian(data);
                var preference = BinaryPrimitives.ReadUInt16BigEndian(data[2..]);
                at += 4;
                return TryReadText(message, ref at, out var flags) && TryReadText(message, ref at, out var services)
                    && TryReadText(message, ref at, out var substitution) && TryReadName(message, ref at, out var replacement)
                    ? new NaptrRecord(name, seconds, order, preference, flags.ToUpperInvariant(), services.ToUpperInvariant(), replacement, substitution)
                    : null;
            default:
                return null;
        }
    }

    private static bool TryReadText(ReadOnlySpan<byte> message, ref int at, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (at >= message.Length || at + 1 + message[at] > message.Length)
            return false;
        text = Encoding.ASCII.GetString(message.Slice(at + 1, message[at]));
        at += 1 + message[at];
        return true;
    }

    private static bool TryReadName(ReadOnlySpan<byte> message, ref int at, [NotNullWhen(true)] out string? name)
    {
        name = null;
        var text = new StringBuilder();
        var next = at;
        var resume = -1;
        while (next < message.Length)
        {
            var length = message[next];
            if (length == 0)
            {
                at = resume < 0 ? next + 1 : resume;
                name = text.ToString().ToLowerInvariant();
                return true;
            }
            if (length >= 0xC0)
            {
                if (next + 1 >= message.Length)
                    return false;
                var pointer = ((length & 0x3F) << 8) | message[next + 1];
                // RFC 1035 4.1.4: a pointer leads to an earlier place; this also ends every chain of them.
                if (pointer >= next)
                    return false;
                if (resume < 0)
                    resume = next + 2;
                next = pointer;
                continue;
            }
            if (length > 63 || next + 1 + length > message.Length || text.Length + length + 1 > LongestName)
                return false;
            if (text.Length > 0)
                text.Append('.');
            text.Append(Encoding.Latin1.GetString(message.Slice(next + 1, length)));
            next += 1 + length;
        }
        return false;
    }
}
