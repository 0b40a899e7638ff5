using System.Globalization;
using System.Runtime.CompilerServices;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Syntax;

/// <summary>
/// Reads one <c>$…</c>, whether a token of the script or a marker inside a string. It knows the shape and no name, with two exceptions
/// the shape depends on: the colours of OpenSER 1.1 (<c>$Cbg</c> ends after two letters, whatever follows), and names with a dot in them.
/// </summary>
internal static class PseudoVariableParser
{
    private const string ColourLetters = "xsrgybpcwXSRGYBPCW";
    private static readonly string[] DottedClasses = ["err", "ruri", "from", "to"];

    public static bool IsColour(char c) => ColourLetters.Contains(c);

    /// <summary>Reads the variable whose <c>$</c> is at <paramref name="at"/>.</summary>
    /// <param name="end">Nothing at or behind this offset belongs to it.</param>
    /// <param name="insideText">True inside a string, where a bracket or dot behind a name is text.</param>
    /// <returns>The variable and the offset behind it; null when it is no variable, which is reported if it began as one.</returns>
    public static (Expression Variable, int Next)? TryParse(LiteralText text, int at, int end, bool insideText, DiagnosticBag diagnostics)
    {
        if (at + 1 >= end)
            return null;
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            return Malformed(text, at, end, "it is nested too deeply", diagnostics);
        if (text.Value[at + 1] == '(')
            return Enclosed(text, at, end, diagnostics);
        return IsAttribute(text.Value, at + 1, end, insideText)
            ? SelectParser.TryParseAttribute(text, at, end)
            : Plain(text, at, end, insideText, diagnostics);
    }

    // $name, $name(argument), $name[argument]
    private static (Expression, int)? Plain(LiteralText text, int at, int end, bool insideText, DiagnosticBag diagnostics)
    {
        var value = text.Value;
        var nameEnd = NameEnd(value, at + 1, end, insideText);
        if (nameEnd == at + 1)
            return null;
        var position = nameEnd;
        PseudoVariableArgument? argument = null;
        PseudoVariableIndex? index = null;
        if (position < end && value[position] == '(' && Closing(value, position, end, '(', ')') is var close and >= 0 && !IsColourName(value, at + 1, nameEnd))
        {
            argument = Argument(text, position + 1, close, diagnostics);
            position = close + 1;
        }

        if (position < end && value[position] == '[' && Closing(value, position, end, '[', ']') is var bracket and >= 0)
        {
            // OpenSER 1.1 writes $hdr[Name] and $avp[s:name]; elsewhere a bracket is an index, and inside a string it is text.
            if (argument is null && value.AsSpan(at + 1, nameEnd - at - 1) is "hdr" or "avp")
            {
                argument = Argument(text, position + 1, bracket, diagnostics);
                position = bracket + 1;
            }
            else if (!insideText)
            {
                index = Index(text, position, bracket, diagnostics);
                position = bracket + 1;
            }
        }

        List<Transformation>? transformations = null;
        while (!insideText && position < end && value[position] == '{' && Closing(value, position, end, '{', '}') is var brace and >= 0)
        {
            (transformations ??= []).Add(ReadTransformation(text, position, brace, diagnostics));
            position = brace + 1;
        }

        return (Create(text, at, position, at + 1, nameEnd, argument, index, transformations ?? []), position);
    }

