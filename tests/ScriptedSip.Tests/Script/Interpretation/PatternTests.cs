using System.Text;
using ScriptedSip.Script.Interpretation.Patterns;

namespace ScriptedSip.Tests.Script.Interpretation;

/// <summary>POSIX extended regular expressions over bytes (LANGUAGE 6, IEEE 1003.1 9.4).</summary>
internal sealed class PatternTests
{
    [TestCase("bob", "sip:BOB@x", 4, 3)]
    [TestCase("^sip:", "SIP:bob@x", 0, 4)]
    [TestCase("^sip:", " sip:bob", -1, 0)]
    [TestCase("example.org$", "sip:bob@example.org", 8, 11)]
    [TestCase("org$", "sip:bob@example.org\n", -1, 0)]
    [TestCase("^INVITE$", "invite", 0, 6)]
    [TestCase("^INVITE$", "reinvite", -1, 0)]
    [TestCase("^(INVITE|ACK)$", "ack", 0, 3)]
    [TestCase("INVITE|ACK|BYE", "xxbye", 2, 3)]
    [TestCase("a|ab", "xab", 1, 2)]
    [TestCase("(180)|(183)|2[0-9][0-9]", "183", 0, 3)]
    [TestCase("(180)|(183)|2[0-9][0-9]", "299", 0, 3)]
    [TestCase("(180)|(183)|2[0-9][0-9]", "300", -1, 0)]
    [TestCase("", "abc", 0, 0)]
    [TestCase("[[:digit:]]+", "ab123c", 2, 3)]
    [TestCase("[^[:space:]]+", "  ab ", 2, 2)]
    [TestCase("[]a]+", "x]a]", 1, 3)]
    [TestCase("[^]]+", "]]ab]", 2, 2)]
    [TestCase("[a\\]+", "x\\a", 1, 2)]
    [TestCase("[a-]+", "x-a-", 1, 3)]
    [TestCase("[[.-.]x]+", "a-x", 1, 2)]
    [TestCase("\\d", "1d", 1, 1)]
    [TestCase("\\.", "a.b", 1, 1)]
    [TestCase("\\w+", "--ab_1-", 2, 4)]
    [TestCase("\\<ab", "xab ab", 4, 2)]
    [TestCase("a.c", "a\nc", 0, 3)]
    [TestCase("a{2}", "xaaa", 1, 2)]
    [TestCase("a{1,}b", "aab", 0, 3)]
    [TestCase("a{,2}b", "aab", 0, 3)]
    [TestCase("a*?b", "aab", 0, 3)]
    [TestCase("*a", "ba", 1, 1)]
    [TestCase("a)", "a)", 0, 2)]
    [TestCase("^\\+?[0-9]{3,15}@", "+12345@x", 0, 7)]
    [TestCase("sip:[0-9]+@", "sip:123@x", 0, 8)]
    [TestCase("caf\u00e9", "un caf\u00e9", 3, 5)]
    public void Expression_is_found_where_posix_finds_it(string pattern, string text, int offset, int length)
    {
        var compiled = PatternCompiler.TryCompile(pattern, linewise: false, out var error)!;
        Assert.That(error, Is.Null);
        var bytes = Encoding.UTF8.GetBytes(text);
        var found = compiled.Find(null!, bytes);
        Assert.That((found.Offset, found.Length), Is.EqualTo((offset, length)));
        Assert.That(compiled.IsMatch(null!, bytes), Is.EqualTo(offset >= 0));
    }

    /// <summary>textops compiles with new lines in mind.</summary>
    [TestCase("^X-A:.*$", "INVITE\nX-A: 1\nX-B: 2", 7, 6)]
    [TestCase("a[^x]", "a\nax", -1, 0)]
    [TestCase("A.b", "a\nb", -1, 0)]
    public void Linewise_expression_stays_within_lines(string pattern, string text, int offset, int length)
    {
        var found = PatternCompiler.TryCompile(pattern, linewise: true, out _)!.Find(null!, Encoding.UTF8.GetBytes(text));
        Assert.That((found.Offset, found.Length), Is.EqualTo((offset, length)));
    }

