using ScriptedSip.Script;

namespace ScriptedSip.Tests.Script;

/// <summary>What can be written can be explained: the catalogs name all the parser and the binder know, and nothing else.</summary>
internal sealed class CatalogTests
{
    [Test]
    public void Each_transformation_has_a_meaning_and_each_meaning_a_transformation() =>
        Assert.That(TransformationMeanings.Names, Is.EquivalentTo(TransformationCatalog.Names));

    [Test]
    public void Each_operand_and_directive_is_explained() =>
        Assert.That(WordCatalog.Required.Where(static word => !WordCatalog.Describe(word).Any()), Is.Empty);

    [TestCase("request_route")]
    [TestCase("reply_route")]
    [TestCase("onreply_route")]
    [TestCase("failure_route")]
    [TestCase("branch_route")]
    [TestCase("branch_failure_route")]
    [TestCase("onsend_route")]
    [TestCase("error_route")]
    [TestCase("local_route")]
    [TestCase("startup_route")]
    [TestCase("timer_route")]
    [TestCase("event_route")]
    [TestCase("if")]
    [TestCase("switch")]
    [TestCase("while")]
    [TestCase("exit")]
    [TestCase("drop")]
    [TestCase("break")]
    [TestCase("return")]
    [TestCase("myself")]
    public void Keyword_of_the_grammar_is_explained(string word) => Assert.That(WordCatalog.Describe(word).Single(), Does.StartWith(word + ", a "));

    [Test]
    public void Directive_and_statement_of_one_name_are_both_told_unless_one_is_asked_for()
    {
        Assert.That(WordCatalog.Describe("else").Count(), Is.EqualTo(2));
        Assert.That(WordCatalog.Describe("#!else").Single(), Does.StartWith("#!else, a directive"));
    }

    [TestCase("@from.uri", "@from.uri, a select of SER 2.0\n  Reads as $fu")]
    [TestCase("@tls.peer", "not supported: TLS is not spoken here")]
    public void Select_is_explained(string select, string text) => Assert.That(WordCatalog.Describe(select).Single(), Does.Contain(text));
}
