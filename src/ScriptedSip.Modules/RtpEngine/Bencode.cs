using System.Globalization;
using System.Text;

namespace ScriptedSip.Modules.RtpEngine;

/// <summary>
/// Bencoding, in which the ng protocol is written: <c>d3:key5:valuee</c>. Characters are bytes. Values are strings, numbers, lists and
/// dictionaries.
/// </summary>
internal static class Bencode
{
    private const int Deepest = 16;

    public static string Write(object value)
    {
        var text = new StringBuilder();
        Write(text, value);
        return text.ToString();
    }

    /// <summary>The dictionary a text is; null when it is none.</summary>
    public static Dictionary<string, object>? Read(string text)
    {
        var at = 0;
        return Read(text, ref at, 0) as Dictionary<string, object>;
    }

    private static void Write(StringBuilder text, object value)
    {
        switch (value)
        {
            case long number:
                text.Append(CultureInfo.InvariantCulture, $"i{number}e");
                break;
            case IReadOnlyList<string> list:
                text.Append('l');
                foreach (var item in list)
                    Write(text, item);
                text.Append('e');
                break;
            case IReadOnlyDictionary<string, object> dictionary:
                text.Append('d');
                foreach (var (key, item) in dictionary.OrderBy(static p => p.Key, StringComparer.Ordinal))
                {
                    Write(text, key);
                    Write(text, item);
                }
                text.Append('e');
                break;
            default:
                var written = (string)value;
                text.Append(CultureInfo.InvariantCulture, $"{written.Length}:{written}");
                break;
        }
    }

    private static object? Read(string text, ref int at, int depth)
    {
        if (at >= text.Length || depth > Deepest)
            return null;
        switch (text[at])
        {
            case 'i':
                var end = text.IndexOf('e', at);
                var isNumber = long.TryParse(text.AsSpan(at + 1, Math.Max(0, end - at - 1)), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number);
                at = end + 1;
                return isNumber ? number : null;
            case 'l':
                var list = new List<object>();
                for (at++; at < text.Length && text[at] != 'e';)
                {
                    if (Read(text, ref at, depth + 1) is not { } item)
                        return null;
                    list.Add(item);
                }
                return at++ < text.Length ? list : null;
            case 'd':
                var dictionary = new Dictionary<string, object>(StringComparer.Ordinal);
                for (at++; at < text.Length && text[at] != 'e';)
                {
                    if (Read(text, ref at, depth + 1) is not string key || Read(text, ref at, depth + 1) is not { } item)
                        return null;
                    dictionary[key] = item;
                }
                return at++ < text.Length ? dictionary : null;
            default:
                return ReadText(text, ref at);
        }
    }

    private static string? ReadText(string text, ref int at)
    {
        var colon = text.IndexOf(':', at);
        if (colon < 0 || !int.TryParse(text.AsSpan(at, colon - at), NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length > text.Length - colon - 1)
            return null;
        at = colon + 1 + length;
        return text.Substring(colon + 1, length);
    }
}
