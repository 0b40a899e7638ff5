using System.Text.Json.Nodes;
using ScriptedSip.Data;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Modules.CarrierRoute;

/// <content>Parameters, and what is read by them.</content>
internal sealed partial class CarrierRouteModule
{
    private const string StandardFile = "/etc/scriptedsip/carrierroute.conf";
    private const string Column = "Name of a column.";

    private bool? _avoidsFailed;
    private bool _isFileMissing;
    private string _folder = "";
    private bool _hasDomainNames;

    [ModParam("config_source", "\"file\": one tree from a file; \"db\": trees, failure routes and subscribers' carriers from a database.")]
    public string ConfigSource { get; set; } = "file";

    [ModParam("config_file", "File with the tree, a relative name beside the script.")]
    public string ConfigFile { get; set; } = StandardFile;

    [ModParam("default_tree", "Name of the tree of the file, and of the tree for those without a carrier.")]
    public string DefaultTree { get; set; } = "default";

    [ModParam("fallback_default", "1: the default tree stands in for a carrier that is not there.")]
    public bool FallsBack { get; set; } = true;

    [ModParam("use_domain", "1: subscribers have domains; 0: the user parts alone.")]
    public bool UsesDomain { get; set; }

    [ModParam("match_mode", "10: of a number digits count, what else is in it is passed over; 128: prefixes are of any letters.")]
    public int MatchMode { get; set; } = 10;

    [ModParam("avoid_failed_destinations", "1: in a failure route no gateway is chosen that the request was sent to before; standard in scripts of Kamailio.")]
    public void SetAvoidsFailed(bool value) => _avoidsFailed = value;

    [ModParam("fetch_rows", "Tables are read row by row.", Ignored = true)]
    [ModParam("db_load_description", "Comments are always read.", Ignored = true)]
    public int Reading { get; set; }

    [ModParam("db_table", "Table of the routes.")]
    [ModParam("carrierroute_table", "The same in Kamailio.")]
    public string RouteTable { get; set; } = "carrierroute";

    [ModParam("db_failure_table", "Table of the failure routes.")]
    [ModParam("carrierfailureroute_table", "The same in Kamailio.")]
    public string FailureTable { get; set; } = "carrierfailureroute";

    [ModParam("carrier_table", "Table of the carriers: route_tree, in Kamailio carrier_name.")]
    [ModParam("carrier_name_table", "The same in Kamailio.")]
    public string CarrierTable { get; set; } = "";

    [ModParam("domain_name_table", "Table with names for the numbers of domains: domain_name in Kamailio, else none.")]
    public string DomainTable { get; set; } = "";

    [ModParam("subscriber_table", "Table of the subscribers.")]
    public string SubscriberTable { get; set; } = "subscriber";

    [ModParam("subscriber_user_col", Column)]
    public string SubscriberUserColumn { get; set; } = "username";

    [ModParam("subscriber_domain_col", Column)]
    public string SubscriberDomainColumn { get; set; } = "domain";

    [ModParam("subscriber_carrier_col", "Column with the number of the carrier a subscriber prefers.")]
    public string SubscriberCarrierColumn { get; set; } = "cr_preferred_carrier";

    [ModParam("id_column", "Rows are not told apart by it.", Ignored = true)]
    [ModParam("carrierroute_id_col", "Rows are not told apart by it.", Ignored = true)]
    [ModParam("failure_id_column", "Rows are not told apart by it.", Ignored = true)]
    [ModParam("carrierfailureroute_id_col", "Rows are not told apart by it.", Ignored = true)]
    [ModParam("failure_comment_column", "Comments of failure routes are not read.", Ignored = true)]
    [ModParam("carrierfailureroute_description_col", "Comments of failure routes are not read.", Ignored = true)]
    public string UnreadColumn { get; set; } = "";

    [ModParam("carrier_column", Column)]
    [ModParam("carrierroute_carrier_col", Column)]
    public string CarrierColumn { get; set; } = "carrier";

    [ModParam("domain_column", Column)]
    [ModParam("carrierroute_domain_col", Column)]
    public string DomainColumn { get; set; } = "domain";

    [ModParam("scan_prefix_column", Column)]
    [ModParam("carrierroute_scan_prefix_col", Column)]
    public string PrefixColumn { get; set; } = "scan_prefix";

    [ModParam("flags_column", Column)]
    [ModParam("carrierroute_flags_col", Column)]
    public string FlagsColumn { get; set; } = "flags";

    [ModParam("mask_column", Column)]
    [ModParam("carrierroute_mask_col", Column)]
    public string MaskColumn { get; set; } = "mask";

    [ModParam("prob_column", Column)]
    [ModParam("carrierroute_prob_col", Column)]
    public string ProbabilityColumn { get; set; } = "prob";

    [ModParam("strip_column", Column)]
    [ModParam("carrierroute_strip_col", Column)]
    public string StripColumn { get; set; } = "strip";

    [ModParam("rewrite_host_column", Column)]
    [ModParam("carrierroute_rewrite_host_col", Column)]
    public string HostColumn { get; set; } = "rewrite_host";

    [ModParam("rewrite_prefix_column", Column)]
    [ModParam("carrierroute_rewrite_prefix_col", Column)]
    public string NewPrefixColumn { get; set; } = "rewrite_prefix";

    [ModParam("rewrite_suffix_column", Column)]
    [ModParam("carrierroute_rewrite_suffix_col", Column)]
    public string NewSuffixColumn { get; set; } = "rewrite_suffix";

    [ModParam("comment_column", Column)]
    [ModParam("carrierroute_description_col", Column)]
    public string CommentColumn { get; set; } = "description";

