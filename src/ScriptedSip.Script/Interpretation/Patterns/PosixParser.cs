using System.Text;

namespace ScriptedSip.Script.Interpretation.Patterns;

/// <summary>
/// Reads POSIX extended regular expressions as the C library of these servers does: <c>\d</c> is the letter d, <c>\w \s \b \&lt; \&gt;</c> are
/// known, an operator with nothing before it is passed over, a lone ')' is itself (IEEE 1003.1 9.4, and glibc where that leaves it open).
/// </summary>
internal sealed class PosixParser
{
    private const int MaxRepetitions = 255;
    private const int MaxDepth = 250;

    private readonly byte[] _text;
    private readonly bool _ignoreCase;
    private readonly bool _linewise;
    private int _at;
    private int _depth;
    private string? _error;

    private PosixParser(byte[] text, bool ignoreCase, bool linewise)
    {
        _text = text;
        _ignoreCase = ignoreCase;
        _linewise = linewise;
    }

    /// <summary>The tree, or null and a sentence about what is wrong.</summary>
    public static PosixExpression? TryParse(string text, bool ignoreCase, bool linewise, out string? error)
    {
        var parser = new PosixParser(Encoding.UTF8.GetBytes(text), ignoreCase, linewise);
        var expression = parser.Choices();
        error = parser._error;
        return error is null ? expression : null;
    }

    private bool AtEnd => _at >= _text.Length || _error is not null;

    private PosixExpression Choices()
    {
        var choices = new List<PosixExpression> { Row() };
        while (!AtEnd && _text[_at] == '|')
        {
            _at++;
            choices.Add(Row());
        }
        return choices.Count == 1 ? choices[0] : new Alternatives(choices);
    }

    private Sequence Row()
    {
        var parts = new List<PosixExpression>();
        while (!AtEnd && _text[_at] != '|' && !(_text[_at] == ')' && _depth > 0))
        {
            if (_text[_at] is (byte)'*' or (byte)'+' or (byte)'?')
            {
                // Nothing to repeat.
                _at++;
                continue;
            }
            var atom = Atom();
            while (!AtEnd && Quantifier(ref atom))
            {
            }
            parts.Add(atom);
        }
        return new Sequence(parts);
    }

    private PosixExpression Atom()
    {
        var c = _text[_at++];
        switch (c)
        {
            case (byte)'(':
                return Parenthesis();
            case (byte)'[':
                return Bracket();
            case (byte)'.':
                var any = ByteMask.All;
                if (_linewise)
                    any.Remove('\n');
                return new ByteSet(any);
            case (byte)'^':
                return new Anchor(AnchorKind.Start);
            case (byte)'$':
                return new Anchor(AnchorKind.End);
            case (byte)'\\':
                return Escape();
            case (byte)'{':
                return Fail("'{' has nothing before it to repeat");
            default:
                return Literal(c);
        }
    }

    private PosixExpression Parenthesis()
    {
        if (++_depth > MaxDepth)
            return Fail("parentheses are nested too deeply");
        var inner = Choices();
        _depth--;
        if (AtEnd)
            return Fail("a '(' is never closed");
        _at++;
        return new Group(inner);
    }

    private PosixExpression Escape()
    {
        if (_at == _text.Length)
            return Fail("it ends with a backslash");
        var c = _text[_at++];
        switch (c)
        {
            case (byte)'w':
                return new ByteSet(Word());
            case (byte)'W':
                return new ByteSet(~Word());
            case (byte)'s':
                return new ByteSet(Space());
            case (byte)'S':
                return new ByteSet(~Space());
            case (byte)'b' or (byte)'<' or (byte)'>':
                return new Anchor(AnchorKind.WordBoundary);
            case (byte)'B':
                return new Anchor(AnchorKind.NoWordBoundary);
            case (byte)'`':
                return new Anchor(AnchorKind.TextStart);
            case (byte)'\'':
                return new Anchor(AnchorKind.TextEnd);
            case >= (byte)'1' and <= (byte)'9':
                return Fail($"the back reference \\{(char)c} is not supported");
            default:
                return Literal(c);
        }
    }

    private bool Quantifier(ref PosixExpression atom)
    {
        var c = _text[_at];
        switch (c)
        {
            case (byte)'*':
                _at++;
                atom = new Repetition(atom, 0, null);
                return true;
            case (byte)'+':
                _at++;
                atom = new Repetition(atom, 1, null);
                return true;
            case (byte)'?':
                _at++;
                atom = new Repetition(atom, 0, 1);
                return true;
            case (byte)'{':
                _at++;
                atom = Interval(atom);
                return true;
            default:
                return false;
        }
    }

