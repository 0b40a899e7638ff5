using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using ScriptedSip.Data;

namespace ScriptedSip.Server.Tables;

/// <summary>The users in the table <c>subscriber</c>. Secrets go in, never out: as hashes of user, domain (which is the realm) and password.</summary>
internal static class UserTable
{
    private static readonly SelectShape All = new("subscriber", ["username", "domain"], []);
    private static readonly SelectShape One = new("subscriber", ["username"], ["username", "domain"]);
    private static readonly ChangeShape Add = new(ChangeKind.Insert, "subscriber", ["username", "domain", "password", "ha1", "ha1b", "ha1_sha256"]);
    private static readonly ChangeShape Update = new(ChangeKind.Update, "subscriber", ["username", "domain", "password", "ha1", "ha1b", "ha1_sha256"], 2);
    private static readonly ChangeShape Remove = new(ChangeKind.Delete, "subscriber", ["username", "domain"]);

    public static int List(Database database, TextWriter output)
    {
        foreach (var row in database.Select(All).OrderBy(r => (string?)r[1], StringComparer.Ordinal).ThenBy(r => (string?)r[0], StringComparer.Ordinal))
            output.WriteLine($"{row[0]}@{row[1]}");
        return Commands.Done;
    }

    /// <summary>add, passwd or rm.</summary>
    public static int Change(Database database, string verb, string name, bool isPlain, TextReader input, TextWriter output, TextWriter errors)
    {
        var at = name.LastIndexOf('@');
        if (at <= 0 || at + 1 == name.Length || name.AsSpan().ContainsAny("\":\r\n"))
        {
            errors.WriteLine("scriptedsip: a user is written USER@DOMAIN");
            return Commands.WrongUsage;
        }
        var (user, domain) = (name[..at], name[(at + 1)..].ToLowerInvariant());
        var isThere = database.Select(One, user, domain).Count > 0;
        if (isThere == (verb == "add"))
        {
            errors.WriteLine($"scriptedsip: {name} is {(isThere ? "there already" : "not there")}");
            return Commands.ScriptMistakes;
        }
        if (verb == "rm")
        {
            database.Apply([new Change(Remove, [user, domain])]);
            output.WriteLine($"{name} removed");
            return Commands.Done;
        }
        if (ReadPassword(input, errors) is not { Length: > 0 } password)
        {
            errors.WriteLine("scriptedsip: no password on standard input");
            return Commands.ScriptMistakes;
        }
        object?[] values = [user, domain, isPlain ? password : "", Md5($"{user}:{domain}:{password}"), Md5($"{name}:{domain}:{password}"),
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{user}:{domain}:{password}")))];
        database.Apply([new Change(verb == "add" ? Add : Update, values)]);
        output.WriteLine(verb == "add" ? $"{name} added" : $"password of {name} changed");
        return Commands.Done;
    }

    // At a terminal nothing of it is shown.
    private static string? ReadPassword(TextReader input, TextWriter errors)
    {
        if (!ReferenceEquals(input, Console.In) || Console.IsInputRedirected)
            return input.ReadLine();
        errors.Write("Password: ");
        var password = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace && password.Length > 0)
                password.Length--;
            else if (key.KeyChar >= ' ')
                password.Append(key.KeyChar);
        }
        errors.WriteLine();
        return password.ToString();
    }

    [SuppressMessage("Security", "CA5351", Justification = "MD5 is what RFC 3261 22.4 has every phone speak.")]
    private static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
}
