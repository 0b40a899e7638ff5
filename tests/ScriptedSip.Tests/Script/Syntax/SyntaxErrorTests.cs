using NUnit.Framework;

namespace ScriptedSip.Tests.Script.Syntax;

/// <summary>A sound script, broken in one place: one finding, in a person's words, at that place.</summary>
[TestFixture]
internal sealed class SyntaxErrorTests
{
    private const string Sound = """
        listen=udp:127.0.0.1:5060
        loadmodule "tm.so"
        loadmodule "xlog.so"
        modparam("tm", "fr_timer", 5)

        route {
        	if (is_method("INVITE")) {
        		xlog("hello");
        		t_relay();
        	} else {
        		drop;
        	}
        	if ($rm == "BYE")
        		route(X);
        }

        route[X] {
        	exit;
        }

        """;

    [Test]
    public void Line_ends_of_two_characters_move_no_place() =>
        Assert.That(Parsing.Findings(Sound.Replace("\r", "", StringComparison.Ordinal).Replace("drop;", "drop", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal)),
            Is.EqualTo(new[] { "11:7 SS1003 missing ';' after 'drop'" }));

    [Test]
    public void Sound_script_has_no_finding() => Assert.That(Parsing.Findings(Sound), Is.Empty);

    // Semicolons.
    [TestCase("xlog(\"hello\");", "xlog(\"hello\")", "8:16 SS1003 missing ';' after xlog(…)")]
    [TestCase("t_relay();", "t_relay()", "9:12 SS1003 missing ';' after t_relay(…)")]
    [TestCase("t_relay();", "$ru = \"x\"\n\t\tt_relay();", "9:12 SS1003 missing ';' after this assignment")]
    [TestCase("drop;", "drop", "11:7 SS1003 missing ';' after 'drop'")]
    [TestCase("\texit;", "\texit", "18:6 SS1003 missing ';' after 'exit'")]
    [TestCase("t_relay();", "foo bar baz", "9:6 SS1003 missing ';' after this statement")]

    // Parentheses.
    [TestCase("\"INVITE\")) {", "\"INVITE\") {", "7:25 SS1004 missing ')' of the 'if' opened at 7:5")]
    [TestCase("\"hello\");", "\"hello\";", "8:15 SS1004 missing ')' of xlog(…) opened at 8:7")]
    [TestCase("\"BYE\")", "\"BYE\"", "13:18 SS1004 missing ')' of the 'if' opened at 13:5")]
    [TestCase("\"fr_timer\", 5)", "\"fr_timer\", 5", "4:29 SS1004 missing ')' of modparam(…) opened at 4:9")]
    [TestCase("route(X);", "route(X;", "14:10 SS1004 missing ')' of route(…) opened at 14:8")]
    [TestCase("t_relay();", "t_relay());", "9:12 SS1006 this ')' closes nothing")]
    [TestCase("if (is_method(\"INVITE\"))", "if is_method(\"INVITE\"))", "7:24 SS1006 this ')' closes nothing")]

    // Braces.
    [TestCase("\t\tdrop;\n\t}", "\t\tdrop;", "10:9 SS1005 this '{' is never closed")]
    [TestCase("\t\tt_relay();\n\t} else {\n\t\tdrop;\n\t}", "\t\tt_relay();", "7:27 SS1005 this '{' is never closed")]
    [TestCase("\t\troute(X);\n}", "\t\troute(X);", "6:7 SS1005 this '{' is never closed")]
    [TestCase("\texit;\n}", "\texit;", "17:10 SS1005 this '{' is never closed")]
    [TestCase("\t\troute(X);\n}", "\t\troute(X);\n\t}\n}", "13:19 SS1002 missing '{' after 'if ($rm == \"BYE\")'")]
    [TestCase("\texit;\n}", "\texit;\n}\n}", "20:1 SS1006 this '}' closes nothing")]
    [TestCase("route[X] {", "route[X]", "17:9 SS1002 missing '{' after 'route[X]'")]

    // Strings, comments and characters.
    [TestCase("\"hello\"", "\"hello", "8:8 SS1007 this string is never closed")]
    [TestCase("\texit;", "\txlog(\"abc);\n\texit;", "18:7 SS1007 this string is never closed")]
    [TestCase("\"hello\"", "\u201chello\u201d", "8:8 SS1008 the character '\u201c' has no meaning here; write a straight quote: \"")]
    [TestCase("t_relay();", "t_relay()`;", "9:12 SS1008 the character '`' has no meaning here")]
    [TestCase("route[X]", "/* route[X]", "17:1 SS1009 this comment is never closed")]

