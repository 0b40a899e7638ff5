using System.Text.RegularExpressions;
using ScriptedSip.Data;
using ScriptedSip.Modules.Auth;
using ScriptedSip.Modules.Core;
using ScriptedSip.Modules.Storage;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Group;

/// <summary>group: which users belong to which group, by name (table grp) or by expressions over their URI (table re_grp).</summary>
[NotOffered("aaa_is_user_in", "there is no RADIUS or Diameter here")]
internal sealed class GroupModule : DatabaseModule
{
    private const RouteKinds Routes = RouteKinds.RequestOrFailureOrBranch | RouteKinds.Local;

    private IDigestAuthentication? _digest;
    private LookupCache _members = null!;
    private TableSnapshot<List<(Regex Expression, long Group)>>? _expressions;

    [ModParam("table", "Table of user names and groups.")]
    public string Table { get; set; } = "grp";

    [ModParam("use_domain", "1: user and domain make a member; 0: the user alone.")]
    public bool UsesDomain { get; set; }

    [ModParam("user_column", "Column with the user.")]
    public string UserColumn { get; set; } = "username";

    [ModParam("domain_column", "Column with the domain.")]
    public string DomainColumn { get; set; } = "domain";

    [ModParam("group_column", "Column with the group.")]
    public string GroupColumn { get; set; } = "grp";

    [ModParam("re_table", "Table of expressions and group numbers; empty for none.")]
    public string ExpressionTable { get; set; } = "";

    [ModParam("re_exp_column", "Column with the expression.")]
    public string ExpressionColumn { get; set; } = "reg_exp";

    [ModParam("re_gid_column", "Column with the group number.")]
    public string NumberColumn { get; set; } = "group_id";

    [ModParam("multiple_gid", "1: all groups whose expression matches, 0: the first.")]
    public bool GivesAll { get; set; } = true;

    [ModParam("aaa_url", "Group servers other than the database are not asked.", Ignored = true)]
    public string AaaUrl { get; set; } = "";

    /// <inheritdoc/>
    public override void Start(ModuleHost host)
    {
        base.Start(host);
        string[] where = UsesDomain ? [UserColumn, DomainColumn, GroupColumn] : [UserColumn, GroupColumn];
        _members = new LookupCache(Database!, new SelectShape(Table, [GroupColumn], where), host.Clock, 10_000);
        if (ExpressionTable.Length == 0)
            return;
        _expressions = new(Database!, new SelectShape(ExpressionTable, [ExpressionColumn, NumberColumn], []), Read, []);
        _expressions.Begin(host);
    }

    /// <inheritdoc/>
    public override void Started(ModuleHost host) => _digest = host.Import<IDigestAuthentication>();

    /// <inheritdoc/>
    public override void Reloaded(ModuleHost host) => Started(host);

    [ResultMatters]
    [SipFunction("is_user_in", Routes,
        "1 when the user of \"Request-URI\", \"To\", \"From\", \"Credentials\", or of a URI in a variable, belongs to a group, else -1.", Aliases = "db_is_user_in")]
    public Outcome IsUserIn(Frame frame, Utf8Text whose, Utf8Text group)
    {
        if (!TryFind(frame, whose, out var user, out var domain))
            return Outcome.False;
        var rows = UsesDomain ? _members.Find(frame, user.ToString(), domain.ToString(), group.ToString()) : _members.Find(frame, user.ToString(), group.ToString());
        return Outcome.From(rows is { Count: > 0 });
    }

    [SipFunction("get_user_group", Routes,
        "Writes the numbers of the groups whose expression matches \"sip:user@domain\" of the URI named into an AVP; -1 when none does.", Aliases = "db_get_user_group")]
    public Outcome GetGroups(Frame frame, Utf8Text whose, VariableRef result)
    {
        if (_expressions is null || !TryFind(frame, whose, out var user, out var domain))
            return Outcome.False;
        var isFound = false;
        foreach (var (expression, number) in _expressions.Current)
        {
            if (!expression.IsMatch($"sip:{user}@{domain}"))
                continue;
            result.Set(frame, AssignKind.Set, Value.FromInt(number));
            isFound = true;
            if (!GivesAll)
                break;
        }
        return Outcome.From(isFound);
    }

    private bool TryFind(Frame frame, Utf8Text whose, out Utf8Text user, out Utf8Text domain)
    {
        var message = frame.Message;
        user = domain = default;
        if (whose.EqualsIgnoreCase("Credentials"u8))
        {
            // Credentials nobody has verified are nobody's.
            var name = _digest?.AcceptedUser(frame) ?? default;
            var at = name.Span.IndexOf((byte)'@');
            user = at < 0 ? name : name[new Slice(0, at)];
            domain = at < 0 ? _digest?.AcceptedRealm(frame) ?? default : name[Slice.Between(at + 1, name.Length)];
            return !user.IsEmpty;
        }
        var uri = whose.EqualsIgnoreCase("Request-URI"u8) ? frame.RequestUri
            : whose.EqualsIgnoreCase("To"u8) ? message.Text(message.To.Uri)
            : whose.EqualsIgnoreCase("From"u8) ? message.Text(message.From.Uri)
            : whose;
        user = UriParts.User(uri).Text;
        domain = UriParts.Host(uri).Text;
        return !user.IsEmpty;
    }

    private static List<(Regex, long)> Read(List<object?[]> rows)
    {
        var expressions = new List<(Regex, long)>();
        foreach (var row in rows)
        {
            try
            {
                expressions.Add((new Regex(row[0] as string ?? "", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant), row[1] is long number ? number : 0));
            }
            catch (Exception e) when (e is ArgumentException or NotSupportedException)
            {
                // Another row may still be right.
                continue;
            }
        }
        return expressions;
    }
}
