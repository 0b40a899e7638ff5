using NUnit.Framework;
using ScriptedSip.Script.Syntax;

namespace ScriptedSip.Tests.Script.Syntax;

[TestFixture]
internal sealed class SettingTests
{
    [TestCase("debug=3\nfork=no;", "debug = 3\nfork = no\n")]
    [TestCase("debug=-1", "debug = -1\n")]
    [TestCase("log_facility=LOG_LOCAL0", "log_facility = LOG_LOCAL0\n")]
    [TestCase("listen=udp:10.0.0.1:5060", "listen = (udp:10.0.0.1:5060)\n")]
    [TestCase("listen=10.0.0.1 eth0:5061 \"tcp:a.b:5060\"\nport=5060", "listen = (10.0.0.1) (eth0:5061) (tcp:a.b:5060)\nport = 5060\n")]
    [TestCase("listen=tls:[::1]:*", "listen = (tls:[::1]:*)\n")]
    [TestCase("listen=udp:eth0:5060 advertise 1.2.3.4:5070 name \"s1\"", "listen = (udp:eth0:5060 advertise 1.2.3.4:5070 name \"s1\")\n")]
    [TestCase("socket=udp:10.0.0.1:5060 as pub.example.com:5060 use_workers 4 tag t anycast", "socket = (udp:10.0.0.1:5060 as pub.example.com:5060 use_workers 4 tag t anycast)\n")]
    [TestCase("listen=sctp:(10.0.0.1, 10.0.0.2):5060", "listen = (sctp:10.0.0.1:5060 sctp:10.0.0.2:5060)\n")]
    [TestCase("socket=ipsec:10.0.0.1:6100,5100", "socket = (ipsec:10.0.0.1:6100,5100)\n")]
    [TestCase("listen=*", "listen = (*)\n")]
    [TestCase("alias=a.b-c.d example.com:5060 \"x.org\"", "alias = (a.b-c.d) (example.com:5060) (x.org)\n")]
    [TestCase("pstn.gw_ip = \"\" desc \"PSTN gateway\"", "pstn.gw_ip = \"\" desc \"PSTN gateway\"\n")]
    [TestCase("mpath=\"/a:/b\"\nloadpath \"/c\"", "mpath \"/a:/b\"\nmpath \"/c\"\n")]
    [TestCase("loadmodule \"tm.so\"\nloadmodule \"/usr/lib/modules/sl.so\"\nloadmodule(\"rr\")", "loadmodule tm\nloadmodule sl\nloadmodule rr\n")]
    [TestCase("modparam(\"a|b\", \"p\", 5)\nmodparam(\"a\", \"q\", \"v\" \"w\");", "modparam \"a|b\" \"p\" 5\nmodparam \"a\" \"q\" \"vw\"\n")]
    [TestCase("flags A:1, B;\navpflags c;", "flags A:1, B\navpflags c\n")]
    [TestCase("tls_server_domain[10.0.0.1:5061] {\n tls_method=TLSv1\n tls_certificate=\"x\"\n}", "tls_server_domain[10.0.0.1:5061]\n  tls_method = TLSv1\n  tls_certificate = \"x\"\n")]
    [TestCase("dst_blacklist = gw:{ (tcp, 10.0.0.0/255.0.0.0, 5060, \"\"), (udp, 1.2.3.4, 0, \"x\") }\nfork=no", "dst_blacklist = (opaque)\nfork = no\n")]
    [TestCase("advertised_address=pub.example.com", "advertised_address = pub.example.com\n")]
    [TestCase("fifo=/tmp/ser_fifo", "fifo = /tmp/ser_fifo\n")]
    public void Setting_is_read(string text, string expected) => Assert.That(Parsing.Tree(text), Is.EqualTo(expected));

    [Test]
    public void Socket_is_structured()
    {
        var (script, _) = Parsing.Parse("listen=udp:10.0.0.1:5060");
        var address = ((SocketValue)((GlobalAssignment)script.Items[0]).Values[0]).Addresses[0];
        Assert.Multiple(() =>
        {
            Assert.That(address.Protocol?.Text, Is.EqualTo("udp"));
            Assert.That(address.Host.Text, Is.EqualTo("10.0.0.1"));
            Assert.That(address.Port, Is.EqualTo(5060));
        });
    }
}