    // Expressions.
    [TestCase("$rm ==", "$rm =", "13:10 SS1012 '=' assigns and cannot stand in a condition; did you mean '=='?")]
    [TestCase("$rm == \"BYE\"", "", "13:2 SS1016 'if' has no condition")]
    [TestCase("$rm == \"BYE\"", "$rm ==", "13:12 SS1002 missing value after '=='")]
    [TestCase("$rm == \"BYE\"", "$rm == \"BYE\" &&", "13:21 SS1002 missing value after '&&'")]
    [TestCase("$rm == \"BYE\"", "$rm == == \"BYE\"", "13:13 SS1001 unexpected '==' after '=='")]
    [TestCase("$rm == \"BYE\"", "src_ip == 300.1.2.3", "13:16 SS1011 '300.1.2.3' is not an IP address or network")]
    [TestCase("$rm == \"BYE\"", "src_ip == 10.0.0.0/40", "13:16 SS1011 '10.0.0.0/40' is not an IP address or network")]
    [TestCase("$rm == \"BYE\"", "src_ip == 10.0.0.0/255.0.255.0", "13:16 SS1011 '10.0.0.0/255.0.255.0' is not an IP address or network")]
    [TestCase("$rm == \"BYE\"", "$var(x) == 99999999999999999999", "13:17 SS1010 '99999999999999999999' is not a number that can be used")]
    [TestCase("$rm ==", "$(rm{s.len ==", "13:6 SS1020 malformed pseudo-variable: the '{' of a transformation is never closed")]
    [TestCase("t_relay();", "$var(x) = $avp(x;", "9:13 SS1020 malformed pseudo-variable: its '(' is never closed")]
    [TestCase("$rm ==", "$avp(x ==", "13:22 SS1004 missing ')' of the 'if' opened at 13:5")]
    [TestCase("$rm ==", "$(avp(x)[a]) ==", "13:14 SS1021 'a' is not an index; an index is a number, '*' or a pseudo-variable")]
    [TestCase("$rm ==", "$(rm foo) ==", "13:11 SS1020 malformed pseudo-variable: 'foo' does not belong in it")]
    [TestCase("t_relay();", "$ = 1;", "9:3 SS1008 the character '$' has no meaning here; a pseudo-variable is $name or $(name)")]
    [TestCase("t_relay();", "t_relay() = 1;", "9:3 SS1018 the result of t_relay(…) cannot be assigned to")]
    [TestCase("xlog(\"hello\")", "xlog(\"L_INFO\" $rm)", "8:17 SS1001 unexpected '$rm' after the string \"L_INFO\"")]

    // Statements.
    [TestCase("\t} else {", "\t};\n\telse {", "11:2 SS1013 this 'else' belongs to no 'if'; remove the ';' before it")]
    [TestCase("} else {", "} elseif {", "10:4 SS1017 'elseif' is not a keyword; write 'else if'")]
    [TestCase("} else {", "} elsif ($rm) {", "10:4 SS1017 'elsif' is not a keyword; write 'else if'")]
    [TestCase("if ($rm", "IF ($rm", "13:2 SS1017 'IF' is not a keyword; write 'if'")]
    [TestCase("t_relay();", "switch ($rc) { case 1 t_relay(); break; }", "9:24 SS1002 missing ':' after 'case 1'")]
    [TestCase("t_relay();", "switch ($rc) { case $rm: t_relay(); break; }", "9:23 SS1019 a case label is a number, a string or a regular expression")]
    [TestCase("t_relay();", "modparam(\"tm\", \"x\", 1)", "9:3 SS1015 'modparam' cannot stand inside a route block")]
    [TestCase("\t\tdrop;\n\t}\n", "\t\tdrop;\n\t}\n\troute[Y] {\n\t\texit;\n\t}\n", "13:2 SS1015 'route' cannot stand inside a route block")]

