using ScriptedSip.Sip.Transactions;

namespace ScriptedSip.Tests.Sip.Transactions;

/// <summary>RFC 3261 16.7, step 6.</summary>
[TestFixture]
internal sealed class ReplySelectionTests
{
    // In each case the first status is the one to win. L marks one that was made here.
    [TestCase("486")]
    [TestCase("600 302 486")]
    [TestCase("603 503")]
    [TestCase("302 404 500")]
    [TestCase("404 500")]
    [TestCase("401 404")]
    [TestCase("407 400 404")]
    [TestCase("415 404")]
    [TestCase("420 404")]
    [TestCase("484 404")]
    [TestCase("300 401")]
    [TestCase("486 408L")]
    [TestCase("408L 500")]
    [TestCase("504 503")]
    [TestCase("486 503")]
    [TestCase("503")]
    [TestCase("486 180 200 0")]
    [TestCase("600 603")]
    public void Best_is_the_one_the_steps_name(string statuses)
    {
        var parts = statuses.Split(' ');
        // Whatever the order of the branches is.
        Assert.That(Best(parts).StatusCode, Is.EqualTo(Status(parts[0])));
        Assert.That(Best([.. parts.Reverse()]).StatusCode, Is.EqualTo(Status(parts[0])));
    }

    [TestCase("0")]
    [TestCase("180 200")]
    public void Best_needs_a_final_failure(string statuses) =>
        Assert.That(ReplySelection.Best(statuses.Split(' ').Select(Branch).ToArray()), Is.Null);

    [Test]
    public void Dropped_and_replicated_branches_do_not_count()
    {
        var dropped = Branch("401", 0);
        dropped.IsDropped = true;
        var replica = Branch("600", 1);
        replica.IsReplica = true;
        var busy = Branch("486", 2);
        Assert.That(ReplySelection.Best([dropped, replica, busy]), Is.SameAs(busy));
        Assert.That(ReplySelection.Best([dropped, replica]), Is.Null);
    }

    private static ClientBranch Best(string[] parts) => ReplySelection.Best(parts.Select(Branch).ToArray())!;

    private static int Status(string part) => int.Parse(part.TrimEnd('L'), System.Globalization.CultureInfo.InvariantCulture);

    private static ClientBranch Branch(string part, int index) => new(index) { StatusCode = Status(part), IsLocal = part.EndsWith('L') };
}
