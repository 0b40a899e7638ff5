using System.Globalization;
using System.Runtime.CompilerServices;

namespace ScriptedSip.Script.Syntax;

/// <summary>
/// The expressions of <c>ifexp</c> and <c>defexp</c>: numbers, quoted strings and defined names with
/// <c>|| &amp;&amp; ! == != &lt; &lt;= &gt; &gt;= + - * / %</c> and parentheses. A value is a long or a string.
/// </summary>
internal sealed class DirectiveExpression(string text, Func<string, string?> valueOf)
{
    private static readonly string[][] Levels = [["||"], ["&&"], ["==", "!=", "<=", ">=", "<", ">"], ["+", "-"], ["*", "/", "%"]];

    private int _position;
    private bool _failed;

    /// <returns>The value, or null when the text is no expression.</returns>
    public object? Evaluate()
    {
        var value = Binary(0);
        SkipBlanks();
        return _failed || _position < text.Length ? null : value;
    }

    private object Binary(int level)
    {
        if (level == Levels.Length)
            return Unary();
        var left = Binary(level + 1);
        while (!_failed && Take(Levels[level]) is { } op)
        {
            var right = Binary(level + 1);
            if (op == "+" && (left is string || right is string))
                left = Text(left) + Text(right);
            else
                left = Compute(op, left, right);
        }

        return left;
    }

    private object Unary()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            _position = text.Length;
            return Fail();
        }

        if (Take(["!"]) is not null)
            return Truth(Unary()) ? 0L : 1L;
        if (Take(["-"]) is not null)
            return -Number(Unary());
        if (Take(["("]) is not null)
        {
            var value = Binary(0);
            _failed |= Take([")"]) is null;
            return value;
        }

        SkipBlanks();
        var start = _position;
        if (start < text.Length && text[start] is '"' or '\'')
        {
            var close = text.IndexOf(text[start], start + 1);
            _failed |= close < 0;
            _position = close < 0 ? text.Length : close + 1;
            return close < 0 ? "" : text[(start + 1)..close];
        }

        while (_position < text.Length && (char.IsAsciiLetterOrDigit(text[_position]) || text[_position] is '_' or '.'))
            _position++;
        var word = text[start.._position];
        _failed |= word.Length == 0;
        return Atom(word);
    }

    private object Atom(string word)
    {
        if (long.TryParse(word, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number))
            return number;
        if (valueOf(word) is not { } value)
            return 0L;
        return long.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out number) ? number : value.Trim('"', '\'');
    }

    private long Compute(string op, object left, object right)
    {
        if ((left is string || right is string) && op is "==" or "!=")
            return Text(left) == Text(right) == (op == "==") ? 1 : 0;
        var (x, y) = (Number(left), Number(right));
        return op switch
        {
            "||" => Truth(left) || Truth(right) ? 1L : 0L,
            "&&" => Truth(left) && Truth(right) ? 1L : 0L,
            "==" => x == y ? 1L : 0L,
            "!=" => x != y ? 1L : 0L,
            "<" => x < y ? 1L : 0L,
            "<=" => x <= y ? 1L : 0L,
            ">" => x > y ? 1L : 0L,
            ">=" => x >= y ? 1L : 0L,
            "+" => x + y,
            "-" => x - y,
            "*" => x * y,
            _ when y is 0 or -1 => y == 0 ? Fail() : op == "/" ? -x : 0L,
            "/" => x / y,
            _ => x % y,
        };
    }

    private long Fail()
    {
        _failed = true;
        return 0L;
    }

    private string? Take(ReadOnlySpan<string> operators)
    {
        SkipBlanks();
        foreach (var op in operators)
        {
            if (string.CompareOrdinal(text, _position, op, 0, op.Length) != 0 || (op == "!" && _position + 1 < text.Length && text[_position + 1] == '='))
                continue;
            _position += op.Length;
            return op;
        }

        return null;
    }

    private void SkipBlanks()
    {
        while (_position < text.Length && char.IsWhiteSpace(text[_position]))
            _position++;
    }

    private static bool Truth(object value) => value is long number ? number != 0 : Text(value).Length > 0;

    private static long Number(object value) =>
        value is long number ? number : long.TryParse(Text(value), NumberStyles.Integer, CultureInfo.InvariantCulture, out number) ? number : 0;

    private static string Text(object value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}
