using System.Globalization;
using System.Text;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.Nat;

/// <summary>A network of IPv4 addresses as mangler writes it: "10.0.0.0/8", "10.0.0.0/255.0.0.0", or one address.</summary>
internal sealed class Ip4Network : IParsedArgument<Ip4Network>
{
    private uint _address;
    private uint _mask;

    public static string Form => "an IPv4 network as address/length or address/mask";

    public static Ip4Network? Parse(ArgumentText argument)
    {
        var parts = argument.Text.Trim().Split('/');
        if (parts.Length > 2 || !TryParse(Encoding.ASCII.GetBytes(parts[0]), out var address))
            return null;
        var mask = uint.MaxValue;
        if (parts.Length == 2 && !TryParse(Encoding.ASCII.GetBytes(parts[1]), out mask))
        {
            if (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length > 32)
                return null;
            mask = length == 0 ? 0 : uint.MaxValue << (32 - length);
        }
        return new Ip4Network { _address = address & mask, _mask = mask };
    }

    /// <summary>True for an IPv4 address of the network, written with dots.</summary>
    public bool Contains(ReadOnlySpan<byte> text) => TryParse(text, out var address) && (address & _mask) == _address;

    private static bool TryParse(ReadOnlySpan<byte> text, out uint address)
    {
        address = 0;
        for (var i = 0; i < 4; i++)
        {
            var end = i < 3 ? text.IndexOf((byte)'.') : text.Length;
            if (end is < 1 or > 3 || !byte.TryParse(text[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var part))
                return false;
            address = (address << 8) | part;
            text = i < 3 ? text[(end + 1)..] : default;
        }
        return true;
    }
}
