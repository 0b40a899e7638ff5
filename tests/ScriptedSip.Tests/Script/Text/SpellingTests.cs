using NUnit.Framework;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Tests.Script.Text;

[TestFixture]
internal sealed class SpellingTests
{
    private static readonly string[] Names = ["t_relay", "t_reply", "xlog", "sl_send_reply", "record_route", "is_method", "rm", "ru", "rU"];

    [TestCase("t_rely", "t_relay")]
    [TestCase("t_realy", "t_relay")]
    [TestCase("rUU", "rU")]
    [TestCase("ruu", "ru")]
    [TestCase("xlgo", "xlog")]
    [TestCase("Xlog", "xlog")]
    [TestCase("sl_sned_reply", "sl_send_reply")]
    [TestCase("recordroute", "record_route")]
    public void Nearest_of_a_slip_is_the_name_meant(string typed, string meant) =>
        Assert.That(Spelling.Nearest(typed, Names), Is.EqualTo(meant));

    [TestCase("forward")]
    [TestCase("x")]
    [TestCase("log_it_all")]
    public void Nearest_of_a_foreign_word_is_nothing(string typed) => Assert.That(Spelling.Nearest(typed, Names), Is.Null);

    [TestCase("abc", "abc", 0)]
    [TestCase("abc", "acb", 1)]
    [TestCase("abc", "ab", 1)]
    [TestCase("abc", "ABD", 1)]
    [TestCase("", "abc", 3)]
    public void Distance_counts_a_swap_of_neighbours_as_one(string a, string b, int distance) =>
        Assert.That(Spelling.Distance(a, b), Is.EqualTo(distance));
}
