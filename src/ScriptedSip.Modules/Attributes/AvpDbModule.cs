using ScriptedSip.Data;
using ScriptedSip.Modules.Core;
using ScriptedSip.Modules.Storage;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Attributes;

/// <summary>avp_db: the attributes of users, URIs and whatever else a script keeps some for, from SER 2.0's tables.</summary>
[NotOffered("read_attrs write_attrs lock_attrs unlock_attrs", "attributes are kept in groups here: load_extra_attrs(), save_extra_attrs()")]
internal sealed class AvpDbModule : DatabaseModule
{
    private const int WaitMilliseconds = 5000;
    private const RouteKinds Anywhere = RouteKinds.Request | RouteKinds.OnReply | RouteKinds.Failure;

    private readonly Dictionary<string, AttributeGroup> _groups = new(StringComparer.Ordinal);
    private readonly List<GroupArgument> _used = [];
    private string? _mistake;
    private LookupCache _users = null!;
    private LookupCache _uris = null!;
    private ScriptLog _log = null!;

    [ModParam("user_attrs_table", "Table of attributes of users.")]
    public string UserTable { get; set; } = "user_attrs";

    [ModParam("uri_attrs_table", "Table of attributes of URIs.")]
    public string UriTable { get; set; } = "uri_attrs";

    [ModParam("uid_column", "Column with the user's id.")]
    public string UidColumn { get; set; } = "uid";

    [ModParam("username_column", "Column with the user part of the URI.")]
    public string UserColumn { get; set; } = "username";

    [ModParam("did_column", "Column with the domain's id.")]
    public string DidColumn { get; set; } = "did";

    [ModParam("scheme_column", "Column with the scheme of the URI.")]
    public string SchemeColumn { get; set; } = "scheme";

    [ModParam("name_column", "Column with the name.")]
    public string NameColumn { get; set; } = "name";

    [ModParam("type_column", "Column with the type: 0 number, 2 text.")]
    public string TypeColumn { get; set; } = "type";

    [ModParam("value_column", "Column with the value.")]
    public string ValueColumn { get; set; } = "value";

    [ModParam("flags_column", "Column with flags: 1 for the server, 2 disabled.")]
    public string FlagsColumn { get; set; } = "flags";

    [ModParam("auto_unlock_extra_attrs", "1: what a run has locked is unlocked at its end; it always is.", Ignored = true)]
    public int UnlocksItself { get; set; }

    [ModParam("attr_group", "Attributes kept under a key of the script's own: \"id=x,table=name,flag=name\", and key_column, name_column, type_column, value_column, flags_column.")]
    public void AddGroup(string text)
    {
        if (AttributeGroup.Parse(text) is { } group)
            _groups[group.Id] = group;
        else
            _mistake ??= $"avp_db: \"{text}\" is no group of attributes: id, table and flag are needed, as in id=x,table=name,flag=name";
    }

    /// <summary>Told of a group a script uses while it is loaded.</summary>
    public void Uses(GroupArgument group) => _used.Add(group);

    /// <inheritdoc/>
    public override string? Validate(ScriptVersion script)
    {
        var mistake = _mistake ?? _used.Select(group => group.Settle(_groups.GetValueOrDefault(group.Id), script)).FirstOrDefault(static sentence => sentence is not null);
        _used.Clear();
        return mistake;
    }

    /// <inheritdoc/>
    public override void Start(ModuleHost host)
    {
        base.Start(host);
        _log = host.Log;
        string[] columns = [NameColumn, TypeColumn, ValueColumn, FlagsColumn];
        _users = new LookupCache(Database!, new SelectShape(UserTable, columns, [UidColumn]), host.Clock, 10_000);
        _uris = new LookupCache(Database!, new SelectShape(UriTable, columns, [UserColumn, DidColumn, SchemeColumn]), host.Clock, 10_000);
    }

    /// <inheritdoc/>
    public override string? TakeOver(ScriptModule running) => null;

    [SipFunction("load_attrs", RouteKinds.Request | RouteKinds.Failure,
        "Loads attributes from the tables: \"$fu\" or \"$tu\" those of the user whose id follows, \"$fr\" or \"$tr\" those of the URI that follows; 1, or -1 when there are none.")]
    public Outcome Load(Frame frame, AttributeClass @class, SourceArgument of)
    {
        var owner = of.Read(frame);
        if (owner.IsEmpty)
            return Outcome.False;
        List<object?[]>? rows;
        if (@class.IsUri)
        {
            if (!UriParser.TryParse(owner.Span, out var uri))
                return Outcome.False;
            var did = frame.Avps.Get(AvpList.NameOf(@class.Name[0] + "d.did")).ToText(frame.Arena);
            rows = _uris.Find(frame, owner[uri.User].ToString(), did.IsEmpty ? owner[uri.Host].ToString() : did.ToString(), owner[uri.SchemeText].ToString());
        }
        else
        {
            rows = _users.Find(frame, owner.ToString());
        }
        return Outcome.From(Add(frame, rows, @class.Name));
    }

