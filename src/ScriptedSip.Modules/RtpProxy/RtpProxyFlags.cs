using System.Text;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.RtpProxy;

/// <summary>The letters scripts give to RTP proxy functions.</summary>
internal readonly record struct RtpProxyFlags
{
    /// <summary>r: the address in the description is trusted; without it media are expected from where the message came from.</summary>
    public bool TrustsAddress { get; private init; }

    /// <summary>f: also when another proxy has left its mark.</summary>
    public bool Forces { get; private init; }

    /// <summary>o: o= gets the address, too.</summary>
    public bool RewritesOrigin { get; private init; }

    /// <summary>c: c= of the session gets the address also when every stream has one of its own.</summary>
    public bool RewritesSession { get; private init; }

    /// <summary>l: only if the proxy knows the session.</summary>
    public bool OnlyKnown { get; private init; }

    /// <summary>What the proxy is told with its command: a asymmetric, e and i the sides of a bridge, w no tags, z packet length.</summary>
    public string Options { get; private init; }

    /// <summary>False when there is an unknown letter.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out RtpProxyFlags flags)
    {
        flags = new RtpProxyFlags { Options = "" };
        var options = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            var letter = (char)(text[i] | 0x20);
            switch (letter)
            {
                case 'a':
                    options.Append('A');
                    flags = flags with { TrustsAddress = true };
                    break;
                case 'e' or 'i' or 'w':
                    options.Append(char.ToUpperInvariant(letter));
                    break;
                case 'z':
                    options.Append('Z');
                    while (i + 1 < text.Length && char.IsAsciiDigit((char)text[i + 1]))
                        options.Append((char)text[++i]);
                    break;
                case 'r':
                    flags = flags with { TrustsAddress = true };
                    break;
                case 'f':
                    flags = flags with { Forces = true };
                    break;
                case 'o':
                    flags = flags with { RewritesOrigin = true };
                    break;
                case 'c':
                    flags = flags with { RewritesSession = true };
                    break;
                case 'l':
                    flags = flags with { OnlyKnown = true };
                    break;
                default:
                    return false;
            }
        }
        flags = flags with { Options = options.ToString() };
        return true;
    }
}
