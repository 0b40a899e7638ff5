using ScriptedSip.Script.Text;

namespace ScriptedSip.Tests.Script.Interpretation;

/// <summary><c>$(pv{class.operation})</c> (LANGUAGE 8).</summary>
internal sealed class TransformationTests
{
    [TestCase("s.len", "hello", "5")]
    [TestCase("s.int", "12ab", "12")]
    [TestCase("s.int", "-7", "-7")]
    [TestCase("s.md5", "abc", "900150983cd24fb0d6963f7d28e17f72")]
    [TestCase("s.sha256", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [TestCase("s.substr,1,2", "abcd", "bc")]
    [TestCase("s.substr,1,0", "abcd", "bcd")]
    [TestCase("s.substr,-2,0", "abcd", "cd")]
    [TestCase("s.substr,9,1", "abcd", "<null>")]
    [TestCase("s.select,0,,", "a,b,c", "a")]
    [TestCase("s.select,1,-", "a-b-c", "b")]
    [TestCase("s.select,-1,-", "a-b-c", "c")]
    [TestCase("s.select,7,-", "a-b-c", "")]
    [TestCase("s.encode.hexa", "AZ", "415a")]
    [TestCase("s.decode.hexa", "415a", "AZ")]
    [TestCase("s.encode.base64", "abc", "YWJj")]
    [TestCase("s.decode.base64", "YWJj", "abc")]
    [TestCase("s.tolower", "AbC", "abc")]
    [TestCase("s.toupper", "AbC", "ABC")]
    [TestCase("s.strip,2", "abcd", "cd")]
    [TestCase("s.strip,9", "abcd", "")]
    [TestCase("s.striptail,1", "abcd", "abc")]
    [TestCase("s.prefixes", "123", "1,12,123")]
    [TestCase("s.prefixes,2", "123", "1,12")]
    [TestCase("s.prefixes.quoted", "12", "'1','12'")]
    [TestCase("s.replace,b,xy", "abcb", "axycxy")]
    [TestCase("s.rm,b", "abcb", "ac")]
    [TestCase("s.trim", "  a b ", "a b")]
    [TestCase("s.rbefore,=", "a=b=c", "a=b")]
    [TestCase("s.rafter,=", "a=b=c", "c")]
    [TestCase("s.rafter,=", "abc", "")]
    [TestCase("s.before,=", "a=b", "a")]
    [TestCase("s.after,=", "a=b", "b")]
    [TestCase("s.escape.user", "a b@c", "a%20b%40c")]
    [TestCase("s.unescape.user", "a%20b", "a b")]
    [TestCase("s.escape.common", "it's", "it\\'s")]
    [TestCase("s.escape.csv", "a b", "\"a b\"")]
    [TestCase("urlencode.param", "a b&c", "a+b%26c")]
    [TestCase("urldecode.param", "a+b%26c", "a b&c")]
    [TestCase("s.ftime,%Y-%j", "0", "1970-001")]
    [TestCase("uri.user", "sip:bob@h:5070;transport=tcp;ttl=5?Subject=x", "bob")]
    [TestCase("uri.host", "sip:bob@h:5070;transport=tcp", "h")]
    [TestCase("uri.port", "sip:bob@h:5070;transport=tcp", "5070")]
    [TestCase("uri.port", "sip:bob@h", "")]
    [TestCase("uri.transport", "sip:bob@h;transport=tcp", "tcp")]
    [TestCase("uri.params", "sip:bob@h;transport=tcp;x=y", "transport=tcp;x=y")]
    [TestCase("uri.param,x", "sip:bob@h;transport=tcp;x=y", "y")]
    [TestCase("uri.headers", "sip:bob@h?Subject=x", "Subject=x")]
    [TestCase("uri.scheme", "sips:bob@h", "sips")]
    [TestCase("uri.tosocket", "sip:bob@h:5070;transport=tcp", "tcp:h:5070")]
    [TestCase("uri.user", "nonsense", "<null>")]
    [TestCase("param.value,b", "a=1;b=2;c", "2")]
    [TestCase("param.value,z", "a=1;b=2;c", "")]
    [TestCase("param.value,b,&", "a=1&b=2", "2")]
    [TestCase("param.name,1", "a=1;b=2;c", "b")]
    [TestCase("param.valueat,0", "a=1;b=2", "1")]
    [TestCase("param.count", "a=1;b=2;c", "3")]
    [TestCase("param.exist,b", "a=1;b=2", "1")]
    [TestCase("nameaddr.uri", "Bob <sip:bob@h;x=y>;tag=1", "sip:bob@h;x=y")]
    [TestCase("nameaddr.name", "Bob <sip:bob@h>;tag=1", "Bob")]
    [TestCase("nameaddr.param,tag", "Bob <sip:bob@h>;tag=1", "1")]
    [TestCase("nameaddr.params", "<sip:bob@h>;tag=1;a=b", "tag=1;a=b")]
    [TestCase("tobody.user", "Bob <sip:bob@h>;tag=1", "bob")]
    [TestCase("tobody.host", "Bob <sip:bob@h>;tag=1", "h")]
    [TestCase("tobody.tag", "Bob <sip:bob@h>;tag=1", "1")]
    [TestCase("via.host", "SIP/2.0/UDP 10.0.0.1:5062;branch=z9hG4bK1;rport=9", "10.0.0.1")]
    [TestCase("via.branch", "SIP/2.0/UDP 10.0.0.1:5062;branch=z9hG4bK1", "z9hG4bK1")]
    [TestCase("via.port", "SIP/2.0/UDP 10.0.0.1:5062;branch=z9hG4bK1", "5062")]
    [TestCase("via.version", "SIP/2.0/UDP 10.0.0.1", "2.0")]
    [TestCase("csv.value,1", "a, b ,c", "b")]
    [TestCase("csv.count", "a,b,c", "3")]
    [TestCase("val.json", "a b\\c", "a b\\\\c")]
    [TestCase("sql.val", "it's", "'it\\'s'")]
    [TestCase("sql.val.int", "5", "5")]
    [TestCase("json.parse,a", "{\"a\":\"x\"}", "x")]
    [TestCase("json.parse,a.b", "{\"z\":{\"b\":1},\"a\":{\"b\":7}}", "7")]
    [TestCase("json.parse,a", "{\"a\":[1,2]}", "[1,2]")]
    [TestCase("json.parse,c", "{\"a\":[1,2]}", "<null>")]
    [TestCase("json.parse,a", "no json", "<null>")]
    [TestCase("ip.family", "::1", "INET6")]
    [TestCase("ip.isip", "1.2.3", "0")]
    [TestCase("ip.matches,10.0.0.0/8", "10.1.2.3", "1")]
    [TestCase("re.subst,/^([a-z]+)-/<$rm>/", "ab-c", "<INVITE>c")]
    [TestCase("re.subst,/b/x/g", "abcb", "axcx")]
    [TestCase("s.len", "", "0")]
    public void Operation_gives_its_part(string operation, string text, string expected) =>
        Assert.That(ScriptRig.Run($"$var(x) = '{text.Replace("'", "' \"'\" '", StringComparison.Ordinal)}'; log(\"$(var(x){{{operation}}})\");", ScriptDialect.Kamailio), Is.EqualTo(expected));

    [Test]
    public void Operations_form_a_chain() =>
        Assert.That(ScriptRig.Run("log(\"$(fu{uri.user}{s.toupper}{s.substr,0,2})\");"), Is.EqualTo("AL"));

    [Test]
    public void Operand_may_be_a_variable() =>
        Assert.That(ScriptRig.Run("$var(i) = 1; $var(m) = \"-\"; $var(x) = \"a-b\"; log(\"$(var(x){s.select,$var(i),$var(m)})\");"), Is.EqualTo("b"));

    [Test]
    public void Substitution_may_be_a_variable() =>
        Assert.That(ScriptRig.Run("$var(s) = '/(.)b/<\\1>/g'; $var(x) = \"abcb\"; log(\"$(var(x){re.subst,$var(s)})\");"), Is.EqualTo("<a><c>"));

    [TestCase("val.n", "")]
    [TestCase("val.n0", "0")]
    [TestCase("sql.val", "NULL")]
    [TestCase("s.len", "<null>")]
    public void Missing_value_stays_missing_unless_asked_about(string operation, string expected) =>
        Assert.That(ScriptRig.Run($"log(\"$(avp(none){{{operation}}})\");"), Is.EqualTo(expected));
}