    [SipFunction("load_extra_attrs", Anywhere, "Loads the attributes of a group kept under a key, and sets the group's flag on them; 1, or -1 when there are none.")]
    public Outcome LoadGroup(Frame frame, GroupArgument group, SourceArgument key)
    {
        var columns = group.Group;
        var id = key.Read(frame).ToString();
        var rows = Ask(frame, d => d.Select(new SelectShape(columns.Table, [columns.Name, columns.Type, columns.Value], [columns.Key]), id));
        if (rows is null)
            return Outcome.False;
        foreach (var row in rows)
        {
            var name = SerAttributes.ToWrite("f", row[0] as string ?? "");
            frame.Avps.Add(name, AttributeRows.ValueOf(row[1], row[2]));
            frame.Avps.MarkAt(frame.Avps.Count - 1, group.Mask, isSet: true);
        }
        return Outcome.From(rows.Count > 0);
    }

    [SipFunction("save_extra_attrs", Anywhere, "Keeps all attributes that have the group's flag under a key, in the place of what was kept there; -1 when that cannot be done.")]
    public Outcome SaveGroup(Frame frame, GroupArgument group, SourceArgument key)
    {
        var id = key.Read(frame).ToString();
        var columns = group.Group;
        var changes = new List<Change> { new(new ChangeShape(ChangeKind.Delete, columns.Table, [columns.Key]), [id]) };
        var shape = new ChangeShape(ChangeKind.Insert, columns.Table, [columns.Key, columns.Name, columns.Type, columns.Value, columns.Flags]);
        for (var i = 0; i < frame.Avps.Count; i++)
        {
            if ((frame.Avps.FlagsAt(i) & group.Mask) == 0)
                continue;
            var (name, value) = frame.Avps.At(i);
            var text = AvpList.TextOf(name);
            changes.Add(new Change(shape, [id, text[(text.IndexOf('.', StringComparison.Ordinal) + 1)..], AttributeRows.TypeOf(value), value.ToString(), AttributeRows.ForServer]));
        }
        return Outcome.From(Change(frame, changes));
    }

    [SipFunction("remove_extra_attrs", Anywhere, "Forgets what a group keeps under a key; -1 when that cannot be done.")]
    public Outcome RemoveGroup(Frame frame, GroupArgument group, SourceArgument key) =>
        Outcome.From(Change(frame, [new(new ChangeShape(ChangeKind.Delete, group.Group.Table, [group.Group.Key]), [key.Read(frame).ToString()])]));

    [SipFunction("lock_extra_attrs", Anywhere, "Waits until no other run holds this key of the group, for five seconds at most, and holds it until it is unlocked or the run ends; -1 after that time.")]
    public Outcome Lock(Frame frame, GroupArgument group, SourceArgument key) =>
        Outcome.From(group.Group.Locks.Enter(frame, key.Read(frame).ToString(), WaitMilliseconds));

    [SipFunction("unlock_extra_attrs", Anywhere, "Lets go of a key; 1.")]
    public Outcome Unlock(Frame frame, GroupArgument group, SourceArgument key)
    {
        group.Group.Locks.Leave(frame, key.Read(frame).ToString());
        return Outcome.True;
    }

    private static bool Add(Frame frame, List<object?[]>? rows, string @class)
    {
        var isFound = false;
        foreach (var row in rows ?? [])
        {
            if (!AttributeRows.IsUsable(row[3]))
                continue;
            frame.Avps.Add(SerAttributes.ToWrite(@class, row[0] as string ?? ""), AttributeRows.ValueOf(row[1], row[2]));
            isFound = true;
        }
        return isFound;
    }

    private bool Change(Frame frame, List<Change> changes) => Ask(frame, d =>
    {
        d.Apply(changes);
        return [];
    }) is not null;

    private List<object?[]>? Ask(Frame frame, Func<Database, List<object?[]>> question)
    {
        var answer = frame.Await(_ => Database!.Ask(question), WaitMilliseconds);
        if (answer.Failure is DatabaseException { IsUnavailable: false } failure)
            _log.Write(LogLevel.Error, $"avp_db: {failure.Message}");
        return answer.Answer;
    }
}

/// <summary>Whose attributes are loaded: "$fu", "$tu", "$fr", "$tr".</summary>
internal sealed class AttributeClass : IParsedArgument<AttributeClass>
{
    public static string Form => "\"$fu\" or \"$tu\" for a user, \"$fr\" or \"$tr\" for a URI";

    /// <summary>Without the sign.</summary>
    public required string Name { get; init; }

    public bool IsUri => Name[1] == 'r';

    public static AttributeClass? Parse(ArgumentText argument)
    {
        var name = argument.Text.Trim().TrimStart('$', '%');
        return name is "fu" or "tu" or "fr" or "tr" ? new AttributeClass { Name = name } : null;
    }
}