    // $(name), $(name(argument)[index]{transformation}…)
    private static (Expression, int)? Enclosed(LiteralText text, int at, int end, DiagnosticBag diagnostics)
    {
        var value = text.Value;
        var close = Closing(value, at + 1, end, '(', ')');
        if (close < 0)
            return Malformed(text, at, end, "its '(' is never closed", diagnostics);
        var position = SkipBlanks(value, at + 2, close);
        Word? context = null;
        if (position < close && value[position] == '<' && value.IndexOf('>', position, close - position) is var bracketEnd and > 0)
        {
            context = new Word(value[(position + 1)..bracketEnd], text.Locate(position + 1, bracketEnd - position - 1));
            position = bracketEnd + 1;
        }

        var nameStart = position;
        position = NameEnd(value, position, close, insideText: false);
        var nameEnd = position;
        if (nameEnd == nameStart)
            return Malformed(text, at, close + 1, "there is no name behind '$('", diagnostics);

        PseudoVariableArgument? argument = null;
        PseudoVariableIndex? index = null;
        List<Transformation>? transformations = null;
        if (position < close && value[position] == '(')
        {
            var argumentEnd = Closing(value, position, close, '(', ')');
            if (argumentEnd < 0)
                return Malformed(text, at, close + 1, "the '(' of its argument is never closed", diagnostics);
            argument = Argument(text, position + 1, argumentEnd, diagnostics);
            position = argumentEnd + 1;
        }

        position = SkipBlanks(value, position, close);
        if (position < close && value[position] == '[')
        {
            var bracket = Closing(value, position, close, '[', ']');
            if (bracket < 0)
                return Malformed(text, at, close + 1, "the '[' of its index is never closed", diagnostics);
            if (argument is null && value.AsSpan(nameStart, nameEnd - nameStart) is "hdr" or "avp")
                argument = Argument(text, position + 1, bracket, diagnostics);
            else
                index = Index(text, position, bracket, diagnostics);
            position = bracket + 1;
        }

        for (position = SkipBlanks(value, position, close); position < close && value[position] == '{'; position = SkipBlanks(value, position, close))
        {
            var brace = Closing(value, position, close, '{', '}');
            if (brace < 0)
                return Malformed(text, at, close + 1, "the '{' of a transformation is never closed", diagnostics);
            (transformations ??= []).Add(ReadTransformation(text, position, brace, diagnostics));
            position = brace + 1;
        }

        if (position < close)
            return Malformed(text, position, close, $"'{value[position..close]}' does not belong in it", diagnostics);
        return (Create(text, at, close + 1, nameStart, nameEnd, argument, index, transformations ?? []) with { Context = context }, close + 1);
    }

    private static Transformation ReadTransformation(LiteralText text, int open, int close, DiagnosticBag diagnostics)
    {
        var value = text.Value;
        var headEnd = value.IndexOf(',', open, close - open);
        if (headEnd < 0)
            headEnd = close;
        var start = SkipBlanks(value, open + 1, headEnd);
        var trimmedEnd = headEnd;
        while (trimmedEnd > start && char.IsWhiteSpace(value[trimmedEnd - 1]))
            trimmedEnd--;
        var dot = value.IndexOf('.', start, trimmedEnd - start);
        var classEnd = dot < 0 ? trimmedEnd : dot;
        var operationStart = dot < 0 ? trimmedEnd : dot + 1;
        var transformationClass = new Word(value[start..classEnd], text.Locate(start, classEnd - start));
        var operation = new Word(value[operationStart..trimmedEnd], text.Locate(operationStart, trimmedEnd - operationStart));

        var arguments = new List<PseudoVariableArgument>();
        if (headEnd < close)
        {
            // A substitution expression may hold commas of its own.
            var single = transformationClass.Text == "re";
            var argumentStart = headEnd + 1;
            for (var position = argumentStart; position <= close; position++)
            {
                if (position == close || (value[position] == ',' && !single))
                {
                    arguments.Add(Argument(text, argumentStart, position, diagnostics));
                    argumentStart = position + 1;
                }
                else if (value[position] is '(' or '{' && Closing(value, position, close, value[position], value[position] == '(' ? ')' : '}') is var inner and >= 0)
                {
                    position = inner;
                }
                else if (value[position] == '\\')
                {
                    position++;
                }
            }
        }

        return new Transformation(text.Locate(open, close + 1 - open), transformationClass, operation, arguments);
    }

