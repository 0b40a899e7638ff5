using System.Collections.Frozen;
using System.Text;
using ScriptedSip.Data;
using ScriptedSip.Modules.Core;
using ScriptedSip.Modules.Storage;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Domain;

/// <summary>domain: which domains this server is responsible for, from a table that is kept in memory and read again every ten seconds.</summary>
internal sealed class DomainModule : DatabaseModule
{
    private const RouteKinds Routes = RouteKinds.RequestOrFailureOrBranch | RouteKinds.Local;

    private TableSnapshot<FrozenSet<byte[]>> _domains = null!;
    private TableSnapshot<List<(string Domain, string Name, Value Value)>>? _attributes;

    [ModParam("domain_table", "Table of domains.")]
    public string DomainTable { get; set; } = "domain";

    [ModParam("domain_col", "Column with the domain.")]
    public string DomainColumn { get; set; } = "domain";

    [ModParam("domain_attrs_table", "Table of attributes of domains; read when lookup_domain is to load them (load_domain_attrs, or a Kamailio script).")]
    public string AttributeTable { get; set; } = "domain_attrs";

    [ModParam("load_domain_attrs", "1: lookup_domain loads the attributes of a domain as AVPs.")]
    public bool LoadsAttributes { get; set; }

    [ModParam("db_mode", "Whether the table is kept in memory; it always is.", Ignored = true)]
    public int Mode { get; set; }

    [ModParam("register_myself", "1: the domains mean this server everywhere, as in uri==myself.")]
    public bool RegistersMyself { get; set; }

    [ModParam("did_col", "Column with the identifier of a domain.", Ignored = true)]
    public string DidColumn { get; set; } = "did";

    [ModParam("attrs_col", "Column with attributes.", Ignored = true)]
    public string AttributesColumn { get; set; } = "attrs";

    /// <inheritdoc/>
    public override void Start(ModuleHost host)
    {
        base.Start(host);
        _domains = new(Database!, new SelectShape(DomainTable, [DomainColumn], []), Read, FrozenSet<byte[]>.Empty);
        _domains.Begin(host);
        if (RegistersMyself)
            host.LocalNames.Further = Has;
        if (!LoadsAttributes)
            return;
        _attributes = new(Database!, new SelectShape(AttributeTable, ["did", "name", "type", "value"], []), ReadAttributes, []);
        _attributes.Begin(host);
    }

    [ResultMatters]
    [SipFunction("is_from_local", Routes, "1 when the domain of From is in the table, else -1.")]
    public Outcome IsFromLocal(Frame frame) => IsLocal(UriParts.Host(frame.Message.Text(frame.Message.From.Uri)).Text);

    [ResultMatters]
    [SipFunction("is_uri_host_local", Routes, "1 when the domain of the Request-URI is in the table, else -1.")]
    public Outcome IsUriLocal(Frame frame) => IsLocal(UriParts.Host(frame.RequestUri).Text);

    [ResultMatters]
    [SipFunction("is_domain_local", RouteKinds.Any, "1 when a domain is in the table, else -1.", Aliases = "is_local")]
    public Outcome IsDomainLocal(Frame frame, Utf8Text domain) => IsLocal(domain);

    [SipFunction("lookup_domain", RouteKinds.Any, "1 when a domain is in the table, else -1; its attributes become AVPs.")]
    public Outcome Lookup(Frame frame, Utf8Text domain) => Lookup(frame, domain, "");

    [SipFunction("lookup_domain", RouteKinds.Any, "The same: in Kamailio a domain and a prefix for the names of the AVPs, in SER the attributes to fill, as \"$td\", and the domain, as \"@ruri.host\".")]
    public Outcome Lookup(Frame frame, DomainArgument first, DomainArgument second) => second.IsSelect
        ? Lookup(frame, second.Value.Render(frame), first.Text.TrimStart('$') + ".")
        : Lookup(frame, first.Value.Render(frame), second.Value.Render(frame).ToString());

    /// <summary>Whether a domain is in the table; its attributes become AVPs whose names begin as given.</summary>
    internal Outcome Lookup(Frame frame, Utf8Text domain, string start)
    {
        var outcome = IsLocal(domain);
        if (outcome.Code < 0 || _attributes is null)
            return outcome;
        foreach (var (owner, name, value) in _attributes.Current)
        {
            if (domain.EqualsIgnoreCase(Encoding.UTF8.GetBytes(owner)))
                frame.Avps.Add(AvpList.NameOf(start + name), value);
        }
        return outcome;
    }

    private Outcome IsLocal(Utf8Text domain) => Outcome.From(Has(domain.Span));

    private bool Has(ReadOnlySpan<byte> domain) => _domains.Current.GetAlternateLookup<ReadOnlySpan<byte>>().Contains(domain);

    private static FrozenSet<byte[]> Read(List<object?[]> rows) =>
        rows.Select(r => Encoding.UTF8.GetBytes((r[0] as string ?? "").ToLowerInvariant())).ToFrozenSet(DomainComparer.Instance);

    private static List<(string, string, Value)> ReadAttributes(List<object?[]> rows) => rows.ConvertAll(row =>
    {
        var text = row[3] as string ?? "";
        var value = row[2] is 0L && Value.TryParseInt(Encoding.UTF8.GetBytes(text), out var number) ? Value.FromInt(number) : Value.FromText(Utf8Text.From(text));
        return (row[0] as string ?? "", row[1] as string ?? "", value);
    });

    /// <summary>Domains are equal whatever the case of their letters (RFC 3261 19.1.4).</summary>
    private sealed class DomainComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static DomainComparer Instance { get; } = new();

        public bool Equals(byte[]? x, byte[]? y) => Ascii.EqualsIgnoreCase(x, y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => Ascii.EqualsIgnoreCase(alternate, other);

        public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = 17;
            foreach (var letter in alternate)
                hash = (hash * 31) + (letter is >= (byte)'A' and <= (byte)'Z' ? letter | 0x20 : letter);
            return hash;
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