    /// <summary>Whether a pattern matches is told by an automaton, where by a regular expression of .NET: they must agree on any pattern and text.</summary>
    [Test]
    public void Automaton_and_regular_expression_agree([Values] bool linewise)
    {
        var random = new Random(42);
        var compared = 0;
        for (var i = 0; i < 2000; i++)
        {
            var pattern = RandomPattern(random, 3);
            if (PosixParser.TryParse(pattern, ignoreCase: true, linewise, out _) is not { } tree || PatternAutomaton.TryMake(tree, linewise) is not { } automaton)
                continue;
            var regex = PatternCompiler.TryBuild(tree, linewise, out _)!.Value;
            for (var j = 0; j < 20; j++)
            {
                var text = string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => "abB\n"[random.Next(4)]));
                Assert.That(automaton.IsMatch(Encoding.ASCII.GetBytes(text)), Is.EqualTo(regex.IsMatch(text)), $"{pattern} on {text}");
                compared++;
            }
        }
        Assert.That(compared, Is.GreaterThan(10_000));
    }

    private static string RandomPattern(Random random, int depth) => random.Next(depth > 0 ? 10 : 5) switch
    {
        0 => "a",
        1 => "[^b]",
        2 => "^",
        3 => "$",
        4 => ".",
        5 => $"({RandomPattern(random, depth - 1)}|{RandomPattern(random, depth - 1)})",
        6 => $"({RandomPattern(random, depth - 1)})*",
        7 => $"({RandomPattern(random, depth - 1)}){{1,3}}",
        _ => RandomPattern(random, depth - 1) + RandomPattern(random, depth - 1),
    };

    [TestCase("(a", "a '(' is never closed")]
    [TestCase("[a", "a '[' is never closed")]
    [TestCase("a{2", "a '{' does not begin a repetition such as {2} or {2,5}")]
    [TestCase("a{3,2}", "the numbers of a repetition are out of order or too large")]
    [TestCase("[z-a]", "the range z-a is out of order")]
    [TestCase("[[:foo:]]", "there is no character class [:foo:]")]
    [TestCase("a\\", "it ends with a backslash")]
    [TestCase("(a)\\1", "the back reference \\1 is not supported")]
    public void Mistake_is_named(string pattern, string expected)
    {
        Assert.That(PatternCompiler.TryCompile(pattern, linewise: false, out var error), Is.Null);
        Assert.That(error, Is.EqualTo(expected));
    }

    [Test]
    public void Text_that_makes_backtracking_explode_is_matched_in_linear_time()
    {
        var pattern = PatternCompiler.TryCompile("^(a+)+$", linewise: false, out _)!;
        Assert.That(pattern.IsMatch(null!, Encoding.ASCII.GetBytes(new string('a', 5000) + "b")), Is.False);
    }

    // A pattern may come with a message: what it costs to make one has to have an end too.
    [TestCase("x+(((((){255}){255}){255}){255}){255}y")]
    [TestCase("x+(((((^*){0}){255}){255}){255}){255}y")]
    public void Nested_counts_of_nothing_are_nothing(string text)
    {
        var pattern = PatternCompiler.TryCompile(text, linewise: false, out var error);
        Assert.That(error, Is.Null);
        Assert.That(pattern!.IsMatch(null!, "axxyb"u8), Is.True);
        Assert.That(pattern.IsMatch(null!, "axxb"u8), Is.False);
    }

    [TestCase("bob")]
    [TestCase("^(INVITE|ACK)$")]
    [TestCase("sip:[0-9a-z]+@")]
    public void Matching_allocates_nothing(string text)
    {
        var pattern = PatternCompiler.TryCompile(text, linewise: false, out _)!;
        var bytes = Encoding.ASCII.GetBytes("<sip:bob@example.org;transport=udp>");
        for (var i = 0; i < 100; i++)
            pattern.IsMatch(null!, bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            pattern.IsMatch(null!, bytes);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [TestCase("/bob/alice/", "bob bob", "alice bob")]
    [TestCase("/bob/alice/g", "bob bob", "alice alice")]
    [TestCase("/BOB/alice/", "bob", "bob")]
    [TestCase("/BOB/alice/i", "bob", "alice")]
    [TestCase("/^(.)(.)/\\\\2\\\\1<\\\\0>/", "bob", "ob<bo>b")]
    [TestCase("/b/[$rm]/", "bob", "[INVITE]ob")]
    [TestCase("/sip:\\\\/x/\\\\//", "sip:/x", "/")]
    [TestCase("!/!-!g", "a/b/c", "a-b-c")]
    public void Substitution_replaces_what_it_matches(string substitution, string text, string expected) =>
        Assert.That(ScriptRig.Run($"subst(\"{substitution}\", \"{text}\");"), Is.EqualTo(expected));

    /// <summary>Repetitions within repetitions can ask for more than fits; that is said when the script is read, not by each message.</summary>
    [TestCase("^([0-9a-f]{2,60}[:.-]){1,200}$")]
    [TestCase("((1?2?){0,255}){0,255}$")]
    public void Pattern_that_is_too_large_is_refused_when_it_is_compiled(string pattern)
    {
        var cache = new PatternCache();
        Assert.Multiple(() =>
        {
            Assert.That(PatternCompiler.TryCompile(pattern, linewise: false, out var error), Is.Null);
            Assert.That(error, Is.EqualTo("it is too large"));
            Assert.That(cache.TryBuild(pattern, ignoreCase: false, linewise: false, out error), Is.Null);
            Assert.That(error, Is.EqualTo("it is too large"));
        });
    }

    /// <summary>A script that is loaded again costs what is new in it; other flags make another expression.</summary>
    [Test]
    public void Pattern_in_use_is_compiled_once()
    {
        var cache = new PatternCache();
        var pattern = cache.TryCompile("^(0|00)[1-9]+$", linewise: false, out _);
        var regex = cache.TryBuild("a(.*)b", ignoreCase: true, linewise: false, out _);
        cache.Sweep();
        Assert.Multiple(() =>
        {
            Assert.That(cache.TryCompile("^(0|00)[1-9]+$", linewise: false, out _), Is.SameAs(pattern));
            Assert.That(cache.TryCompile("^(0|00)[1-9]+$", linewise: true, out _), Is.Not.SameAs(pattern));
            Assert.That(cache.TryBuild("a(.*)b", ignoreCase: true, linewise: false, out _), Is.SameAs(regex));
            Assert.That(cache.TryBuild("a(.*)b", ignoreCase: false, linewise: false, out _), Is.Not.SameAs(regex));
            Assert.That(cache.TryCompile("^(a", linewise: false, out var error), Is.Null);
            Assert.That(error, Is.Not.Empty);
        });
    }
}