    // Top level.
    [TestCase("listen=", "lisen ", "1:6 SS1002 missing '=' after 'lisen'")]
    [TestCase("listen=udp:127.0.0.1:5060", "listen=", "1:8 SS1002 missing value of 'listen'")]
    [TestCase("127.0.0.1:5060", "127.0.0.1:99999", "1:22 SS1010 '99999' is not a number that can be used; a port is a number from 0 to 65535")]
    [TestCase("\"xlog.so\"", "xlog.so", "3:12 SS1002 missing quotes around 'xlog.so'")]
    [TestCase("\"tm\", \"fr_timer\"", "\"tm\" \"fr_timer\"", "4:14 SS1002 missing ',' after \"tm\"")]
    [TestCase("\"tm\", \"fr_timer\", 5", "\"tm\"", "4:1 SS1001 unexpected 1 arguments of 'modparam'; the form is modparam(\"module\", \"parameter\", value)")]
    [TestCase("route[X]", "rout[X]", "17:1 SS1001 unexpected 'rout': no block has this name; did you mean 'route'?")]
    [TestCase("route[X]", "failure_rout[X]", "17:1 SS1001 unexpected 'failure_rout': no block has this name; did you mean 'failure_route'?")]
    [TestCase("route[X]", "t_relay();\nroute[X]", "17:1 SS1014 't_relay' cannot stand outside of a route block")]
    [TestCase("route[X]", "if (1) { x(); }\nroute[X]", "17:1 SS1014 'if' cannot stand outside of a route block")]
    [TestCase("route[X]", "#!ifdef FOO\nroute[X]", "17:1 SS1032 this '#!ifdef' has no '#!endif'")]
    [TestCase("route[X]", "#!endif\nroute[X]", "17:1 SS1033 this '#!endif' belongs to no '#!ifdef'")]
    [TestCase("route[X]", "include_file \"nothere.cfg\"\nroute[X]", "17:1 SS1030 cannot open the included file 'nothere.cfg'")]
    [TestCase("route[X]", "#!defin FOO 1\nroute[X]", "17:1 SS1035 unknown directive '#!defin' is taken for a comment; did you mean 'define'?")]
    [TestCase("listen=", "[% x %]\nlisten=", "1:1 SS1037 this is a template ([%), not a script")]
    public void One_mistake_is_one_finding(string sound, string broken, string finding)
    {
        var text = Sound.Replace("\r", "", StringComparison.Ordinal);
        Assert.That(text, Does.Contain(sound));
        Assert.That(Parsing.Findings(text.Replace(sound, broken, StringComparison.Ordinal)), Is.EqualTo(new[] { finding }));
    }

    [Test]
    public void Three_mistakes_are_three_findings_in_file_order()
    {
        var text = Sound.Replace("listen=", "lisen ", StringComparison.Ordinal)
            .Replace("xlog(\"hello\");", "xlog(\"hello\")", StringComparison.Ordinal)
            .Replace("== \"BYE\")", "== \"BYE\"", StringComparison.Ordinal);
        Assert.That(Parsing.Findings(text), Is.EqualTo(new[]
        {
            "1:6 SS1002 missing '=' after 'lisen'",
            "8:16 SS1003 missing ';' after xlog(…)",
            "13:18 SS1004 missing ')' of the 'if' opened at 13:5",
        }));
    }

    [Test]
    public void Mistake_in_an_included_file_is_shown_there()
    {
        var (_, diagnostics) = Parsing.Parse("include_file \"b.cfg\"\n", null, ("b.cfg", "route {\n  x()\n}\n"));
        Assert.That(diagnostics.Sorted()[0].ToString(), Is.EqualTo("b.cfg:2:6: error SS1003: missing ';' after x(…)"));
    }

    [TestCase("(", 1000, "SS1023")]
    [TestCase("{", 1000, "SS1023")]
    [TestCase("if (1) x(); else ", 3000, "SS1023")]
    [TestCase("if (1) ", 20000, "SS1023")]
    [TestCase("$(a(", 2000, "SS1020")]
    public void Nesting_beyond_reason_is_a_finding(string piece, int times, string code)
    {
        var (_, diagnostics) = Parsing.Parse("route { " + string.Concat(Enumerable.Repeat(piece, times)) + "x(); }");
        Assert.That(diagnostics.Sorted().Select(diagnostic => diagnostic.Code), Does.Contain(code));
    }

    /// <summary>A block where only labels can stand is stepped over, not looked at for ever.</summary>
    [Test]
    public void Block_among_the_labels_of_a_switch_is_a_finding() =>
        Assert.That(Parsing.Findings("route {\n switch ($rc) {\n nd if ($x) { exit; }\n }\n}"), Has.Some.Contains("SS1001"));

    [Test]
    public void Many_alternatives_in_a_row_are_no_nesting()
    {
        var script = "route { " + string.Concat(Enumerable.Repeat("if (a()) { b(); } else if (c()) d(); else e();\n", 3000)) + " }";
        Assert.That(Parsing.Findings(script), Is.Empty);
    }
}
