using ScriptedSip.Modules.CarrierRoute;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Tests.Modules.Storage;

namespace ScriptedSip.Tests.Modules.CarrierRoute;

/// <summary>Trees of the carrierroute module from tables (module manual, 4).</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class CarrierTablesTests : IDisposable
{
    private readonly TableBench _tables = new();

    public void Dispose() => _tables.Dispose();

    [Test]
    public void Names_of_domains_stand_for_their_numbers()
    {
        NameDomains("(1, 'start'), (2, 'second')");
        Assert.That(Read().Find("default")!.Domains.Keys, Is.EquivalentTo(new[] { "1", "start" }));
    }

    [Test]
    public void Domain_that_has_two_names_is_refused()
    {
        NameDomains("(1, 'start'), (1, 'second')");
        Assert.That(Read, Throws.TypeOf<FormatException>().With.Message.EqualTo("table domain_name: the domain 1 is there twice"));
    }

    // More rows than a sort keeps in order by chance.
    [Test]
    public void Failure_rules_that_say_as_much_are_tried_in_the_order_of_the_table()
    {
        NameDomains("(1, 'start')");
        for (var i = 0; i < 40; i++)
            _tables.Sql($"INSERT INTO carrierfailureroute (carrier, domain, scan_prefix, host_name, reply_code, flags, mask, next_domain) VALUES (1, '1', '', 'gw{i % 2}', '503', 0, 0, 'd{i}')");
        var carrier = Read().Find("default")!;
        Assert.That(carrier.NextDomain("1", default, Attempt("gw0")).ToString(), Is.EqualTo("d0"));
        Assert.That(carrier.NextDomain("1", default, Attempt("gw1")).ToString(), Is.EqualTo("d1"));
    }

    private static FailedAttempt Attempt(string host) => new(Utf8Text.From(host), Utf8Text.From("503"), 0);

    private void NameDomains(string rows)
    {
        _tables.Sql("CREATE TABLE domain_name (id INTEGER, domain TEXT)");
        _tables.Sql($"INSERT INTO domain_name VALUES {rows}");
        _tables.Sql("INSERT INTO route_tree (id, carrier) VALUES (1, 'default')");
        _tables.Sql("INSERT INTO carrierroute (carrier, domain, scan_prefix, rewrite_host) VALUES (1, '1', '', 'gw')");
    }

    private Carriers Read() => new CarrierTables(_tables.Database, new CarrierTableNames("carrierroute", "carrierfailureroute", "route_tree", "domain_name",
        ["carrier", "domain", "scan_prefix", "flags", "mask", "prob", "strip", "rewrite_host", "rewrite_prefix", "rewrite_suffix", "description"],
        ["carrier", "domain", "scan_prefix", "host_name", "reply_code", "flags", "mask", "next_domain"], "id", "carrier", "id", "domain")).Read();
}
