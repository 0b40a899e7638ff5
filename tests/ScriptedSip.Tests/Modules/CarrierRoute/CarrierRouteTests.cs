using System.Text;
using ScriptedSip.Modules.CarrierRoute;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Tests.Modules.CarrierRoute;

/// <summary>Trees of the carrierroute module: file, longest prefix, shares, hashes and failure rules (module manual, 3 to 7).</summary>
internal sealed class CarrierRouteTests
{
    // Shares that do not add up to one are taken in proportion: the manual's own example.
    [Test]
    public void Shares_spread_points_in_proportion()
    {
        var rule = CarrierRule.Of(0, 0, [Target("a", 0.5), Target("b", 0.5), Target("c", 0.4)], 0);

        var counts = new Dictionary<string, int>();
        for (var i = 0; i < 100_000; i++)
        {
            var host = rule.ByShare(i / 100_000.0, static _ => true)!.Host.ToString();
            counts[host] = counts.GetValueOrDefault(host) + 1;
        }

        Assert.That(counts["a"], Is.EqualTo(35714).Within(2));
        Assert.That(counts["b"], Is.EqualTo(35714).Within(2));
        Assert.That(counts["c"], Is.EqualTo(28571).Within(2));
    }

    [Test]
    public void Shares_of_gateways_that_may_not_be_used_go_to_the_others()
    {
        var rule = CarrierRule.Of(0, 0, [Target("a", 0.9), Target("b", 0.1)], 0);

        Assert.That(rule.ByShare(0.0, t => t.Host != Utf8Text.From("a"))!.Host.ToString(), Is.EqualTo("b"));
        Assert.That(rule.ByShare(0.5, static _ => false), Is.Null);
    }

    [Test]
    public void Hash_always_leads_to_the_same_gateway_and_to_its_backup_when_that_is_out_of_service()
    {
        var rule = CarrierRule.Of(0, 0, [Target("a", 1), new CarrierTarget { Host = Utf8Text.From("b"), IsActive = false, Backup = 1 }], 2);

        Assert.That(rule.ByHash(4, usesBackup: true)!.Host.ToString(), Is.EqualTo("a"));
        Assert.That(rule.ByHash(5, usesBackup: true)!.Host.ToString(), Is.EqualTo("a"));
        Assert.That(rule.ByHash(5, usesBackup: false), Is.Null);
    }

    // The check value of CRC-32 (ISO 3309).
    [Test]
    public void Crc32_of_the_nine_digits_is_its_check_value() => Assert.That(HashSource.Crc32("123456789"u8), Is.EqualTo(0xCBF43926));

    [TestCase("49721913740", "gw-ka")]
    [TestCase("4930", "gw-de")]
    [TestCase("33", "gw-all")]
    [TestCase("", "gw-all")]
    public void Longest_prefix_decides(string number, string host)
    {
        var carrier = CarrierFile.Parse("""
            domain 0 {
              prefix NULL { target gw-all { } }
              prefix 49 { target gw-de { prob = 1 } }
              prefix 49721 { target gw-ka { } }
            }
            """, "default");

        Assert.That(carrier.Find("0", Utf8Text.From(number), 0)!.Targets[0].Host.ToString(), Is.EqualTo(host));
        Assert.That(carrier.Find("1", Utf8Text.From(number), 0), Is.Null);
    }

    [Test]
    public void File_gives_numbers_to_targets_that_have_none()
    {
        var carrier = CarrierFile.Parse("domain d { prefix 1 { max_targets = 3 target a { hash_index = 2 } target b { } target c { } } }", "default");

        var rule = carrier.Find("d", Utf8Text.From("1"), 0)!;
        Assert.That(rule.Targets.Select(t => (t.HashIndex, t.Host.ToString())), Is.EqualTo(new[] { (1, "b"), (2, "a"), (3, "c") }));
        Assert.That(rule.Modulus, Is.EqualTo(3));
    }

    [TestCase("domain d { prefix 1 { } }", "line 1")]
    [TestCase("domain d {\n prefix 1 {\n target a { colour = 1 } } }", "line 3")]
    [TestCase("domain d {\n prefix 1 {\n target a { colour\n = 1 } } }", "line 3")]
    [TestCase("domain d { prefix 1 { target a { prob = much } } }", "prob")]
    [TestCase("domain d {\n prefix 1 {\n target a {\n prob = much\n strip = 1 } } }", "line 4")]
    [TestCase("domain d {\n prefix 1 {\n max_targets = many\n target a { } } }", "line 3")]
    [TestCase("domain d {\n prefix 1 { target a { } }\n prefix 1\n { target b { } } }", "line 3: the prefix 1 is there twice")]
    [TestCase("domain d { prefix NULL { target a { } } } domain d { prefix null { target b { } } }", "the prefix NULL is there twice")]
    [TestCase("domain d { prefix 1 { target a { } }", "expected")]
    [TestCase("domain d { prefix 1 { target a { comment = \"x } } }", "quote")]
    [TestCase("domain d { prefix 1 { max_targets = 1 target a { hash_index = 2 } } }", "hash_index")]
    [TestCase("carrier x { }", "'domain' is expected")]
    public void File_with_a_mistake_is_refused_with_its_place(string text, string part) =>
        Assert.That(() => CarrierFile.Parse(text, "default"), Throws.TypeOf<FormatException>().With.Message.Contains(part));

    // Manual 4.4: host first, then the reply code with fewer wildcards, then the larger mask.
    [Test]
    public void Failure_rules_are_tried_in_the_order_of_how_much_they_say()
    {
        FailureRule[] rules =
        [
            Rule("", "...", 0, "any"), Rule("", "404", 0, "code"), Rule("gw1", "...", 0, "host"), Rule("gw1", "50.", 0, "both"), Rule("", "404", 2, "flags"),
        ];

        Array.Sort(rules, static (left, right) => left.Order.CompareTo(right.Order));

        Assert.That(rules.Select(r => r.NextDomain.ToString()), Is.EqualTo(new[] { "both", "host", "flags", "code", "any" }));
    }

    [TestCase("gw1", "503", true)]
    [TestCase("gw1", "510", false)]
    [TestCase("gw2", "503", false)]
    [TestCase("gw1", "5031", false)]
    public void Failure_rule_matches_host_and_code(string host, string code, bool matches) =>
        Assert.That(Rule("gw1", "50.", 0, "x").Matches(new FailedAttempt(Utf8Text.From(host), Utf8Text.From(code), 0)), Is.EqualTo(matches));

    private static FailureRule Rule(string host, string code, uint mask, string next) =>
        new(Utf8Text.From(host), Utf8Text.From(code), 0, mask, Utf8Text.From(next));

    private static CarrierTarget Target(string host, double share) => new() { Host = new Utf8Text(Encoding.UTF8.GetBytes(host)), Probability = share };
}
