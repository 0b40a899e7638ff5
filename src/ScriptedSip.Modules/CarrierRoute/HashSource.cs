using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Modules.CarrierRoute;

/// <summary>What of a request decides on its gateway, read when the script is loaded: the same text always leads to the same one.</summary>
internal sealed class HashSource : IParsedArgument<HashSource>
{
    private static readonly uint[] Table = MakeTable();

    private readonly string _name;

    private HashSource(string name) => _name = name;

    public static HashSource CallId { get; } = new("call_id");

    /// <inheritdoc/>
    public static string Form => "call_id, from_uri, from_user, to_uri, to_user or rand";

    /// <inheritdoc/>
    public static HashSource? Parse(ArgumentText argument) =>
        argument.Text is "call_id" or "from_uri" or "from_user" or "to_uri" or "to_user" or "rand" ? new HashSource(argument.Text) : null;

    /// <summary>The hash of this request.</summary>
    public uint Of(Frame frame)
    {
        var message = frame.Message;
        return _name switch
        {
            "call_id" => Crc32(message[message.CallId]),
            "from_uri" => Crc32(message[message.From.Uri]),
            "from_user" => Crc32(User(message[message.From.Uri])),
            "to_uri" => Crc32(message[message.To.Uri]),
            "to_user" => Crc32(User(message[message.To.Uri])),
            _ => (uint)frame.Context.NextRandom(),
        };
    }

    /// <summary>CRC-32 as in Ethernet (ISO 3309).</summary>
    public static uint Crc32(ReadOnlySpan<byte> text)
    {
        var crc = uint.MaxValue;
        foreach (var octet in text)
            crc = Table[(crc ^ octet) & 0xFF] ^ (crc >> 8);
        return ~crc;
    }

    private static ReadOnlySpan<byte> User(ReadOnlySpan<byte> uri) => UriParser.TryParse(uri, out var parts) ? parts.User.In(uri) : default;

    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (var i = 0u; i < table.Length; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++)
                value = (value & 1) != 0 ? (value >> 1) ^ 0xEDB88320 : value >> 1;
            table[i] = value;
        }
        return table;
    }
}
