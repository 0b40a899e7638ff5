using NUnit.Framework;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Tests.Script.Syntax;

/// <summary>One row per expression the families read differently: Kamailio and SER 2.0 as C does, OpenSER 1.2 and OpenSIPS on few levels.</summary>
[TestFixture]
internal sealed class PrecedenceTests
{
    [TestCase("$var(a) || $var(b) && $var(c)", "(or $var(a) (and $var(b) $var(c)))", "(and (or $var(a) $var(b)) $var(c))")]
    [TestCase("$var(a) && $var(b) || $var(c)", "(or (and $var(a) $var(b)) $var(c))", "(or (and $var(a) $var(b)) $var(c))")]
    [TestCase("$var(x) == 1 + 2 * 3", "(== $var(x) (+ 1 (* 2 3)))", "(== $var(x) (* (+ 1 2) 3))")]
    [TestCase("6 & 3 == 3", "(& 6 (== 3 3))", "(== (& 6 3) 3)")]
    [TestCase("1 | 6 & 3 ^ 2", "(| 1 (^ (& 6 3) 2))", "(^ (& (| 1 6) 3) 2)")]
    public void Row_of_operators_reads_as_the_dialect_does(string row, string kamailio, string openSips)
    {
        Assert.Multiple(() =>
        {
            Assert.That(Parsing.Condition(row, ScriptDialect.Kamailio), Is.EqualTo(kamailio));
            Assert.That(Parsing.Condition(row, ScriptDialect.OpenSips), Is.EqualTo(openSips));
        });
    }

    [TestCase("!$rm == \"INVITE\"", "(! (== $rm \"INVITE\"))")]
    [TestCase("!method==\"INVITE\" && $rU", "(and (! (== core:method \"INVITE\")) $rU)")]
    [TestCase("$rU && ! $si =~ \"^10\" || 1", "(or (and $rU (! (=~ $si \"^10\"))) 1)")]
    [TestCase("!!is_method(\"BYE\")", "(! (! is_method(\"BYE\")))")]
    [TestCase("not ($a == 1)", "(! (== $a 1))")]
    public void Negation_takes_the_whole_comparison_in_every_dialect(string row, string expected)
    {
        Assert.Multiple(() =>
        {
            foreach (var dialect in new[] { ScriptDialect.OpenSer, ScriptDialect.Kamailio, ScriptDialect.OpenSips })
                Assert.That(Parsing.Condition(row, dialect), Is.EqualTo(expected), dialect.ToString());
        });
    }

    [Test]
    public void Single_ampersand_is_and_in_the_oldest_scripts()
    {
        var tree = Parsing.Tree("route { if (method==\"A\" & uri==myself | dst_port==5060) exit; }");
        Assert.That(tree, Does.Contain("if (or (and (== core:method \"A\") (== core:uri myself)) (== core:dst_port 5060))"));
    }

    [Test]
    public void Single_ampersand_works_on_bits_once_a_script_has_variables()
    {
        var tree = Parsing.Tree("route { $var(x) = 6 & 3; if ($var(x) & 1) exit; }");
        Assert.That(tree, Does.Contain("set $var(x) (& 6 3)"));
        Assert.That(tree, Does.Contain("if (& $var(x) 1)"));
    }

    [TestCase("-1", "-1")]
    [TestCase("- 1 + -$var(x)", "(+ -1 (- $var(x)))")]
    [TestCase("$var(x)-1", "(- $var(x) 1)")]
    [TestCase("~1 & 2", "(& (~ 1) 2)")]
    [TestCase("(int)$var(x) + (str)5", "(+ (int $var(x)) (str 5))")]
    [TestCase("defined $avp(x) && !defined $avp(y)", "(and (defined $avp(x)) (! (defined $avp(y))))")]
    [TestCase("\"a\" . $rU . 'b'", "(. (. \"a\" $rU) \"b\")")]
    [TestCase("-7 mod 3 % 2", "(mod (mod -7 3) 2)")]
    [TestCase("$rm eq \"a\" or $rs ine 200", "(or (eq $rm \"a\") (ine $rs 200))")]
    public void Prefixes_bind_tighter_than_operators(string row, string expected) =>
        Assert.That(Parsing.Condition(row, ScriptDialect.Kamailio), Is.EqualTo(expected));
}
