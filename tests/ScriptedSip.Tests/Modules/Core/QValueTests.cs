using NUnit.Framework;
using ScriptedSip.Modules.Core;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Tests.Modules.Core;

/// <summary>RFC 3261 25.1: qvalue.</summary>
[TestFixture]
internal sealed class QValueTests
{
    [TestCase("1", 1000)]
    [TestCase("1.000", 1000)]
    [TestCase("0", 0)]
    [TestCase("0.5", 500)]
    [TestCase(".25", 250)]
    [TestCase("0.125", 125)]
    [TestCase("0.", 0)]
    public void TryParse_legal_value_gives_thousandths(string text, int expected)
    {
        Assert.That(QValue.TryParse(ModuleBench.Text(text).Span, out var q), Is.True);
        Assert.That(q, Is.EqualTo(expected));
    }

    [TestCase("")]
    [TestCase(".")]
    [TestCase("2")]
    [TestCase("1.001")]
    [TestCase("0.1234")]
    [TestCase("0.x")]
    [TestCase("-1")]
    [TestCase("01")]
    public void TryParse_other_text_is_refused(string text) => Assert.That(QValue.TryParse(ModuleBench.Text(text).Span, out _), Is.False);

    [TestCase(1000, "1")]
    [TestCase(0, "0")]
    [TestCase(500, "0.5")]
    [TestCase(125, "0.125")]
    [TestCase(7, "0.007")]
    public void Write_gives_the_shortest_form(int q, string expected)
    {
        var room = new byte[8];
        var writer = new SpanWriter(room);
        QValue.Write(ref writer, q);
        Assert.That(System.Text.Encoding.ASCII.GetString(writer.Written), Is.EqualTo(expected));
    }
}
