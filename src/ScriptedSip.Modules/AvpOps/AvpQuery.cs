using System.Text;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.AvpOps;

/// <summary>
/// A statement in SQL with pseudo-variables. No value ever becomes part of the statement: where a variable stands, with the quotes around it and the
/// text between them, a parameter is bound. Names of tables and columns can therefore not come from variables.
/// </summary>
internal sealed class AvpQuery : IParsedArgument<AvpQuery>
{
    private readonly List<List<(string Text, Format? Variable)>> _parameters;

    private AvpQuery(string statement, List<List<(string, Format?)>> parameters)
    {
        Statement = statement;
        _parameters = parameters;
    }

    public static string Form => "a statement in SQL with every quote closed";

    /// <summary>The statement with @p0, @p1 … in the places of variables.</summary>
    public string Statement { get; }

    /// <summary>True when rows are to be expected.</summary>
    public bool IsQuestion => !Statement.TrimStart().StartsWith("insert", StringComparison.OrdinalIgnoreCase)
        && !Statement.TrimStart().StartsWith("update", StringComparison.OrdinalIgnoreCase)
        && !Statement.TrimStart().StartsWith("delete", StringComparison.OrdinalIgnoreCase);

    public static AvpQuery? Parse(ArgumentText argument)
    {
        (argument.Module as AvpOpsModule)!.AsksDatabase = true;
        return From(argument.Split());
    }

    /// <summary>A statement whose variables have been found; null when a quote is left open.</summary>
    public static AvpQuery? From(IReadOnlyList<(string Text, Format? Variable)> parts)
    {
        var statement = new StringBuilder();
        var parameters = new List<List<(string, Format?)>>();
        // The literal that is open, with its quote; null outside of quotes.
        List<(string Text, Format? Variable)>? literal = null;
        var quote = '\0';
        foreach (var (text, variable) in parts)
        {
            if (variable is not null)
            {
                if (literal is not null)
                    literal.Add(("", variable));
                else
                    AddParameter(statement, parameters, [("", variable)]);
                continue;
            }
            foreach (var letter in text)
            {
                if (literal is null)
                {
                    if (letter is '\'' or '"')
                        (literal, quote) = ([("", null)], letter);
                    else
                        statement.Append(letter);
                }
                else if (letter == quote)
                {
                    Close(statement, parameters, literal, quote);
                    literal = null;
                }
                else
                {
                    AddLetter(literal, letter);
                }
            }
        }
        return literal is null ? new AvpQuery(statement.ToString(), parameters) : null;
    }

    /// <summary>The values of this run.</summary>
    public object?[] Values(Frame frame) => [.. _parameters.Select(parts => ValueOf(frame, parts))];

    // Outside of quotes a number is meant where there is one: LIMIT takes no text.
    private static object? ValueOf(Frame frame, List<(string Text, Format? Variable)> parts)
    {
        if (parts is [{ Variable: { } only }])
        {
            var value = only.Render(frame);
            return Value.TryParseInt(value.Span, out var number) ? number : value.ToString();
        }
        return string.Concat(parts.Select(p => p.Variable?.Render(frame).ToString() ?? p.Text));
    }

    private static void Close(StringBuilder statement, List<List<(string, Format?)>> parameters, List<(string Text, Format? Variable)> literal, char quote)
    {
        if (literal.Any(p => p.Variable is not null))
            AddParameter(statement, parameters, literal);
        else
            statement.Append(quote).Append(literal[0].Text).Append(quote);
    }

    private static void AddParameter(StringBuilder statement, List<List<(string, Format?)>> parameters, List<(string, Format?)> parts)
    {
        statement.Append("@p").Append(parameters.Count);
        parameters.Add(parts);
    }

    private static void AddLetter(List<(string Text, Format? Variable)> literal, char letter)
    {
        if (literal[^1].Variable is null)
            literal[^1] = (literal[^1].Text + letter, null);
        else
            literal.Add((letter.ToString(), null));
    }
}

/// <summary>The AVPs the columns of a row go to: "$avp(a);$avp(b)"; without them i:1, i:2 and so on.</summary>
internal sealed class AvpColumns : IParsedArgument<AvpColumns>
{
    public static string Form => "a list \"$avp(a);$avp(b)\"";

    public required int[] Names { get; init; }

    public static AvpColumns? Parse(ArgumentText argument)
    {
        var names = argument.Text.Split([';', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(part => argument.Variable(part)?.AvpName ?? 0).ToArray();
        return names.All(n => n > 0) ? new AvpColumns { Names = names } : null;
    }
}
