using System.Globalization;
using ScriptedSip.Data;
using ScriptedSip.Modules.Storage;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.AvpOps;

/// <summary>What avpops does with a database: AVPs that outlive the request, and questions in SQL.</summary>
internal sealed partial class AvpOpsModule : IDatabaseUser
{
    private const int WaitMilliseconds = 5000;

    // The column "type": bit 0 the value is a number, bit 1 the name is.
    private const long NumberValue = 1;
    private const long NumberName = 2;

    private static readonly Outcome NoRows = new(-2);

    private Database? _database;

    [ModParam("db_url", "The database of avp_db_load and its kin.")]
    public string DatabaseUrl { get; set; } = "";

    [ModParam("avp_url", "The same, in early scripts.")]
    public string AvpUrl { get => DatabaseUrl; set => DatabaseUrl = value; }

    [ModParam("avp_table", "Table of AVPs.")]
    public string AvpTable { get; set; } = "usr_preferences";

    [ModParam("use_domain", "1: the domain of a URI counts, too.")]
    public bool UsesDomain { get; set; }

    [ModParam("uuid_column", "Column with the uuid of the owner.")]
    public string UuidColumn { get; set; } = "uuid";

    [ModParam("username_column", "Column with his user name.")]
    public string UserColumn { get; set; } = "username";

    [ModParam("domain_column", "Column with his domain.")]
    public string DomainColumn { get; set; } = "domain";

    [ModParam("attribute_column", "Column with the name of the AVP.")]
    public string AttributeColumn { get; set; } = "attribute";

    [ModParam("value_column", "Column with its value.")]
    public string ValueColumn { get; set; } = "value";

    [ModParam("type_column", "Column with its type: 1 the value is a number, 2 the name is, 3 both, 0 neither.")]
    public string TypeColumn { get; set; } = "type";

    [ModParam("buf_size", "Longest statement; there is no limit.", Ignored = true)]
    public int BufferSize { get; set; }

    [ModParam("avp_aliases", "Other names of AVPs.", Ignored = true)]
    public string AvpAliases { get; set; } = "";

    [ModParam("db_scheme", "Schemes of columns; tables with the standard columns are read.", Ignored = true)]
    public string DatabaseScheme { get; set; } = "";

    /// <summary>True once the script has been seen to call a function that asks the database.</summary>
    public bool AsksDatabase { get; set; }

    /// <inheritdoc/>
    public string? DatabaseInUse => !AsksDatabase ? null : DatabaseUrl.Length > 0 ? DatabaseUrl : Databases.Standard;

    /// <inheritdoc/>
    public override void Started(ModuleHost host)
    {
        if (DatabaseInUse is { } url)
            _database = host.Import<Databases>()!.Open(url);
    }

    /// <inheritdoc/>
    public override string? TakeOver(ScriptModule running) => null;

    [SipFunction("avp_db_load", RouteKinds.Any, "Loads stored AVPs of an owner, one or all; 1, or -1 when there are none.")]
    public Outcome Load(Frame frame, AvpOwner owner, AvpStored which)
    {
        if (!TryKey(frame, owner, out var columns, out var values))
            return Outcome.False;
        if (which.Name != 0)
            (columns, values) = ([.. columns, AttributeColumn], [.. values, PlainName(which.Name)]);
        var shape = new SelectShape(TableOf(which), [AttributeColumn, TypeColumn, ValueColumn], columns);
        var isFound = false;
        foreach (var row in Ask(frame, d => d.Select(shape, values)) ?? [])
        {
            var type = row[1] is long number ? number : 0;
            var isNumberName = (type & NumberName) != 0;
            if (which.Name == 0 && which.Kind != '*' && isNumberName != (which.Kind == 'i'))
                continue;
            var name = which.Name != 0 ? which.Name : AvpList.NameOf((isNumberName ? "i:" : "s:") + row[0]);
            frame.Avps.Add(name, ValueOf(row[2], (type & NumberValue) != 0));
            isFound = true;
        }
        return Outcome.From(isFound);
    }

