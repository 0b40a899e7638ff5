using System.Globalization;

namespace ScriptedSip.Modules.RtpEngine;

/// <summary>
/// The words scripts give to rtpengine functions, put where the ng protocol wants them: "replace-origin ICE=remove RTP/SAVPF rtcp-mux-demux
/// codec-strip-PCMU media-address=192.0.2.1".
/// </summary>
internal static class EngineFlags
{
    // Words that are an entry of a list, by what they begin with.
    private static readonly (string Prefix, string List)[] Lists =
        [("replace-", "replace"), ("rtcp-mux-", "rtcp-mux"), ("SDES-", "SDES"), ("OSRTP-", "OSRTP"), ("direction=", "direction"), ("in-iface=", "direction"), ("out-iface=", "direction")];

    // How codec words name what is to be done.
    private static readonly string[] CodecActions = ["strip", "offer", "except", "accept", "consume", "ignore", "set", "transcode", "mask"];

    /// <summary>Adds what the words say to a command; false when one makes no sense.</summary>
    public static bool TryApply(string text, Dictionary<string, object> command)
    {
        bool? isSecure = null, hasFeedback = null;
        foreach (var word in text.Split((char[])[' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            switch (word)
            {
                case "RTP":
                    isSecure = false;
                    continue;
                case "SRTP":
                    isSecure = true;
                    continue;
                case "AVP":
                    hasFeedback = false;
                    continue;
                case "AVPF":
                    hasFeedback = true;
                    continue;
                case "internal" or "external":
                    ListOf(command, "direction").Add(word);
                    continue;
            }
            if (word.Contains("RTP/", StringComparison.Ordinal) && !word.Contains('=', StringComparison.Ordinal))
                command["transport-protocol"] = word;
            else if (Array.Find(Lists, l => word.StartsWith(l.Prefix, StringComparison.Ordinal)) is { List: not null } list)
                ListOf(command, list.List).Add(word[list.Prefix.Length..]);
            else if (word.StartsWith("codec-", StringComparison.Ordinal))
                AddCodec(word[6..], command);
            else if (!TryAdd(word, command))
                return false;
        }
        if (isSecure is not null || hasFeedback is not null)
            command["transport-protocol"] = $"RTP/{(isSecure == true ? "S" : "")}AVP{(hasFeedback == true ? "F" : "")}";
        return true;
    }

    // "name=value" is an entry of its own, any other word a flag.
    private static bool TryAdd(string word, Dictionary<string, object> command)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        if (equals == 0)
            return false;
        if (equals < 0)
        {
            ListOf(command, "flags").Add(word);
            return true;
        }
        var (name, value) = (word[..equals], word[(equals + 1)..]);
        if (name is "command" or "sdp" or "cookie")
            return false;
        if ((name is "TOS" or "delete-delay" or "ptime" or "repacketize") && long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            command[name] = number;
        else
            command[name] = value;
        return true;
    }

    private static void AddCodec(string word, Dictionary<string, object> command)
    {
        var dash = word.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0 || Array.IndexOf(CodecActions, word[..dash]) < 0)
        {
            ListOf(command, "flags").Add("codec-" + word);
            return;
        }
        if (!command.TryGetValue("codec", out var codecs))
            command.Add("codec", codecs = new Dictionary<string, object>(StringComparer.Ordinal));
        ListOf((Dictionary<string, object>)codecs, word[..dash]).Add(word[(dash + 1)..]);
    }

    private static List<string> ListOf(Dictionary<string, object> command, string name)
    {
        if (!command.TryGetValue(name, out var list))
            command.Add(name, list = new List<string>());
        return (List<string>)list;
    }
}
