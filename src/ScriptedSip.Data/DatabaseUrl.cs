using System.Globalization;

namespace ScriptedSip.Data;

/// <summary>
/// Where data is, as scripts write it: <c>sqlite:///path</c>, <c>postgres://user:password@host:port/name</c>, <c>text:///directory</c>, <c>flatstore:/directory</c>.
/// Prints itself without the password.
/// </summary>
public sealed record DatabaseUrl
{
    private DatabaseUrl(string scheme) => Scheme = scheme;

    /// <summary>What stands before the colon, in small letters and under one name for each engine.</summary>
    public string Scheme { get; }

    public string User { get; private init; } = "";

    public string Password { get; private init; } = "";

    public string Host { get; private init; } = "";

    /// <summary>Port; 0 when not written.</summary>
    public int Port { get; private init; }

    /// <summary>True for what rows can be added to and not read from.</summary>
    public bool IsWriteOnly => Scheme == "flatstore";

    /// <summary>Name of the database, or the path of a file or directory.</summary>
    public string Name { get; private init; } = "";

    /// <summary>Reads a URL; null when it is none.</summary>
    public static DatabaseUrl? Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0)
            return null;
        var scheme = CanonicalScheme(text[..colon]);
        var rest = text[(colon + 1)..];
        if (rest.StartsWith("//", StringComparison.Ordinal))
            rest = rest[2..];
        if (rest.Length == 0)
            return null;
        return scheme is "sqlite" or "text" or "flatstore" ? new DatabaseUrl(scheme) { Name = rest } : ParseServer(scheme, rest);
    }

    /// <summary>The one name of an engine that scripts call by several; others stay as they are.</summary>
    public static string CanonicalScheme(string scheme) => scheme.ToLowerInvariant() switch
    {
        "postgresql" or "pgsql" => "postgres",
        "dbtext" or "db_text" => "text",
        "sqlite3" => "sqlite",
        "db_flatstore" => "flatstore",
        var other => other,
    };

    /// <inheritdoc/>
    public override string ToString()
    {
        if (Scheme is "sqlite" or "text" or "flatstore")
            return $"{Scheme}://{Name}";
        var user = User.Length > 0 ? User + "@" : "";
        var port = Port > 0 ? string.Create(CultureInfo.InvariantCulture, $":{Port}") : "";
        return $"{Scheme}://{user}{Host}{port}/{Name}";
    }

    private static DatabaseUrl? ParseServer(string scheme, string rest)
    {
        // A password may hold an at sign, so the last one ends it; a name may hold neither.
        var at = rest.LastIndexOf('@');
        var account = at < 0 ? "" : rest[..at];
        var place = rest[(at + 1)..];
        var slash = place.IndexOf('/', StringComparison.Ordinal);
        var host = slash < 0 ? place : place[..slash];
        var name = slash < 0 ? "" : place[(slash + 1)..];
        var port = 0;
        var hostEnd = host.StartsWith('[') ? host.IndexOf(']', StringComparison.Ordinal) + 1 : host.IndexOf(':', StringComparison.Ordinal);
        if (hostEnd > 0 && hostEnd < host.Length)
        {
            if (!int.TryParse(host.AsSpan(hostEnd + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535)
                return null;
            host = host[..hostEnd];
        }
        var colon = account.IndexOf(':', StringComparison.Ordinal);
        return new DatabaseUrl(scheme)
        {
            User = Uri.UnescapeDataString(colon < 0 ? account : account[..colon]),
            Password = colon < 0 ? "" : Uri.UnescapeDataString(account[(colon + 1)..]),
            Host = host.Trim('[', ']'),
            Port = port,
            Name = name,
        };
    }
}
