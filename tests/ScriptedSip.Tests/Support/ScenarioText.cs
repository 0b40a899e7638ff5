using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace ScriptedSip.Tests.Support;

/// <summary>
/// The texts of a scenario and its memory: <c>&lt;name&gt;</c> stands for something seen before, <c>&lt;name=regex&gt;</c> for something to be seen
/// now. One character is one byte throughout.
/// </summary>
internal sealed partial class ScenarioText
{
    private readonly Dictionary<string, string> _captured;

    public ScenarioText() => _captured = new Dictionary<string, string>(StringComparer.Ordinal);

    private ScenarioText(Dictionary<string, string> captured) => _captured = new Dictionary<string, string>(captured, StringComparer.Ordinal);

    /// <summary>The same memory, to try something with.</summary>
    public ScenarioText Copy() => new(_captured);

    public void Remember(string name, string value) => _captured[name] = value;

    public string? Recall(string name) => _captured.GetValueOrDefault(name);

    /// <summary>
    /// A block as the bytes of a message: CRLF line ends, an empty line after the headers when the block has none, <c>&lt;length&gt;</c> computed,
    /// <c>\xHH</c> for any byte, and no line end after a last line that ends in a backslash.
    /// </summary>
    public string ToMessage(string block)
    {
        var text = ToWire(block);
        var headersEnd = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (headersEnd < 0 && text.EndsWith("\r\n", StringComparison.Ordinal))
        {
            text += "\r\n";
            headersEnd = text.Length - 4;
        }
        return text.Replace("<length>", (text.Length - headersEnd - 4).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    /// <summary>A piece of a message as its bytes: as <see cref="ToMessage"/>, nothing added.</summary>
    public string ToWire(string block)
    {
        var text = Digest().Replace(Fill(block), m => Credentials(block, m)).Replace("\n", "\r\n", StringComparison.Ordinal);
        if (text.EndsWith("\\\r\n", StringComparison.Ordinal))
            text = text[..^3];
        return Unescape(text);
    }

    // RFC 2617 3.2.2, qop auth, for the method and Request-URI of the message it stands in.
    private string Credentials(string block, Match m)
    {
        var (user, realm, nonce) = (m.Groups["user"].Value, m.Groups["realm"].Value, Recall(m.Groups["nonce"].Value));
        var line = Fill(block).TrimStart('\n').Split(' ');
        var secret = Md5($"{user}:{realm}:{m.Groups["password"].Value}");
        var response = Md5($"{secret}:{nonce}:00000001:c0ffee:auth:{Md5($"{line[0]}:{line[1]}")}");
        return $"Digest username=\"{user}\", realm=\"{realm}\", nonce=\"{nonce}\", uri=\"{line[1]}\", qop=auth, nc=00000001, cnonce=\"c0ffee\", response=\"{response}\"";
    }

    [SuppressMessage("Security", "CA5351", Justification = "MD5 is what RFC 3261 22.4 has every phone speak.")]
    private static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.Latin1.GetBytes(text)));

    /// <summary><c>\xHH</c> as the byte it stands for.</summary>
    public static string Unescape(string text) =>
        Hex().Replace(text, m => ((char)int.Parse(m.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString());

    /// <summary>Puts what was seen in the place of its names.</summary>
    public string Fill(string text) => Placeholder().Replace(text, m => m.Groups["name"].Value is var name && name != "length" && !m.Groups["pattern"].Success
        ? Recall(name) ?? throw new FormatException($"nothing called <{name}> has been seen yet")
        : m.Value);

    /// <summary>Compares one text with a pattern and remembers what it captures. Nothing is remembered unless it matches.</summary>
    public bool Match(string pattern, string text)
    {
        var regex = new StringBuilder("^");
        var names = new List<string>();
        var at = 0;
        foreach (Match m in Placeholder().Matches(pattern))
        {
            regex.Append(Regex.Escape(pattern[at..m.Index]));
            at = m.Index + m.Length;
            var name = m.Groups["name"].Value;
            if (name == "*")
                regex.Append(@"[^\r\n]*?");
            else if (!m.Groups["pattern"].Success && Recall(name) is { } known)
                regex.Append(Regex.Escape(known));
            else if (names.Contains(name))
                regex.Append(CultureInfo.InvariantCulture, $@"\k<{name}>");
            else
            {
                names.Add(name);
                var inner = m.Groups["pattern"].Success ? m.Groups["pattern"].Value : "[^\\s;,<>\"]+";
                regex.Append(CultureInfo.InvariantCulture, $"(?<{name}>{inner})");
            }
        }
        regex.Append(Regex.Escape(pattern[at..])).Append(@"\z");
        var match = Regex.Match(text, regex.ToString(), RegexOptions.Singleline | RegexOptions.CultureInvariant);
        if (!match.Success)
            return false;
        foreach (var name in names)
            Remember(name, match.Groups[name].Value);
        return true;
    }

    // A URI in angle brackets has a colon before anything that could end a name here, so the two cannot be confused.
    [GeneratedRegex(@"<(?<name>\*|[A-Za-z][A-Za-z0-9_]*)(=(?<pattern>[^>]+))?>", RegexOptions.ExplicitCapture)]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"<digest (?<user>[^@>]+)@(?<realm>[^ >]+) (?<password>\S+) (?<nonce>\w+)>", RegexOptions.ExplicitCapture)]
    private static partial Regex Digest();

    [GeneratedRegex(@"\\x([0-9A-Fa-f]{2})")]
    private static partial Regex Hex();
}
