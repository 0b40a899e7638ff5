using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Syntax;

/// <summary>Splits a text into literal pieces and markers.</summary>
internal static class FormatParser
{
    private static readonly string[] PercentNames =
        ["br", "bR", "ci", "cs", "ct", "ds", "fu", "ft", "mb", "mf", "mi", "ml", "pp", "rm", "ru", "rr", "rs", "rt", "Ri", "Rp", "si", "sp", "tu", "tt", "Ts", "Tf", "ua"];

    /// <param name="diagnostics">Told about markers that are not well formed; such a marker stays literal text.</param>
    public static FormatString Parse(LiteralText text, DiagnosticBag diagnostics, FormatStyle style = FormatStyle.Dollar) =>
        new(text, new Splitter(text, diagnostics, style).Split(0, text.Value.Length));

    /// <summary>Splits a stretch of a longer text: the argument of a pseudo-variable.</summary>
    internal static FormatString ParseRange(LiteralText text, int start, int end, DiagnosticBag diagnostics) =>
        new(text.Slice(start, end), new Splitter(text, diagnostics, FormatStyle.Dollar).Split(start, end));

    private sealed class Splitter(LiteralText text, DiagnosticBag diagnostics, FormatStyle style)
    {
        private readonly List<FormatPart> _parts = [];
        private readonly System.Text.StringBuilder _literal = new();
        private int _literalStart;

        public List<FormatPart> Split(int start, int end)
        {
            var mark = style == FormatStyle.Dollar ? '$' : '%';
            var position = start;
            _literalStart = start;
            while (position < end)
            {
                var c = text.Value[position];
                if (c != mark || position + 1 >= end)
                {
                    Literal(c, position++);
                }
                else if (text.Value[position + 1] == mark)
                {
                    Literal(mark, position);
                    position += 2;
                }
                else if (Marker(position, end) is var (variable, next))
                {
                    Flush(position);
                    _parts.Add(new VariablePart(text.Locate(position, next - position), variable));
                    _literalStart = position = next;
                }
                else
                {
                    Literal(c, position++);
                }
            }

            Flush(end);
            return _parts;
        }

        private (Expression Variable, int Next)? Marker(int position, int end) =>
            style == FormatStyle.Dollar ? PseudoVariableParser.TryParse(text, position, end, insideText: true, diagnostics) : Percent(position, end);

        private (Expression Variable, int Next)? Percent(int position, int end)
        {
            var value = text.Value;
            var next = position + 1;
            switch (value[next])
            {
                case '{':
                    return HeaderMarker(position, end);
                case '@':
                    return SelectParser.TryParse(text, next, end);
                case '$':
                    return SelectParser.TryParseAttribute(text, next, end);
                case 'C' when next + 2 < end && PseudoVariableParser.IsColour(value[next + 1]) && PseudoVariableParser.IsColour(value[next + 2]):
                    return (Simple(position, next, 3), next + 3);
                default:
                    return next + 1 < end && Array.IndexOf(PercentNames, value.Substring(next, 2)) >= 0
                        ? (Simple(position, next, 2), next + 2)
                        : null;
            }
        }

        private PseudoVariable Simple(int position, int name, int length) =>
            new(text.Locate(position, length + 1), new Word(text.Value.Substring(name, length), text.Locate(name, length)), null, null, [])
            {
                Text = text.Value.Substring(position, length + 1),
            };

        // SER writes a header as %{Name} or %{Name[1]}: the same value as $(hdr(Name)[1]).
        private (Expression Variable, int Next)? HeaderMarker(int position, int end)
        {
            var close = text.Value.IndexOf('}', position, end - position);
            if (close < 0)
                return null;
            var nameStart = position + 2;
            var bracket = text.Value.IndexOf('[', nameStart, close - nameStart);
            var nameEnd = bracket < 0 ? close : bracket;
            PseudoVariableIndex? index = null;
            if (bracket >= 0)
            {
                if (!int.TryParse(text.Value.AsSpan(bracket + 1, Math.Max(0, close - bracket - 2)), out var number))
                    return null;
                index = new(text.Locate(bracket, close - bracket), IndexKind.Number, number, null);
            }

            var argument = new PseudoVariableArgument(
                text.Locate(nameStart, nameEnd - nameStart), text.Value[nameStart..nameEnd], ParseRange(text, nameStart, nameEnd, diagnostics));
            var variable = new PseudoVariable(text.Locate(position, close + 1 - position), new Word("hdr", text.Locate(position, 2)), argument, index, [])
            {
                Text = text.Value[position..(close + 1)],
            };
            return (variable, close + 1);
        }

        private void Literal(char c, int position)
        {
            if (_literal.Length == 0)
                _literalStart = position;
            _literal.Append(c);
        }

        private void Flush(int end)
        {
            if (_literal.Length == 0)
                return;
            _parts.Add(new LiteralPart(text.Locate(_literalStart, end - _literalStart), _literal.ToString()));
            _literal.Clear();
        }
    }
}
