using System.Buffers;

namespace ScriptedSip.Script.Interpretation.Patterns;

/// <summary>
/// Tells whether a pattern occurs in a text by one table look-up a byte: all ways through the pattern are followed at once, and each set of places
/// they can be at is a state, made while loading. Where few bytes lead out of a state, the others are skipped many at a time.
/// </summary>
internal sealed class PatternAutomaton
{
    private const int MostStates = 128;
    private const int Dead = 0;
    private const int Matched = 1;

    // More would make the search for one of them slower than the table.
    private const int MostExits = 5;

    private readonly byte[] _classes;
    private readonly int _classCount;
    private readonly ushort[] _next;
    private readonly bool[] _matchesAtEnd;
    private readonly SearchValues<byte>?[] _exits;
    private readonly int _start;

    private PatternAutomaton(Construction made)
    {
        _classes = made.Classes;
        _classCount = made.ClassCount;
        _next = [.. made.Next];
        _matchesAtEnd = [.. made.MatchesAtEnd];
        _start = made.Start;
        _exits = new SearchValues<byte>?[_matchesAtEnd.Length];
        for (var state = Matched + 1; state < _exits.Length; state++)
            _exits[state] = ExitsOf(state);
    }

    /// <summary>The automaton of a tree; null when it would be large, or has to know the borders of words.</summary>
    public static PatternAutomaton? TryMake(PosixExpression tree, bool linewise)
    {
        if (PatternProgram.TryWrite(tree) is not { } program)
            return null;
        var construction = new Construction(program, linewise);
        return construction.TryRun() ? new PatternAutomaton(construction) : null;
    }

    public bool IsMatch(ReadOnlySpan<byte> text)
    {
        var state = _start;
        for (var i = 0; i < text.Length && state > Matched; i++)
        {
            if (_exits[state] is { } exits)
            {
                var skipped = text[i..].IndexOfAny(exits);
                if (skipped < 0)
                    break;
                i += skipped;
            }
            state = _next[(state * _classCount) + _classes[text[i]]];
        }
        return _matchesAtEnd[state];
    }

    /// <summary>The bytes that lead out of a state, when they are few; null when they are many.</summary>
    private SearchValues<byte>? ExitsOf(int state)
    {
        var exits = new List<byte>();
        for (var value = 0; value < 256; value++)
        {
            if (_next[(state * _classCount) + _classes[value]] != state)
                exits.Add((byte)value);
        }
        return exits.Count <= MostExits ? SearchValues.Create([.. exits]) : null;
    }

    /// <summary>The subset construction.</summary>
    private sealed class Construction
    {
        private readonly PatternProgram _program;
        private readonly bool _linewise;
        private readonly Dictionary<string, int> _numbers = [];
        private readonly List<(SortedSet<int> Places, bool AtTextStart, bool AtLineStart)> _states = [];

        public Construction(PatternProgram program, bool linewise)
        {
            _program = program;
            _linewise = linewise;
            Classes = ClassesOf(program, out var count);
            ClassCount = count;
        }

        public byte[] Classes { get; }

        public int ClassCount { get; }

        public List<ushort> Next { get; } = [];

        public List<bool> MatchesAtEnd { get; } = [];

        public int Start { get; private set; }

        public bool TryRun()
        {
            // The two states from which nothing leads away.
            _states.Add(([], false, false));
            _states.Add(([], false, false));
            Next.AddRange(Enumerable.Repeat((ushort)Dead, ClassCount).Concat(Enumerable.Repeat((ushort)Matched, ClassCount)));
            MatchesAtEnd.AddRange([false, true]);
            var start = new SortedSet<int>();
            Start = Follow(_program.Start, start, [], true, true, false, false) ? Matched : NumberOf(start, true, true);
            var representatives = Enumerable.Range(0, ClassCount).Select(id => Array.IndexOf(Classes, (byte)id)).ToArray();
            for (var state = Matched + 1; state < _states.Count; state++)
            {
                if (_states.Count > MostStates)
                    return false;
                foreach (var value in representatives)
                    Next.Add((ushort)Successor(state, value));
                var (places, atTextStart, atLineStart) = _states[state];
                MatchesAtEnd.Add(Resolve(places, atTextStart, atLineStart, true, true, out _));
            }
            return true;
        }

