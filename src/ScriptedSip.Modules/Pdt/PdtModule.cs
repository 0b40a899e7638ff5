using System.Text;
using ScriptedSip.Data;
using ScriptedSip.Modules.Core;
using ScriptedSip.Modules.Storage;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Pdt;

/// <summary>pdt: finds the domain a dialled number belongs to by its longest prefix in a table.</summary>
internal sealed class PdtModule : DatabaseModule
{
    private TableSnapshot<Dictionary<Utf8Text, Utf8Text>> _domains = null!;
    private Utf8Text _access;

    [ModParam("db_table", "Table of the prefixes.")]
    public string Table { get; set; } = "pdt";

    [ModParam("prefix_column", "Column with the prefix.")]
    public string PrefixColumn { get; set; } = "prefix";

    [ModParam("domain_column", "Column with the domain of the numbers that begin so.")]
    public string DomainColumn { get; set; } = "domain";

    [ModParam("sdomain_column", "Column with the domain of callers a row is for; rows for other than \"*\" do not count.")]
    public string SourceColumn { get; set; } = "sdomain";

    [ModParam("prefix", "What a number must begin with to be looked up; taken off before.")]
    public string Access { get; set; } = "";

    [ModParam("hsize_2pow", "The table grows as needed.", Ignored = true)]
    public int HashSize { get; set; }

    [ModParam("sync_time", "The table is read again every ten seconds.", Ignored = true)]
    public int SyncTime { get; set; }

    [ModParam("clean_time", "The table is replaced as a whole.", Ignored = true)]
    public int CleanTime { get; set; }

    /// <inheritdoc/>
    public override void Start(ModuleHost host)
    {
        base.Start(host);
        _access = Utf8Text.From(Access);
        // Tables of SER have no column for the domain of the caller.
        var hasSource = Database!.ColumnsOf(Table)?.Contains(SourceColumn) ?? true;
        string[] columns = hasSource ? [PrefixColumn, DomainColumn, SourceColumn] : [PrefixColumn, DomainColumn];
        _domains = new TableSnapshot<Dictionary<Utf8Text, Utf8Text>>(Database, new SelectShape(Table, columns, []), Read, []);
        _domains.Begin(host);
    }

    [SipFunction("prefix2domain", RouteKinds.Request | RouteKinds.Failure,
        "Takes the longest prefix that the table has off the user of the Request-URI and puts the domain of that prefix in place of its host; -1 when the table has none.")]
    public Outcome FindDomain(Frame frame)
    {
        var user = UriParts.User(frame.RequestUri).Text;
        if (user.Length <= _access.Length || !user.Span.StartsWith(_access.Span))
            return Outcome.False;
        var number = user[Slice.Between(_access.Length, user.Length)];
        for (var length = number.Length; length > 0; length--)
        {
            if (!_domains.Current.TryGetValue(number[Slice.Between(0, length)], out var domain))
                continue;
            var rest = number[Slice.Between(length, number.Length)];
            var writer = new SpanWriter(frame.Arena.Reserve(rest.Length + domain.Length + 8));
            writer.Write("sip:"u8);
            writer.Write(rest);
            if (!rest.IsEmpty)
                writer.Write((byte)'@');
            writer.Write(domain);
            frame.NewUri = frame.Arena.Commit(writer.Length);
            return Outcome.True;
        }
        return Outcome.False;
    }

    private static Dictionary<Utf8Text, Utf8Text> Read(List<object?[]> rows)
    {
        var domains = new Dictionary<Utf8Text, Utf8Text>();
        foreach (var row in rows)
        {
            if (row is [{ } prefix, string { Length: > 0 } domain, .. var source] && source is ([] or [null or "" or "*"]))
                domains[new Utf8Text(Encoding.UTF8.GetBytes(Convert.ToString(prefix, System.Globalization.CultureInfo.InvariantCulture)!))] = Utf8Text.From(domain);
        }
        return domains;
    }
}
