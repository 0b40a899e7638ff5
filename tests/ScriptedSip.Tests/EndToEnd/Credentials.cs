using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace ScriptedSip.Tests.EndToEnd;

/// <summary>What a phone answers to a challenge (RFC 7616 3.4, RFC 8760); every part of it can be made wrong.</summary>
internal sealed partial record Credentials(string User, string Password, string Method, string Uri)
{
    public string Realm { get; init; } = "";

    public string Nonce { get; init; } = "";

    /// <summary>auth or auth-int.</summary>
    public string Qop { get; init; } = "auth";

    /// <summary>MD5 or SHA-256.</summary>
    public string Algorithm { get; init; } = "MD5";

    public int Count { get; init; } = 1;

    public string Body { get; init; } = "";

    /// <summary>The same for the challenge in an answer.</summary>
    public Credentials For(string answer) => this with
    {
        Realm = Parameter(answer, "realm"),
        Nonce = Parameter(answer, "nonce"),
        Algorithm = Named().Match(answer) is { Success: true } named ? named.Groups[1].Value : "MD5",
    };

    /// <summary>The header line.</summary>
    public string Line()
    {
        var what = Qop == "auth-int" ? $"{Method}:{Uri}:{Hash(Body)}" : $"{Method}:{Uri}";
        var response = Hash($"{Secret()}:{Nonce}:{Count:x8}:c0ffee:{Qop}:{Hash(what)}");
        return $"Authorization: Digest username=\"{User}\", realm=\"{Realm}\", nonce=\"{Nonce}\", uri=\"{Uri}\", algorithm={Algorithm}, qop={Qop}, nc={Count:x8}, cnonce=\"c0ffee\", response=\"{response}\"\r\n";
    }

    /// <summary>What a server keeps instead of the password.</summary>
    public string Secret() => Hash($"{User}:{Realm}:{Password}");

    [SuppressMessage("Security", "CA5351", Justification = "MD5 is what RFC 3261 22.4 has every phone speak.")]
    private string Hash(string text) => Convert.ToHexStringLower(Algorithm == "MD5" ? MD5.HashData(Encoding.Latin1.GetBytes(text)) : SHA256.HashData(Encoding.Latin1.GetBytes(text)));

    private static string Parameter(string answer, string name) => Regex.Match(answer, $"[ ,]{name}=\"([^\"]*)\"").Groups[1].Value;

    [GeneratedRegex("algorithm=([A-Za-z0-9-]+)")]
    private static partial Regex Named();
}
