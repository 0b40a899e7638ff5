using System.Text;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Modules.Exec;

/// <summary>
/// What a command learns of the message through its environment: SIP_METHOD, SIP_RURI (as it would be sent), SIP_ORURI (as received), their users
/// SIP_USER and SIP_OUSER, SIP_SRCIP, SIP_DID (tag of To), SIP_TID (branch of the topmost Via), and SIP_HF_NAME for each header.
/// </summary>
internal static class RequestEnvironment
{
    public static void Export(Frame frame, Dictionary<string, string> environment)
    {
        var message = frame.Message;
        environment["SIP_METHOD"] = Clean(message[message.MethodText]);
        environment["SIP_SRCIP"] = message.Source.ToIPAddress().ToString();
        environment["SIP_DID"] = Clean(message[message.To.Tag]);
        environment["SIP_TID"] = Clean(message[message.Via.Branch]);
        if (message.IsRequest)
        {
            Export(environment, "SIP_RURI", "SIP_USER", frame.RequestUri.Span);
            Export(environment, "SIP_ORURI", "SIP_OUSER", message[message.RequestUri]);
        }
        for (var row = 0; row < message.HeaderCount; row++)
        {
            ref readonly var header = ref message.Header(row);
            var id = header.Id;
            var name = NameOf(id == HeaderId.Other ? message[header.Name] : HeaderNames.NameOf(id));
            var value = Clean(message[header.Value]);
            environment[name] = environment.TryGetValue(name, out var earlier) ? $"{earlier},{value}" : value;
        }
    }

    /// <summary>Text for an environment, which cannot hold a byte 0.</summary>
    public static string Clean(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text).Replace('\0', ' ');

    private static void Export(Dictionary<string, string> environment, string uriName, string userName, ReadOnlySpan<byte> uri)
    {
        environment[uriName] = Clean(uri);
        if (UriParser.TryParse(uri, out var parts))
            environment[userName] = Clean(parts.User.In(uri));
    }

    // Only what the shell takes for a variable's name.
    private static string NameOf(ReadOnlySpan<byte> header)
    {
        var name = new StringBuilder("SIP_HF_");
        foreach (var letter in header)
            name.Append(char.IsAsciiLetterOrDigit((char)letter) ? char.ToUpperInvariant((char)letter) : '_');
        return name.ToString();
    }
}
