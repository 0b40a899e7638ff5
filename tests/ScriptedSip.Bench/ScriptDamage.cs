using Antlr4.Runtime;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Bench;

/// <summary>
/// Makes broken scripts of sound ones. Mostly whole tokens are taken out, doubled, exchanged, put in from elsewhere, or a stretch of another
/// script is spliced in, so that the result is nearly a script; sometimes characters are damaged without regard to tokens.
/// </summary>
internal sealed class ScriptDamage
{
    private const int LongestSplice = 60;

    private static readonly string[] Odd = ["(", ")", "{", "}", "\"", "'", ";", "$", "$(", "/*", "*/", "#!ifdef X\n", "#!endif\n", "[", "]", "\\", "`", "@", "%", "\0", "é", "=", ",", "::", "0x", "{s."];
    private static readonly string[] Words =
    [
        "if ", "else ", "while ", "switch ", "case ", "default:", "break;", "return ", "exit;", "route ", "route[1] ", "failure_route[x] ", "loadmodule ", "modparam(", "&& ", "|| ", "! ", "== ", "=~ ",
        "$rU ", "$avp(s:x) ", "$(hdr(Via)[0]) ", "$(ru{uri.user}) ", "@ruri.user ", "method ", "myself ", "10.0.0.0/8 ", "99999999999 ", "\"^(a\" ", "\"$rU\" ", "t_relay(); ", "route(1); ", "#!define A A\n", "#!subst \"/a/b/\"\n",
    ];

    private readonly List<string[]> _scripts = [];
    private readonly Random _random;

    public ScriptDamage(IEnumerable<string> scripts, Random random)
    {
        _random = random;
        foreach (var script in scripts)
            _scripts.Add(Pieces(script));
    }

    public string Next()
    {
        var pieces = Any().ToList();
        for (var n = _random.Next(1, 6); n > 0 && pieces.Count > 3; n--)
            Change(pieces);
        var text = string.Concat(pieces);
        return _random.Next(5) == 0 ? Scratched(text) : text;
    }

    // Each token with the blanks and comments behind it, so that they add up to the text.
    private static string[] Pieces(string text)
    {
        var tokens = new FileTokens(new SourceFile("", text), new DiagnosticBag());
        var pieces = new List<string>();
        var start = 0;
        for (var token = tokens.Next(); token.Type != TokenConstants.EOF; token = tokens.Next())
        {
            if (token.Span.Start <= start)
                continue;
            pieces.Add(text[start..token.Span.Start]);
            start = token.Span.Start;
        }
        pieces.Add(text[start..]);
        return [.. pieces];
    }

    private string[] Any() => _scripts[_random.Next(_scripts.Count)];

    private void Change(List<string> pieces)
    {
        var at = _random.Next(pieces.Count);
        switch (_random.Next(8))
        {
            case 0 or 1:
                pieces.RemoveRange(at, Math.Min(_random.Next(1, 4), pieces.Count - at));
                break;
            case 2:
                pieces.Insert(_random.Next(pieces.Count), pieces[at]);
                break;
            case 3:
                var other = _random.Next(pieces.Count);
                (pieces[at], pieces[other]) = (pieces[other], pieces[at]);
                break;
            case 4:
                pieces.Insert(at, Words[_random.Next(Words.Length)]);
                break;
            case 5:
                pieces.Insert(at, Odd[_random.Next(Odd.Length)]);
                break;
            case 6:
                pieces[at] = Any() is var donor ? donor[_random.Next(donor.Length)] : "";
                break;
            default:
                var from = Any();
                var begin = _random.Next(from.Length);
                pieces.InsertRange(at, from.Skip(begin).Take(_random.Next(1, LongestSplice)));
                break;
        }
    }

    private string Scratched(string text)
    {
        if (text.Length < 10)
            return text;
        var at = _random.Next(text.Length);
        var length = Math.Min(_random.Next(1, 40), text.Length - at);
        return _random.Next(3) switch
        {
            0 => text.Remove(at, length),
            1 => text.Insert(at, Odd[_random.Next(Odd.Length)]),
            _ => text.Insert(_random.Next(text.Length), text.Substring(at, length)),
        };
    }
}