    [ModParam("failure_carrier_column", Column)]
    [ModParam("carrierfailureroute_carrier_col", Column)]
    public string FailureCarrierColumn { get; set; } = "carrier";

    [ModParam("failure_domain_column", Column)]
    [ModParam("carrierfailureroute_domain_col", Column)]
    public string FailureDomainColumn { get; set; } = "domain";

    [ModParam("failure_scan_prefix_column", Column)]
    [ModParam("carrierfailureroute_scan_prefix_col", Column)]
    public string FailurePrefixColumn { get; set; } = "scan_prefix";

    [ModParam("failure_host_name_column", Column)]
    [ModParam("carrierfailureroute_host_name_col", Column)]
    public string FailureHostColumn { get; set; } = "host_name";

    [ModParam("failure_reply_code_column", Column)]
    [ModParam("carrierfailureroute_reply_code_col", Column)]
    public string FailureCodeColumn { get; set; } = "reply_code";

    [ModParam("failure_flags_column", Column)]
    [ModParam("carrierfailureroute_flags_col", Column)]
    public string FailureFlagsColumn { get; set; } = "flags";

    [ModParam("failure_mask_column", Column)]
    [ModParam("carrierfailureroute_mask_col", Column)]
    public string FailureMaskColumn { get; set; } = "mask";

    [ModParam("failure_next_domain_column", Column)]
    [ModParam("carrierfailureroute_next_domain_col", Column)]
    public string NextDomainColumn { get; set; } = "next_domain";

    [ModParam("carrier_id_col", Column)]
    [ModParam("carrier_name_id_col", Column)]
    public string CarrierIdColumn { get; set; } = "id";

    [ModParam("carrier_name_col", Column)]
    [ModParam("carrier_name_carrier_col", Column)]
    public string CarrierNameColumn { get; set; } = "carrier";

    [ModParam("domain_name_id_col", Column)]
    public string DomainIdColumn { get; set; } = "id";

    [ModParam("domain_name_domain_col", Column)]
    public string DomainNameColumn { get; set; } = "domain";

    /// <inheritdoc/>
    public override string? Validate(ScriptVersion script)
    {
        if (ConfigSource is not ("file" or "db"))
            return "carrierroute: config_source must be \"file\" or \"db\"";
        if (MatchMode is not (10 or 128))
            return "carrierroute: match_mode must be 10 or 128";
        if (ConfigSource == "db" && DatabaseUrl.Length == 0 && script.Settings.DefaultDatabase.Length == 0)
            return "carrierroute: config_source is \"db\", but no db_url says where the database is";
        _folder = script.Settings.Folder;
        _hasDomainNames = script.Settings.Dialect == ScriptDialect.Kamailio;
        if (ConfigSource == "db")
            return null;
        try
        {
            _carriers = ReadFile();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // A script that names no file may be looked at where there is none.
            _isFileMissing = true;
            return ConfigFile == StandardFile ? null : $"carrierroute: there is no file {ConfigFile}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return $"carrierroute: {ConfigFile}: {e.Message}";
        }
        return null;
    }

    /// <inheritdoc/>
    public override string? TakeOver(ScriptModule running) => null;

    [ControlCommand("cr list", "", "Shows the routes of all carriers.")]
    public JsonNode? ShowRoutes(IReadOnlyList<string> arguments)
    {
        var result = new JsonArray();
        foreach (var carrier in Volatile.Read(ref _carriers).All)
        {
            foreach (var (domain, prefixes) in carrier.Domains)
            {
                foreach (var (prefix, rules) in prefixes.All)
                {
                    foreach (var target in rules.SelectMany(r => r.Targets))
                    {
                        result.Add(new JsonObject
                        {
                            ["carrier"] = carrier.Name,
                            ["domain"] = domain,
                            ["prefix"] = prefix.ToString(),
                            ["host"] = target.Host.ToString(),
                            ["probability"] = target.Probability,
                            ["active"] = target.IsActive,
                        });
                    }
                }
            }
        }
        return result;
    }

    [ControlCommand("cr reload", "", "Reads the file or the tables again.")]
    public JsonNode? ReloadRoutes(IReadOnlyList<string> arguments)
    {
        try
        {
            Volatile.Write(ref _carriers, Database is null ? ReadFile() : ReadTables(Database));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or DatabaseException)
        {
            throw new ControlException($"the routes cannot be read, the old ones stay: {e.Message}");
        }
        return Volatile.Read(ref _carriers).All.Count();
    }

    private Carriers ReadFile()
    {
        var carriers = new Carriers();
        carriers.Add(CarrierFile.Parse(File.ReadAllText(Path.Combine(_folder, ConfigFile)), DefaultTree));
        return carriers;
    }

    private Carriers ReadTables(Database database) => new CarrierTables(database, new CarrierTableNames(
        RouteTable, FailureTable, CarrierTable.Length > 0 ? CarrierTable : _hasDomainNames ? "carrier_name" : "route_tree",
        DomainTable.Length > 0 ? DomainTable : _hasDomainNames ? "domain_name" : "",
        [CarrierColumn, DomainColumn, PrefixColumn, FlagsColumn, MaskColumn, ProbabilityColumn, StripColumn, HostColumn, NewPrefixColumn, NewSuffixColumn, CommentColumn],
        [FailureCarrierColumn, FailureDomainColumn, FailurePrefixColumn, FailureHostColumn, FailureCodeColumn, FailureFlagsColumn, FailureMaskColumn, NextDomainColumn],
        CarrierIdColumn, CarrierNameColumn, DomainIdColumn, DomainNameColumn)).Read();
}
