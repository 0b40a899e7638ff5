using NUnit.Framework;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Tests.Script.Syntax;

[TestFixture]
internal sealed class LexicalTests
{
    [TestCase("\"a\\tb\\r\\n\"", "\"a\\tb\\r\\n\"")]
    [TestCase("\"\\x41\\x4\\101\\12\"", "\"A\\x04A\\n\"")]
    [TestCase("\"a\\.b\\dc\\1\"", "\"a\\\\.b\\\\dc\\\\1\"")]
    [TestCase("\"a\\\"b\\\\\"", "\"a\\\"b\\\\\"")]
    [TestCase("\"a\\\nb\"", "\"ab\"")]
    [TestCase("\"a\nb\"", "\"a\\nb\"")]
    [TestCase("'a\\n\"b'", "\"a\\\\n\\\"b\"")]
    [TestCase("\"a\" \"b\"\n'c'", "\"abc\"")]
    [TestCase("\"# no comment // here /* nor */\"", "\"# no comment // here /* nor */\"")]
    [TestCase("\"\"", "\"\"")]
    public void String_is_decoded_by_its_quotes(string written, string value) =>
        Assert.That(Parsing.Statements($"x({written});"), Is.EqualTo($"x({value})"));

    [TestCase("10", 10)]
    [TestCase("0x1F", 31)]
    [TestCase("0XfF", 255)]
    [TestCase("010", 8)]
    [TestCase("0", 0)]
    [TestCase("1010b", 10)]
    [TestCase("-5", -5)]
    public void Number_is_read_in_its_base(string written, long value) =>
        Assert.That(Parsing.Statements($"x({written});"), Is.EqualTo($"x({value})"));

    [TestCase("yes")]
    [TestCase("on")]
    [TestCase("true")]
    [TestCase("enable")]
    public void Yes_word_is_the_number_one(string word)
    {
        var (script, _) = Parsing.Parse($"fork={word}");
        var value = ((ScalarValue)((GlobalAssignment)script.Items[0]).Values[0]).Value;
        Assert.That(value, Is.InstanceOf<IntLiteral>().With.Property(nameof(IntLiteral.Value)).EqualTo(1L));
    }

    [TestCase("src_ip==10.0.0.1", "(== core:src_ip 10.0.0.1)")]
    [TestCase("src_ip==10.0.0.0/8", "(== core:src_ip 10.0.0.0/8)")]
    [TestCase("src_ip==10.0.0.0/255.255.0.0", "(== core:src_ip 10.0.0.0/16)")]
    [TestCase("src_ip==::1", "(== core:src_ip ::1)")]
    [TestCase("src_ip==[2001:db8::1]", "(== core:src_ip 2001:db8::1)")]
    [TestCase("src_ip==2001:db8::/32", "(== core:src_ip 2001:db8::/32)")]
    [TestCase("src_ip==1:2:3:4:5:6:7:8", "(== core:src_ip 1:2:3:4:5:6:7:8)")]
    [TestCase("src_ip==gw-1.3com.example.com", "(== core:src_ip gw-1.3com.example.com)")]
    [TestCase("src_ip==myself or uri==myself", "(or (== core:src_ip myself) (== core:uri myself))")]
    [TestCase("method==INVITE||proto==UDP", "(or (== core:method INVITE) (== core:proto UDP))")]
    [TestCase("msg:len>=max_len", "(>= core:msg:len core:max_len)")]
    [TestCase("status=~\"(180)|(183)\"", "(=~ core:status \"(180)|(183)\")")]
    [TestCase("$? == 1 or $retcode<0 or retcode==2", "(or (or (== $? 1) (< $retcode 0)) (== core:retcode 2))")]
    public void Old_comparison_is_read_with_its_bare_operands(string condition, string expected) =>
        Assert.That(Parsing.Condition(condition, ScriptDialect.OpenSer), Is.EqualTo(expected));

    [TestCase("forward(uri:host, uri:port);", "forward(core:uri:host, core:uri:port)")]
    [TestCase("forward(1.2.3.4, 5060);", "forward(1.2.3.4, 5060)")]
    [TestCase("forward(a.b-c.d, 5060);", "forward(a.b-c.d, 5060)")]
    [TestCase("force_send_socket(udp:10.0.0.1:5060);", "force_send_socket(udp:10.0.0.1:5060)")]
    [TestCase("force_send_socket([::1]:5060);", "force_send_socket([::1]:5060)")]
    [TestCase("t_relay(,$var(x),);", "t_relay(, $var(x), )")]
    [TestCase("t_relay();", "t_relay()")]
    [TestCase("f(name=\"x\", 1);", "f(name=\"x\", 1)")]
    [TestCase("route(a-b); route(1); route(\"x y\"); route(method);", "route(a-b)\nroute(1)\nroute(\"x y\")\nroute(method)")]
    [TestCase("setflag(NAT);", "setflag(NAT)")]
    public void Call_takes_every_shape_of_argument(string call, string expected) =>
        Assert.That(Parsing.Statements(call), Is.EqualTo(expected));

    [Test]
    public void Comments_of_all_kinds_disappear() =>
        Assert.That(Parsing.Tree("# a\n// b\n/* c\n # d */ debug=1 # e\n#! f\nfork=no"), Is.EqualTo("debug = 1\nfork = no\n"));

    [Test]
    public void Double_negation_is_no_directive() =>
        Assert.That(Parsing.Statements("if (!!is_method(\"BYE\")) exit;\n", ScriptDialect.Kamailio), Does.StartWith("if (! (! is_method"));

    [Test]
    public void Carriage_returns_change_nothing() =>
        Assert.That(Parsing.Tree("route {\r\n\tx(\"a\");\r\n}\r\n"), Is.EqualTo("Request route\n  x(\"a\")\n"));
}
