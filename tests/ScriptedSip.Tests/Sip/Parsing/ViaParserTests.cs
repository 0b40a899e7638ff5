using System.Text;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Tests.Sip.Parsing;

/// <summary>RFC 3261 20.42 and 25.1, RFC 3581 3.</summary>
public sealed class ViaParserTests
{
    // transport | host | port | branch | received | rport parameter | rport | maddr.
    [TestCase("SIP/2.0/UDP erlang.bell.com:5060;branch=z9hG4bK87asdks7", "UDP|erlang.bell.com|5060|z9hG4bK87asdks7|-|-|0|-")]
    [TestCase("SIP/2.0/UDP 192.0.2.1:5060 ;received=192.0.2.207 ;branch=z9hG4bK77asjd", "UDP|192.0.2.1|5060|z9hG4bK77asjd|192.0.2.207|-|0|-")]
    [TestCase("SIP / 2.0 / UDP first.example.com: 4000;ttl=16 ;maddr=224.2.0.1 ;branch=z9hG4bKa7c6a8dlze.1", "UDP|first.example.com|4000|z9hG4bKa7c6a8dlze.1|-|-|0|224.2.0.1")]
    [TestCase("SIP/2.0/TLS [2001:db8::9]:5061;RPORT;Branch=1", "TLS|[2001:db8::9]|5061|1|-|RPORT|0|-")]
    [TestCase("SIP/2.0/TCP h;rport=5070;alias", "TCP|h|0|-|-|rport=5070|5070|-")]
    [TestCase("SIP/2.0/TCP h;rport=", "TCP|h|0|-|-|rport=|0|-")]
    public void Good_value_is_taken_apart(string text, string parts)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Assert.That(ViaParser.TryParse(bytes, 0, bytes.Length, out var via));
        string Cut(Slice slice) => slice.IsPresent ? Encoding.UTF8.GetString(slice.In(bytes)) : "-";
        var cut = $"{Cut(via.Transport)}|{Cut(via.Host)}|{via.Port}|{Cut(via.Branch)}|{Cut(via.Received)}|{Cut(via.RportParameter)}|{via.Rport}|{Cut(via.Maddr)}";
        Assert.That(cut, Is.EqualTo(parts));
        Assert.That(Cut(via.Whole), Is.EqualTo(text));
        Assert.That(via.HasAlias, Is.EqualTo(text.Contains("alias", StringComparison.Ordinal)));
    }

    [TestCase("")]
    [TestCase("SIP")]
    [TestCase("SIP/2.0/UDP")]
    [TestCase("SIP/2.0/UDP ")]
    [TestCase("SIP/2.0 host")]
    [TestCase("SIP/2.0/UDP ;branch=1")]
    [TestCase("SIP/2.0/UDP host:")]
    [TestCase("SIP/2.0/UDP host:x")]
    [TestCase("SIP/2.0/UDP host:65536")]
    [TestCase("SIP/2.0/UDP host x")]
    [TestCase("SIP/2.0/UDP [::1")]
    [TestCase("SIP/2.0/UDP []")]
    [TestCase("SIP/2.0/UDP host;")]
    [TestCase("SIP/2.0/UDP host;;branch=1")]
    [TestCase("SIP/2.0/UDP host;branch")]
    [TestCase("SIP/2.0/UDP host;branch=")]
    [TestCase("SIP/2.0/UDP host;rport=x")]
    [TestCase("SIP/2.0/UDP host;rport=65536")]
    [TestCase("SIP/2.0/UDP host;received=")]
    [TestCase("SIP/2.0/UDP host;x=\"open")]
    public void Bad_value_is_refused(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Assert.That(ViaParser.TryParse(bytes, 0, bytes.Length, out _), Is.False);
    }

    // RFC 3261 8.1.1.7, RFC 4475 3.2.1.
    [TestCase("z9hG4bKx", true)]
    [TestCase("Z9HG4BKx", true)]
    [TestCase("z9hG4bK", false)]
    [TestCase("x", false)]
    public void Magic_cookie_makes_a_branch_an_identifier(string branch, bool expected)
    {
        var bytes = Encoding.UTF8.GetBytes("SIP/2.0/UDP host;branch=" + branch);
        Assert.That(ViaParser.TryParse(bytes, 0, bytes.Length, out var via));
        Assert.That(via.HasMagicCookie, Is.EqualTo(expected));
    }
}