    private PosixExpression Interval(PosixExpression atom)
    {
        var minimum = Number();
        int? maximum = minimum;
        if (!AtEnd && _text[_at] == ',')
        {
            _at++;
            maximum = Number();
            if (minimum is null && maximum is null)
                return Fail("a '{' has no numbers");
            minimum ??= 0;
        }
        if (AtEnd || _text[_at] != '}' || minimum is not { } least)
            return Fail("a '{' does not begin a repetition such as {2} or {2,5}");
        _at++;
        if (least > MaxRepetitions || maximum > MaxRepetitions || maximum < least)
            return Fail("the numbers of a repetition are out of order or too large");
        return new Repetition(atom, least, maximum);
    }

    private int? Number()
    {
        int? number = null;
        while (!AtEnd && _text[_at] is >= (byte)'0' and <= (byte)'9')
            number = Math.Min(((number ?? 0) * 10) + (_text[_at++] - '0'), MaxRepetitions + 1);
        return number;
    }

    private PosixExpression Bracket()
    {
        var negated = !AtEnd && _text[_at] == '^';
        if (negated)
            _at++;
        var mask = default(ByteMask);
        for (var first = true; ; first = false)
        {
            if (_at >= _text.Length)
                return Fail("a '[' is never closed");
            if (_text[_at] == ']' && !first)
                break;
            if (!BracketItem(ref mask))
                return Fail(_error ?? "a '[' is never closed");
        }
        _at++;
        if (_ignoreCase)
            mask = mask.WithBothCases();
        if (negated)
        {
            mask = ~mask;
            if (_linewise)
                mask.Remove('\n');
        }
        return new ByteSet(mask);
    }

    private bool BracketItem(ref ByteMask mask)
    {
        if (Starts("[:"))
        {
            var end = _text.AsSpan(_at).IndexOf(":]"u8);
            if (end < 0)
                return false;
            var name = Encoding.ASCII.GetString(_text, _at + 2, end - 2);
            _at += end + 2;
            return AddClass(name, ref mask);
        }
        if (BracketByte() is not { } first)
            return false;
        if (_at + 1 >= _text.Length || _text[_at] != '-' || _text[_at + 1] == ']')
        {
            mask.Add(first);
            return true;
        }
        _at++;
        if (BracketByte() is not { } last)
            return false;
        if (last < first)
        {
            Fail($"the range {(char)first}-{(char)last} is out of order");
            return false;
        }
        mask.AddRange(first, last);
        return true;
    }

    // One byte, or a collating element of one: [.-.], [=a=].
    private byte? BracketByte()
    {
        if (Starts("[.") || Starts("[="))
        {
            if (_at + 4 >= _text.Length || _text[_at + 3] != _text[_at + 1] || _text[_at + 4] != ']')
            {
                Fail("only single characters can stand in [. .] and [= =]");
                return null;
            }
            _at += 5;
            return _text[_at - 3];
        }
        return _at < _text.Length ? _text[_at++] : null;
    }

    private bool AddClass(string name, ref ByteMask mask)
    {
        Func<char, bool>? test = name switch
        {
            "alpha" => char.IsAsciiLetter,
            "digit" => char.IsAsciiDigit,
            "alnum" => char.IsAsciiLetterOrDigit,
            "upper" => char.IsAsciiLetterUpper,
            "lower" => char.IsAsciiLetterLower,
            "xdigit" => char.IsAsciiHexDigit,
            "space" => static c => c is ' ' or >= '\t' and <= '\r',
            "blank" => static c => c is ' ' or '\t',
            "punct" => static c => c is > ' ' and < '\x7f' && !char.IsAsciiLetterOrDigit(c),
            "print" => static c => c is >= ' ' and < '\x7f',
            "graph" => static c => c is > ' ' and < '\x7f',
            "cntrl" => static c => c is < ' ' or '\x7f',
            _ => null,
        };
        if (test is null)
        {
            Fail($"there is no character class [:{name}:]");
            return false;
        }
        for (var value = 0; value < 128; value++)
        {
            if (test((char)value))
                mask.Add(value);
        }
        return true;
    }

    private ByteSet Literal(byte value)
    {
        var mask = default(ByteMask);
        mask.Add(value);
        return new ByteSet(_ignoreCase ? mask.WithBothCases() : mask);
    }

    private static ByteMask Word()
    {
        var mask = default(ByteMask);
        mask.AddRange('a', 'z');
        mask.AddRange('A', 'Z');
        mask.AddRange('0', '9');
        mask.Add('_');
        return mask;
    }

    private static ByteMask Space()
    {
        var mask = default(ByteMask);
        mask.AddRange('\t', '\r');
        mask.Add(' ');
        return mask;
    }

    private bool Starts(string text) => _at + 1 < _text.Length && _text[_at] == text[0] && _text[_at + 1] == text[1];

    private Sequence Fail(string error)
    {
        _error ??= error;
        return new Sequence([]);
    }
}