    [SipFunction("avp_db_store", RouteKinds.Any, "Stores the values of an AVP for an owner, beside those that are stored; 1, or -1 when there are none or they cannot be stored.")]
    public Outcome Store(Frame frame, AvpOwner owner, AvpStored which)
    {
        if (!owner.TryFind(frame, UsesDomain, out var uuid, out var user, out var domain))
            return Outcome.False;
        var shape = new ChangeShape(ChangeKind.Insert, TableOf(which), [UuidColumn, UserColumn, DomainColumn, AttributeColumn, TypeColumn, ValueColumn]);
        var changes = new List<Change>();
        for (var i = 0; i < frame.Avps.Count; i++)
        {
            var (name, value) = frame.Avps.At(i);
            var text = AvpList.TextOf(name);
            var isNumberName = IsNumber(text);
            if (which.Name != 0 ? name != which.Name : which.Kind != '*' && isNumberName != (which.Kind == 'i'))
                continue;
            var type = (value.IsText ? 0 : NumberValue) | (isNumberName ? NumberName : 0);
            changes.Add(new Change(shape, [uuid ?? "", user ?? "", domain ?? "", PlainName(name), type, value.ToString()]));
        }
        return Outcome.From(changes.Count > 0 && Apply(frame, changes));
    }

    [SipFunction("avp_db_delete", RouteKinds.Any, "Deletes stored AVPs of an owner, one or all; -1 when that cannot be done.")]
    public Outcome Forget(Frame frame, AvpOwner owner, AvpStored which)
    {
        if (!TryKey(frame, owner, out var columns, out var values))
            return Outcome.False;
        if (which.Name != 0)
            (columns, values) = ([.. columns, AttributeColumn], [.. values, PlainName(which.Name)]);
        return Outcome.From(Apply(frame, [new Change(new ChangeShape(ChangeKind.Delete, TableOf(which), columns), values)]));
    }

    [SipFunction("avp_db_query", RouteKinds.Any,
        "Runs a statement in SQL; the columns of its rows go to AVPs, the first row on top: 1, -1 error, -2 no rows. Pseudo-variables are bound as parameters, so they can be values only.")]
    public Outcome Query(Frame frame, AvpQuery query, AvpColumns? columns = null)
    {
        var values = query.Values(frame);
        if (Ask(frame, d => d.Query(query.Statement, values)) is not { } rows)
            return Outcome.False;
        for (var i = rows.Count - 1; i >= 0; i--)
        {
            for (var column = 0; column < rows[i].Length && column < (columns?.Names.Length ?? int.MaxValue); column++)
            {
                var name = columns?.Names[column] ?? AvpList.NameOf(string.Create(CultureInfo.InvariantCulture, $"i:{column + 1}"));
                frame.Avps.Add(name, ValueOf(rows[i][column], isNumber: false));
            }
        }
        return rows.Count == 0 && query.IsQuestion ? NoRows : Outcome.True;
    }

    private string TableOf(AvpStored which) => which.Table.Length > 0 ? which.Table : AvpTable;

    private bool TryKey(Frame frame, AvpOwner owner, out string[] columns, out object?[] values)
    {
        var isFound = owner.TryFind(frame, UsesDomain, out var uuid, out var user, out var domain);
        (string Column, string? Value)[] parts = [(UuidColumn, uuid), (UserColumn, user), (DomainColumn, domain)];
        columns = [.. parts.Where(p => p.Value is not null).Select(p => p.Column)];
        values = [.. parts.Where(p => p.Value is not null).Select(p => p.Value)];
        return isFound;
    }

    private List<object?[]>? Ask(Frame frame, Func<Database, List<object?[]>> question)
    {
        if (_database is null)
            return null;
        var answer = frame.Await(_ => _database.Ask(question), WaitMilliseconds);
        if (answer.Failure is DatabaseException { IsUnavailable: false } failure)
            _log.Write(LogLevel.Error, $"avpops: {failure.Message}");
        return answer.Answer;
    }

    private bool Apply(Frame frame, IReadOnlyList<Change> changes) => Ask(frame, d =>
    {
        d.Apply(changes);
        return [];
    }) is not null;

    private static Value ValueOf(object? value, bool isNumber) => value switch
    {
        null => Value.FromText(Utf8Text.From("<null>")),
        long number => Value.FromInt(number),
        string text when isNumber && Value.TryParseInt(System.Text.Encoding.UTF8.GetBytes(text), out var number) => Value.FromInt(number),
        DateTime time => Value.FromText(Utf8Text.From(SqlTime.Format(time))),
        _ => Value.FromText(Utf8Text.From(Convert.ToString(value, CultureInfo.InvariantCulture)!)),
    };

    // "i:5" is stored as 5, with a type that says so.
    private static string PlainName(int name)
    {
        var text = AvpList.TextOf(name);
        return text.StartsWith("i:", StringComparison.Ordinal) ? text[2..] : text;
    }

    private static bool IsNumber(string name) => name.StartsWith("i:", StringComparison.Ordinal) || (name.Length > 0 && name.All(char.IsAsciiDigit));
}
