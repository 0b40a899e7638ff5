using System.Globalization;

namespace ScriptedSip.Modules.Dispatcher;

/// <summary>Which final replies to a probe show that a destination lives: every 2xx, and what the parameters add.</summary>
internal sealed class ProbeAnswers
{
    private readonly HashSet<int> _codes = [];
    private readonly HashSet<int> _classes = [2];

    /// <summary>True for an answer that counts as life.</summary>
    public bool Includes(int code) => _classes.Contains(code / 100) || _codes.Contains(code);

    /// <summary>Reads "class=2;code=403" and "403,488"; null when one of them is malformed.</summary>
    public static ProbeAnswers? Parse(string named, string codes)
    {
        var answers = new ProbeAnswers();
        foreach (var item in named.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (item.Split('=', 2, StringSplitOptions.TrimEntries) is not [var kind, var value]
                || !int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                return null;
            switch (kind)
            {
                case "class" when number is >= 2 and <= 6:
                    answers._classes.Add(number);
                    break;
                case "code" when number is >= 200 and <= 699:
                    answers._codes.Add(number);
                    break;
                default:
                    return null;
            }
        }
        foreach (var item in codes.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!int.TryParse(item, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 200 or > 699)
                return null;
            answers._codes.Add(number);
        }
        return answers;
    }
}
