namespace ScriptedSip.Script.Text;

/// <summary>Finds the name an author most likely meant.</summary>
public static class Spelling
{
    /// <summary>The nearest candidate within about a third of the name's length of edits, or null; letter case, then the first, wins a tie.</summary>
    public static string? Nearest(string name, IEnumerable<string> candidates)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(candidates);
        string? best = null;
        var least = 0;
        var limit = name.Length switch { < 2 => 0, < 5 => 1, < 9 => 2, _ => 3 };
        foreach (var candidate in candidates)
        {
            if (Math.Abs(candidate.Length - name.Length) > limit)
                continue;
            var distance = Distance(name, candidate, limit);
            if (distance == 0 && string.Equals(name, candidate, StringComparison.Ordinal))
                continue;
            if (distance > limit)
                continue;
            if (best is not null && distance == least)
            {
                if (!IsNearInCase(name, best, least) && IsNearInCase(name, candidate, least))
                    best = candidate;
                continue;
            }
            best = candidate;
            limit = least = distance;
            if (distance == 0)
                break;
        }

        return best;
    }

    /// <summary>"did you mean 'x'?" for the nearest candidate, or null.</summary>
    public static string? DidYouMean(string name, IEnumerable<string> candidates) => Question(Nearest(name, candidates));

    /// <summary>The hint for a name that may be meant.</summary>
    public static string? Question(string? nearest) => nearest is null ? null : $"did you mean '{nearest}'?";

    /// <summary>Edits (insert, delete, replace, swap of neighbours) between two names; letter case costs nothing.</summary>
    public static int Distance(string a, string b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        return Distance(a, b, int.MaxValue);
    }

    // Letter case decides between names that are equally near: $rUU was to be $rU, not $ru.
    private static bool IsNearInCase(string name, string candidate, int distance) => Distance(name, candidate, distance, isExact: true) <= distance;

    // What is above the limit need not be exact: most candidates are given up after a few letters.
    private static int Distance(string a, string b, int limit, bool isExact = false)
    {
        const int Short = 64;
        var width = b.Length + 1;
        var cells = width <= Short ? stackalloc int[3 * Short] : new int[3 * width];
        var beforePrevious = cells[..width];
        var previous = cells.Slice(width, width);
        var current = cells.Slice(2 * width, width);
        for (var j = 0; j <= b.Length; j++)
            previous[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            var least = current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = Same(a[i - 1], b[j - 1], isExact) ? 0 : 1;
                var cell = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + cost);
                if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2], isExact) && Same(a[i - 2], b[j - 1], isExact))
                    cell = Math.Min(cell, beforePrevious[j - 2] + 1);
                current[j] = cell;
                least = Math.Min(least, cell);
            }

            // A swap reaches back one row, and costs one.
            if (least - 1 > limit)
                return least;
            var spare = beforePrevious;
            beforePrevious = previous;
            previous = current;
            current = spare;
        }

        return previous[b.Length];
    }

    private static bool Same(char a, char b, bool isExact) => a == b || (!isExact && (a ^ b) == ('a' ^ 'A') && char.IsAsciiLetter(a));
}