        private int Successor(int state, int value)
        {
            var (places, atTextStart, atLineStart) = _states[state];
            var endsLine = _linewise && value == '\n';
            if (Resolve(places, atTextStart, atLineStart, false, endsLine, out var open))
                return Matched;
            var next = new SortedSet<int>();
            var visited = new HashSet<int>();
            foreach (var place in open)
            {
                var step = _program.Steps[place];
                if (step.Kind == PatternStepKind.Byte && step.Bytes[value] && Follow(step.Next, next, visited, false, endsLine, false, false))
                    return Matched;
            }
            // The pattern may begin anywhere.
            if (Follow(_program.Start, next, visited, false, endsLine, false, false))
                return Matched;
            // A pattern tied to the start of a line has another chance in the next one.
            return next.Count == 0 && !_linewise ? Dead : NumberOf(next, false, endsLine);
        }

        /// <summary>Goes through the places that waited to know what comes next; true when one of them leads to the end of the pattern.</summary>
        private bool Resolve(SortedSet<int> places, bool atTextStart, bool atLineStart, bool atTextEnd, bool atLineEnd, out SortedSet<int> open)
        {
            open = [];
            var visited = new HashSet<int>();
            foreach (var place in places)
            {
                if (Follow(place, open, visited, atTextStart, atLineStart, atTextEnd, atLineEnd))
                    return true;
            }
            return false;
        }

        /// <summary>
        /// Adds the places reached from a step without a byte; true when the end of the pattern is one of them. <paramref name="visited"/> are the steps
        /// gone through before from other places, at the same place of the text: all of them together are followed once.
        /// </summary>
        private bool Follow(int place, SortedSet<int> reached, HashSet<int> visited, bool atTextStart, bool atLineStart, bool atTextEnd, bool atLineEnd)
        {
            var open = new Stack<int>([place]);
            while (open.TryPop(out var at))
            {
                if (!visited.Add(at))
                    continue;
                var step = _program.Steps[at];
                switch (step.Kind)
                {
                    case PatternStepKind.Done:
                        return true;
                    case PatternStepKind.Fork:
                        open.Push(step.Other);
                        open.Push(step.Next);
                        break;
                    case PatternStepKind.Byte:
                        reached.Add(at);
                        break;
                    default:
                        var isHere = step.Anchor switch
                        {
                            AnchorKind.TextStart => atTextStart,
                            AnchorKind.Start => _linewise ? atLineStart : atTextStart,
                            AnchorKind.TextEnd => atTextEnd,
                            _ => _linewise ? atLineEnd : atTextEnd,
                        };
                        if (isHere)
                            open.Push(step.Next);
                        else if (step.Anchor is AnchorKind.End or AnchorKind.TextEnd)
                            reached.Add(at);
                        break;
                }
            }
            return false;
        }

        private int NumberOf(SortedSet<int> places, bool atTextStart, bool atLineStart)
        {
            var name = $"{atTextStart} {atLineStart} {string.Join(' ', places)}";
            if (!_numbers.TryGetValue(name, out var number))
            {
                number = _states.Count;
                _numbers.Add(name, number);
                _states.Add((places, atTextStart, atLineStart));
            }
            return number;
        }

        /// <summary>Bytes that no step tells apart share a class.</summary>
        private static byte[] ClassesOf(PatternProgram program, out int count)
        {
            var classes = new byte[256];
            classes['\n'] = 1;
            count = 2;
            foreach (var step in program.Steps)
            {
                if (step.Kind == PatternStepKind.Byte)
                    Divide(classes, step.Bytes, ref count);
            }
            return classes;
        }

        // Each class of which the mask holds a part and no more gets a new one for that part.
        private static void Divide(byte[] classes, ByteMask mask, ref int count)
        {
            Span<short> outside = stackalloc short[256];
            Span<short> inside = stackalloc short[256];
            outside.Clear();
            inside.Clear();
            for (var value = 0; value < classes.Length; value++)
                (mask[value] ? inside : outside)[classes[value]]++;
            var known = count;
            for (var id = 0; id < known; id++)
                inside[id] = inside[id] > 0 && outside[id] > 0 ? (short)count++ : (short)id;
            for (var value = 0; value < classes.Length; value++)
            {
                if (mask[value])
                    classes[value] = (byte)inside[classes[value]];
            }
        }
    }
}
