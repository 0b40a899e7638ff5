using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.Permissions;

/// <summary>Reads one line of a rule file.</summary>
internal sealed class RuleReader(string line, int number, ScriptVersion script)
{
    private int _at;

    /// <summary>The rule; null for an empty line or a comment.</summary>
    /// <exception cref="FormatException">The line is malformed.</exception>
    public (UriList From, UriList Target)? Read()
    {
        if (AtEnd())
            return null;
        var from = List();
        if (!Take(':'))
            throw Malformed("':' is expected between the two lists");
        var target = List();
        return AtEnd() ? (from, target) : throw Malformed("nothing is expected behind the second list");
    }

    private UriList List()
    {
        var included = TakeWord("ALL") ? null : Patterns();
        return new UriList(included, TakeWord("EXCEPT") ? Patterns() : []);
    }

    private BytePattern[] Patterns()
    {
        var patterns = new List<BytePattern>();
        do
        {
            if (!Take('"'))
                throw Malformed("ALL or an expression in quotes is expected");
            var end = line.IndexOf('"', _at);
            if (end < 0)
                throw Malformed("a quote is not closed");
            patterns.Add(script.CompilePattern(line[_at..end], out var error) ?? throw Malformed($"\"{line[_at..end]}\": {error}"));
            _at = end + 1;
        }
        while (Take(','));
        return [.. patterns];
    }

    private bool TakeWord(string word)
    {
        AtEnd();
        if (string.CompareOrdinal(line, _at, word, 0, word.Length) != 0)
            return false;
        _at += word.Length;
        return true;
    }

    private bool Take(char wanted)
    {
        if (AtEnd() || line[_at] != wanted)
            return false;
        _at++;
        return true;
    }

    private bool AtEnd()
    {
        while (_at < line.Length && char.IsWhiteSpace(line[_at]))
            _at++;
        return _at == line.Length || line[_at] == '#';
    }

    private FormatException Malformed(string what) => new($"line {number}: {what}");
}
