using System.Globalization;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.CarrierRoute;

/// <summary>
/// Reads a configuration file with one tree:
/// <c>domain NAME { prefix DIGITS { max_targets = 2 target HOST { prob = 0.5 hash_index = 1 status = 1 strip = 0 rewrite_prefix = "" comment = "" } } }</c>.
/// '#' begins a comment; the prefix NULL is the empty one.
/// </summary>
internal sealed class CarrierFile
{
    private readonly List<(string Word, int Line)> _words = [];
    private int _at;

    private CarrierFile(string text)
    {
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            Cut(line, number);
        }
    }

    /// <summary>The tree of a file.</summary>
    /// <exception cref="FormatException">The text is malformed; the message says where and how.</exception>
    public static Carrier Parse(string text, string tree)
    {
        var file = new CarrierFile(text);
        var carrier = new Carrier(tree, 0);
        while (file._at < file._words.Count)
        {
            file.Expect("domain");
            var domain = file.Next("the name of a domain");
            file.Expect("{");
            while (!file.Skip("}"))
            {
                file.Expect("prefix");
                var prefix = file.Next("a prefix");
                file.ReadPrefix(carrier, domain, prefix.Equals("NULL", StringComparison.OrdinalIgnoreCase) ? "" : prefix, file.Line);
            }
        }
        return carrier;
    }

    // The line of the word taken last.
    private int Line => _words[_at - 1].Line;

    private void ReadPrefix(Carrier carrier, string domain, string prefix, int line)
    {
        if (carrier.Domains.TryGetValue(domain, out var prefixes) && prefixes.TryGet(Utf8Text.From(prefix), out _))
            throw Mistake($"the prefix {(prefix.Length > 0 ? prefix : "NULL")} is there twice in the domain {domain}", line);
        var most = 0;
        var targets = new List<CarrierTarget>();
        Expect("{");
        while (!Skip("}"))
        {
            if (Skip("max_targets"))
            {
                Expect("=");
                most = Integer();
                continue;
            }
            Expect("target");
            var host = Next("a host");
            targets.Add(Target(host.Equals("NULL", StringComparison.OrdinalIgnoreCase) ? "" : host));
        }
        if (targets.Count == 0)
            throw Mistake($"prefix {prefix} has no target", line);
        try
        {
            carrier.Add(domain, Utf8Text.From(prefix), [CarrierRule.Of(0, 0, targets, most)]);
        }
        catch (FormatException e)
        {
            throw Mistake(e.Message, line);
        }
    }

    private CarrierTarget Target(string host)
    {
        var settings = new Dictionary<string, (string Text, int Line)>(StringComparer.Ordinal);
        Expect("{");
        while (!Skip("}"))
        {
            var name = Next("a setting");
            var line = Line;
            Expect("=");
            if (name == "backed_up")
                SkipList();
            else if (name is "prob" or "hash_index" or "status" or "strip" or "rewrite_prefix" or "rewrite_suffix" or "comment" or "backup")
                settings[name] = (Next("a value"), Line);
            else
                throw Mistake($"a target has no setting '{name}'", line);
        }
        return new CarrierTarget
        {
            Host = Utf8Text.From(host),
            Probability = Number(settings, "prob", 1),
            HashIndex = (int)Number(settings, "hash_index", 0),
            IsActive = Number(settings, "status", 1) != 0,
            Strip = (int)Number(settings, "strip", 0),
            Backup = (int)Number(settings, "backup", 0),
            Prefix = Text(settings, "rewrite_prefix"),
            Suffix = Text(settings, "rewrite_suffix"),
            Comment = Text(settings, "comment"),
        };
    }

    // Who is backed up follows from the backups.
    private void SkipList()
    {
        Expect("{");
        while (!Skip("}"))
            Next("a hash index");
    }

    private void Cut(string line, int number)
    {
        for (var i = 0; i < line.Length;)
        {
            var letter = line[i];
            if (char.IsWhiteSpace(letter) || letter is ',' or ';')
            {
                i++;
                continue;
            }
            if (letter == '#')
                return;
            var start = i;
            if (letter == '"')
            {
                var end = line.IndexOf('"', i + 1);
                if (end < 0)
                    throw new FormatException($"line {number}: a quote is not closed");
                _words.Add((line[(i + 1)..end], number));
                i = end + 1;
                continue;
            }
            if (letter is '{' or '}' or '=')
                i++;
            else
            {
                while (i < line.Length && !char.IsWhiteSpace(line[i]) && line[i] is not ('{' or '}' or '=' or '#' or ',' or ';'))
                    i++;
            }
            _words.Add((line[start..i], number));
        }
    }

    private static Utf8Text Text(Dictionary<string, (string Text, int Line)> settings, string name) =>
        Utf8Text.From(settings.TryGetValue(name, out var setting) ? setting.Text : "");

    private static double Number(Dictionary<string, (string Text, int Line)> settings, string name, double standard)
    {
        if (!settings.TryGetValue(name, out var setting))
            return standard;
        return double.TryParse(setting.Text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : throw Mistake($"{name} must be a number from 0", setting.Line);
    }

    private int Integer() => int.TryParse(Next("a number"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw Mistake("a number is expected", Line);

    private bool Skip(string word)
    {
        if (_at == _words.Count)
            throw Mistake($"'{word}' is expected");
        if (_words[_at].Word != word)
            return false;
        _at++;
        return true;
    }

    private void Expect(string word)
    {
        if (!Skip(word))
            throw Mistake($"'{word}' is expected, not '{_words[_at].Word}'");
    }

    private string Next(string what) => _at < _words.Count ? _words[_at++].Word : throw Mistake($"{what} is expected");

    // About the next word, or the end.
    private FormatException Mistake(string text) => Mistake(text, _words.Count == 0 ? 1 : _words[Math.Min(_at, _words.Count - 1)].Line);

    private static FormatException Mistake(string text, int line) => new($"line {line}: {text}");
}
