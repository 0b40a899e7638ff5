using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Rr;

/// <summary>
/// Attributes a script has marked with the flag <c>dialog_cookie</c> (SER 2.0), in the parameter <c>avp</c> of our Record-Route: requests of the dialog bring
/// them back. They are signed, so that nobody else's are taken for ours.
/// </summary>
internal sealed class RouteCookies(uint flag, byte[] secret, BytePattern? filter, ScriptLog log)
{
    /// <summary>The attribute flag.</summary>
    public const string FlagName = "dialog_cookie";

    private const int SignatureLength = 12;
    private const int MostBytes = 768;

    /// <summary>";avp=…" for the attributes marked by now; empty when there are none.</summary>
    public Utf8Text Write(Frame frame)
    {
        Span<byte> cookies = stackalloc byte[MostBytes + SignatureLength];
        var writer = new SpanWriter(cookies[..MostBytes]);
        var length = 0;
        for (var i = 0; i < frame.Avps.Count; i++)
        {
            if ((frame.Avps.FlagsAt(i) & flag) == 0)
                continue;
            var (name, value) = frame.Avps.At(i);
            WriteOne(ref writer, Encoding.UTF8.GetBytes(AvpList.TextOf(name)), value, frame.Arena);
            if (writer.Overflowed)
            {
                log.Write(LogLevel.Warning, $"rr: attributes for the dialog do not fit into Record-Route from {AvpList.TextOf(name)} on ({MostBytes} bytes)");
                break;
            }
            length = writer.Length;
        }
        return length == 0 ? default : Finish(frame, cookies[..(length + SignatureLength)]);
    }

    /// <summary>Sets the attributes that our Route brought; none when they are not ours or were changed.</summary>
    public void Read(Frame frame, ReadOnlySpan<byte> parameters)
    {
        if (!UriParser.TryGetParameter(parameters, "avp"u8, out var parameter))
            return;
        Span<byte> cookies = stackalloc byte[MostBytes + SignatureLength + 3];
        if (Base64Url.DecodeFromUtf8(parameter.In(parameters), cookies, out _, out var length) != OperationStatus.Done || length < SignatureLength)
            return;
        cookies = cookies[..length];
        Span<byte> signature = stackalloc byte[SHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret, cookies[..^SignatureLength], signature);
        if (!CryptographicOperations.FixedTimeEquals(signature[..SignatureLength], cookies[^SignatureLength..]))
            return;
        for (var rest = cookies[..^SignatureLength]; rest.Length > 0;)
        {
            var name = rest.Slice(2, rest[1]);
            var valueAt = 2 + name.Length;
            var value = rest[0] == (byte)'i' ? rest.Slice(valueAt, 8) : rest.Slice(valueAt + 2, BinaryPrimitives.ReadUInt16BigEndian(rest[valueAt..]));
            if (filter is null || filter.IsMatch(frame, name))
            {
                frame.Avps.Add(AvpList.NameOf(Encoding.UTF8.GetString(name)),
                    rest[0] == (byte)'i' ? Value.FromInt(BinaryPrimitives.ReadInt64BigEndian(value)) : Value.FromText(frame.Arena.Copy(value)));
                frame.Avps.MarkAt(frame.Avps.Count - 1, flag, isSet: true);
            }
            rest = rest[(valueAt + value.Length + (rest[0] == (byte)'i' ? 0 : 2))..];
        }
    }

    // A letter for the kind, the name behind its length, and the number or the text behind its length.
    private static void WriteOne(ref SpanWriter writer, ReadOnlySpan<byte> name, in Value value, Arena arena)
    {
        Span<byte> number = stackalloc byte[8];
        writer.Write((byte)(value.IsText ? 's' : 'i'));
        writer.Write((byte)name.Length);
        writer.Write(name);
        if (value.IsText)
        {
            var text = value.ToText(arena);
            BinaryPrimitives.WriteUInt16BigEndian(number, (ushort)text.Length);
            writer.Write(number[..2]);
            writer.Write(text);
            return;
        }
        BinaryPrimitives.WriteInt64BigEndian(number, value.Number);
        writer.Write(number);
    }

    private Utf8Text Finish(Frame frame, Span<byte> cookies)
    {
        Span<byte> signature = stackalloc byte[SHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret, cookies[..^SignatureLength], signature);
        signature[..SignatureLength].CopyTo(cookies[^SignatureLength..]);
        var room = frame.Arena.Reserve(";avp="u8.Length + Base64Url.GetEncodedLength(cookies.Length));
        ";avp="u8.CopyTo(room);
        Base64Url.EncodeToUtf8(cookies, room[";avp="u8.Length..]);
        return frame.Arena.Commit(room.Length);
    }
}
