using System.Globalization;
using ScriptedSip.Data;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.CarrierRoute;

/// <summary>Names of tables and columns, from parameters.</summary>
internal sealed record CarrierTableNames(string Routes, string Failures, string Carriers, string Domains, string[] RouteColumns, string[] FailureColumns,
    string CarrierId, string CarrierName, string DomainId, string DomainName);

/// <summary>
/// Routing trees from a database: routes, failure routes, and names of carriers. Newer servers keep numbers of domains in both and their names in a table
/// of its own; where that is missing the domains are taken as they are.
/// </summary>
internal sealed class CarrierTables(Database database, CarrierTableNames names)
{
    /// <summary>Reads the tables.</summary>
    /// <exception cref="DatabaseException">One cannot be read.</exception>
    /// <exception cref="FormatException">A row is malformed; the message says which and how.</exception>
    public Carriers Read()
    {
        if (!database.IsShared)
        {
            foreach (var (table, kind) in (ReadOnlySpan<(string, string)>)[(names.Routes, "carrierroute"), (names.Failures, "carrierfailureroute"), (names.Carriers, "route_tree")])
            {
                if (database.ColumnsOf(table) is null && StandardSchema.Find(kind) is { } schema)
                    database.Ensure(schema, table);
            }
        }
        var all = new Carriers();
        var carriers = new Dictionary<long, Carrier>();
        foreach (var row in database.Select(new SelectShape(names.Carriers, [names.CarrierId, names.CarrierName], [])))
        {
            var carrier = new Carrier(Text(row[1]), (int)Number(row[0]));
            carriers[carrier.Id] = carrier;
            all.Add(carrier);
        }
        var domains = DomainNames();
        ReadRoutes(carriers, domains);
        ReadFailures(carriers, domains);
        return all;
    }

    private Dictionary<string, string> DomainNames()
    {
        if (names.Domains.Length == 0 || database.ColumnsOf(names.Domains) is null)
            return [];
        var domains = new Dictionary<string, string>();
        foreach (var row in database.Select(new SelectShape(names.Domains, [names.DomainId, names.DomainName], [])))
        {
            if (!domains.TryAdd(Text(row[0]), Text(row[1])))
                throw new FormatException($"table {names.Domains}: the domain {Text(row[0])} is there twice");
        }
        return domains;
    }

    // Columns: carrier, domain, scan_prefix, flags, mask, prob, strip, rewrite_host, rewrite_prefix, rewrite_suffix, comment.
    private void ReadRoutes(Dictionary<long, Carrier> carriers, Dictionary<string, string> domains)
    {
        var rows = Rows(names.Routes, names.RouteColumns).Select(r => (Carrier: Number(r[0]), Domain: Text(r[1]), Prefix: Text(r[2]), Target: new CarrierTarget
        {
            Host = Utf8Text.From(Text(r[7])),
            Flags = (uint)Number(r[3]),
            Mask = (uint)Number(r[4]),
            Probability = Fraction(r[5]),
            Strip = (int)Number(r[6]),
            Prefix = Utf8Text.From(Text(r[8])),
            Suffix = Utf8Text.From(Text(r[9])),
            Comment = Utf8Text.From(Text(r[10])),
        }));
        foreach (var group in rows.GroupBy(r => (r.Carrier, r.Domain, r.Prefix)))
        {
            var rules = group.Select(r => r.Target).GroupBy(t => (t.Flags, t.Mask)).Select(g => CarrierRule.Of(g.Key.Flags, g.Key.Mask, [.. g], 0)).ToArray();
            var carrier = Of(carriers, group.Key.Carrier, names.Routes);
            carrier.Add(group.Key.Domain, Utf8Text.From(group.Key.Prefix), rules);
            if (domains.TryGetValue(group.Key.Domain, out var name))
                carrier.Domains.TryAdd(name, carrier.Domains[group.Key.Domain]);
        }
    }

    // Columns: carrier, domain, scan_prefix, host_name, reply_code, flags, mask, next_domain.
    private void ReadFailures(Dictionary<long, Carrier> carriers, Dictionary<string, string> domains)
    {
        foreach (var row in Rows(names.Failures, names.FailureColumns))
        {
            var code = Text(row[4]);
            if (code.Length is not (0 or 3) || code.Any(c => c is not ('.' or (>= '0' and <= '9'))))
                throw new FormatException($"table {names.Failures}: reply_code '{code}' must be three characters, digits or dots");
            var rule = new FailureRule(Utf8Text.From(Text(row[3])), Utf8Text.From(code), (uint)Number(row[5]), (uint)Number(row[6]), Utf8Text.From(Text(row[7])));
            var carrier = Of(carriers, Number(row[0]), names.Failures);
            var domain = Text(row[1]);
            if (!carrier.Failures.TryGetValue(domain, out var prefixes))
            {
                carrier.Failures.Add(domain, prefixes = new PrefixTable<List<FailureRule>>());
                if (domains.TryGetValue(domain, out var name))
                    carrier.Failures.TryAdd(name, prefixes);
            }
            var prefix = Utf8Text.From(Text(row[2]));
            prefixes.TryGet(prefix, out var rules);
            prefixes[prefix] = [.. (rules ?? []).Append(rule).OrderBy(static r => r.Order)];
        }
    }

    private static Carrier Of(Dictionary<long, Carrier> carriers, long id, string table) =>
        carriers.TryGetValue(id, out var carrier) ? carrier : throw new FormatException($"table {table}: there is no carrier {id}");

    // Columns a table lacks read as nothing: flags, masks and comments came later, or under another name.
    private IEnumerable<object?[]> Rows(string table, string[] columns)
    {
        var known = database.ColumnsOf(table) ?? throw new DatabaseException($"{database.Url} has no table {table}; make it with \"scriptedsip db init URL\"");
        var there = columns.Where(known.Contains).ToArray();
        foreach (var row in database.Select(new SelectShape(table, there, [])))
            yield return [.. columns.Select(column => Array.IndexOf(there, column) is >= 0 and var i ? row[i] : null)];
    }

    private static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    private static long Number(object? value) => long.TryParse(Text(value), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static double Fraction(object? value) => double.TryParse(Text(value), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