    private static PseudoVariableIndex Index(LiteralText text, int open, int close, DiagnosticBag diagnostics)
    {
        var span = text.Locate(open, close + 1 - open);
        var inner = text.Value.AsSpan(open + 1, close - open - 1).Trim();
        if (inner is "*" || inner.IsEmpty)
            return new(span, IndexKind.All, 0, null);
        if (int.TryParse(inner, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return new(span, IndexKind.Number, number, null);
        var start = SkipBlanks(text.Value, open + 1, close);
        if (text.Value[start] == '$' && TryParse(text, start, close, insideText: false, diagnostics) is ({ } variable, var next)
            && SkipBlanks(text.Value, next, close) == close && variable is PseudoVariable inside)
        {
            return new(span, IndexKind.Variable, 0, inside);
        }

        diagnostics.AddWithHint(DiagnosticCatalog.BadIndex, span, "an index is a number, '*' or a pseudo-variable", inner.ToString());
        return new(span, IndexKind.Number, 0, null);
    }

    private static PseudoVariableArgument Argument(LiteralText text, int start, int end, DiagnosticBag diagnostics) =>
        new(text.Locate(start, end - start), text.Value[start..end], FormatParser.ParseRange(text, start, end, diagnostics));

    private static PseudoVariable Create(
        LiteralText text, int start, int end, int nameStart, int nameEnd,
        PseudoVariableArgument? argument, PseudoVariableIndex? index, IReadOnlyList<Transformation> transformations) =>
        new(text.Locate(start, end - start), new Word(text.Value[nameStart..nameEnd], text.Locate(nameStart, nameEnd - nameStart)), argument, index, transformations)
        {
            Text = text.Value[start..end],
        };

    private static (Expression, int)? Malformed(LiteralText text, int start, int end, string why, DiagnosticBag diagnostics)
    {
        diagnostics.Add(DiagnosticCatalog.MalformedPseudoVariable, text.Locate(start, end - start), why);
        return null;
    }

    private static int NameEnd(string value, int start, int end, bool insideText)
    {
        if (start < end && value[start] == '?')
            return start + 1;
        if (IsColourName(value, start, end))
            return start + 3;
        var position = start;
        while (position < end && IsNameChar(value[position]))
            position++;
        if (position + 1 < end && value[position] == '.' && char.IsAsciiLetter(value[position + 1])
            && (!insideText || Array.IndexOf(DottedClasses, value[start..position]) >= 0 || value.AsSpan(start).StartsWith("ct.fields(", StringComparison.Ordinal)))
        {
            do
            {
                position++;
                while (position < end && IsNameChar(value[position]))
                    position++;
            }
            while (position + 1 < end && value[position] == '.' && char.IsAsciiLetter(value[position + 1]));
        }

        return position;
    }

    private static bool IsColourName(string value, int start, int end) =>
        start + 2 < end && value[start] == 'C' && IsColour(value[start + 1]) && IsColour(value[start + 2]);

    // $f.uid is an attribute in the script; inside a string only the classes that are no pseudo-variables of their own.
    private static bool IsAttribute(string value, int start, int end, bool insideText)
    {
        var position = start;
        while (position < end && IsNameChar(value[position]))
            position++;
        var length = position - start;
        return length is 1 or 2 && (!insideText || length == 1)
            && position + 1 < end && value[position] == '.' && IsNameChar(value[position + 1])
            && SelectParser.IsAttributeClass(value[start..position]);
    }

    // Finds the partner of the bracket at open; a backslash hides the next character.
    private static int Closing(string value, int open, int end, char opening, char closing)
    {
        var depth = 0;
        for (var i = open; i < end; i++)
        {
            var c = value[i];
            if (c == '\\')
                i++;
            else if (c == opening)
                depth++;
            else if (c == closing && --depth == 0)
                return i;
        }

        return -1;
    }

    private static int SkipBlanks(string value, int start, int end)
    {
        while (start < end && char.IsWhiteSpace(value[start]))
            start++;
        return start;
    }

    private static bool IsNameChar(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';
}
