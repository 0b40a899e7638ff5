using System.Text;

namespace ScriptedSip.Modules.NumberMapping;

/// <summary>Names under which DNS knows telephone numbers.</summary>
internal static class NumberName
{
    private const int FewestDigits = 2;
    private const int MostDigits = 20;

    // ITU-T E.164: country codes of one and two digits; all others have three.
    private static readonly HashSet<string> ShortCodes =
    [
        "1", "7", "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47", "48", "49", "51", "52", "53", "54", "55", "56", "57", "58",
        "60", "61", "62", "63", "64", "65", "66", "81", "82", "84", "86", "90", "91", "92", "93", "94", "95", "98",
    ];

    /// <summary>True for '+' and digits, as many as the dialect takes.</summary>
    public static bool IsNumber(string user) =>
        user.Length is > FewestDigits and <= MostDigits + 1 && user[0] == '+' && user.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0;

    /// <summary>RFC 6116 3.2: the digits backwards with dots between them, in front of a domain.</summary>
    public static string OfNumber(string number, string suffix)
    {
        var name = new StringBuilder();
        AppendBackwards(name, number.AsSpan(1));
        return name.Append(Trimmed(suffix)).ToString();
    }

    /// <summary>The same with a label between the country code and the rest, where carriers keep a tree of their own.</summary>
    public static string OfCarriers(string number, string label, string suffix)
    {
        var code = 1;
        while (code < 3 && code < number.Length - 1 && !ShortCodes.Contains(number.Substring(1, code)))
            code++;
        var name = new StringBuilder();
        AppendBackwards(name, number.AsSpan(1 + code));
        name.Append(label).Append('.');
        AppendBackwards(name, number.AsSpan(1, code));
        return name.Append(Trimmed(suffix)).ToString();
    }

    /// <summary>The name of an ITAD subscriber number, <c>digits*digits</c> (RFC 3872 for what is behind the star); null for another user.</summary>
    public static string? OfSubscriber(string user, string suffix)
    {
        var star = user.IndexOf('*', StringComparison.Ordinal);
        if (star <= 0 || star == user.Length - 1 || user.Length > MostDigits || user.AsSpan(0, star).IndexOfAnyExceptInRange('0', '9') >= 0
            || user.AsSpan(star + 1).IndexOfAnyExceptInRange('0', '9') >= 0)
            return null;
        var name = new StringBuilder();
        AppendBackwards(name, user.AsSpan(0, star));
        return name.Append(user.AsSpan(star + 1)).Append('.').Append(Trimmed(suffix)).ToString();
    }

    private static void AppendBackwards(StringBuilder name, ReadOnlySpan<char> digits)
    {
        for (var i = digits.Length - 1; i >= 0; i--)
            name.Append(digits[i]).Append('.');
    }

    private static string Trimmed(string suffix) => suffix.Trim('.').ToLowerInvariant();
}
