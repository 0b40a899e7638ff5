using System.Collections.Concurrent;
using System.Text;
using ScriptedSip.Data;
using ScriptedSip.Modules.Auth;
using ScriptedSip.Modules.Core;
using ScriptedSip.Modules.Storage;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Text;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.AuthDb;

/// <summary>
/// auth_db: digest authentication (RFC 3261 22, RFC 8760) of the users in a table. What the credentials say is looked at first; the database is
/// asked only for those with a nonce that is good, and its answers are remembered for some seconds.
/// </summary>
[NotOffered("db_get_auth_id", "the user whose credentials were accepted is $au")]
[RequiresModule("auth")]
[RequiresModule("auth")]
internal sealed partial class AuthDbModule : DatabaseModule
{
    // A password may just have been changed; who guesses passwords makes one question a second for each user.
    private const int RecheckMilliseconds = 1000;

    private readonly ConcurrentDictionary<(string Table, string Column), LookupCache> _caches = new();
    private List<(string Column, int Avp)> _loaded = [];
    private IDigestAuthentication _digest = null!;
    private ModuleHost _host = null!;

    /// <inheritdoc/>
    public override void Start(ModuleHost host)
    {
        base.Start(host);
        _host = host;
        _loaded = ParseCredentials(LoadCredentials) ?? [];
    }

    /// <inheritdoc/>
    public override void Started(ModuleHost host) =>
        _digest = host.Import<IDigestAuthentication>() ?? throw new DatabaseException("auth_db: the script must load auth as well");

    /// <inheritdoc/>
    public override string? TakeOver(ScriptModule running) => null;

    /// <inheritdoc/>
    public override void Reloaded(ModuleHost host) => Started(host);

    [ResultMatters]
    [SipFunction("www_authorize", RouteKinds.Request,
        "Checks the Authorization of a realm (empty: the domain of To) against a table of users: 1; -1 unknown user, -2 wrong password, -3 stale nonce, -4 no credentials, -5 error. Kamailio scripts see its codes: -1 error, -2 wrong password, -3 unknown user, -4 stale, -5 none, -6 nonce used.")]
    public Outcome AuthorizeUser(Frame frame, Utf8Text realm, Utf8Text table) => InDialect(frame, Authenticate(frame, HeaderId.Authorization, realm, table, default));

    [ResultMatters]
    [SipFunction("proxy_authorize", RouteKinds.Request, "As www_authorize, for Proxy-Authorization; an empty realm is the domain of From.")]
    public Outcome AuthorizeProxyUser(Frame frame, Utf8Text realm, Utf8Text table) =>
        InDialect(frame, Authenticate(frame, HeaderId.ProxyAuthorization, realm, table, default));

    [ResultMatters]
    [SipFunction("www_authenticate", RouteKinds.Request,
        "Checks the Authorization of a realm against a table of users: 1; -1 error, -2 wrong password, -3 unknown user, -4 stale nonce, -5 no credentials, -6 nonce used before.")]
    public Outcome AuthenticateUser(Frame frame, Utf8Text realm, Utf8Text table) => Authenticate(frame, HeaderId.Authorization, realm, table, default);

    [ResultMatters]
    [SipFunction("www_authenticate", RouteKinds.Request, "The same, with the method the credentials were made for.")]
    public Outcome AuthenticateUser(Frame frame, Utf8Text realm, Utf8Text table, Utf8Text method) => Authenticate(frame, HeaderId.Authorization, realm, table, method);

    [ResultMatters]
    [SipFunction("proxy_authenticate", RouteKinds.Request, "As www_authenticate, for Proxy-Authorization.")]
    public Outcome AuthenticateProxyUser(Frame frame, Utf8Text realm, Utf8Text table) => Authenticate(frame, HeaderId.ProxyAuthorization, realm, table, default);

    [ResultMatters]
    [SipFunction("auth_check", RouteKinds.Request,
        "www_authenticate for a REGISTER, proxy_authenticate for others; with flag 1 also -8 when the user is not that of To (REGISTER) or From, with flag 2 not for other domains.")]
    public Outcome CheckUser(Frame frame, Utf8Text realm, Utf8Text table, int flags)
    {
        var isRegister = frame.Message.Method == SipMethod.Register;
        var outcome = Authenticate(frame, isRegister ? HeaderId.Authorization : HeaderId.ProxyAuthorization, realm, table, default);
        if (outcome.Code < 0 || (flags & 1) == 0 || _digest.AcceptedUser(frame).IsEmpty)
            return outcome;
        var uri = frame.Message.Text(isRegister ? frame.Message.To.Uri : frame.Message.From.Uri);
        return IsOwner(frame, uri) ? outcome : new Outcome(-8);
    }

    [ResultMatters]
    [SipFunction("is_subscriber", RouteKinds.Any, "1 when the table has the user of a URI (flag 1: and its domain), else -1; the credentials to load become AVPs.")]
    public Outcome IsSubscriber(Frame frame, Utf8Text uri, Utf8Text table, int flags) => Outcome.From(Find(frame, uri, table, UsesDomain || (flags & 1) != 0));

    [ResultMatters]
    [SipFunction("db_does_uri_exist", RouteKinds.Request | RouteKinds.Failure | RouteKinds.Local, "1 when the table has the user of a URI, else -1.")]
    public Outcome DoesUriExist(Frame frame, Utf8Text uri, Utf8Text table) => Outcome.From(Find(frame, uri, table, UsesDomain));

    [ResultMatters]
    [SipFunction("db_is_to_authorized", RouteKinds.Request, "1 when the user of the accepted credentials is that of To, else -1.")]
    public Outcome IsToAuthorized(Frame frame, Utf8Text table) => Outcome.From(IsOwner(frame, frame.Message.Text(frame.Message.To.Uri)));

    [ResultMatters]
    [SipFunction("db_is_from_authorized", RouteKinds.Request, "1 when the user of the accepted credentials is that of From, else -1.")]
    public Outcome IsFromAuthorized(Frame frame, Utf8Text table) => Outcome.From(IsOwner(frame, frame.Message.Text(frame.Message.From.Uri)));

    private Outcome Authenticate(Frame frame, HeaderId header, Utf8Text realm, Utf8Text table, Utf8Text method)
    {
        var inspected = _digest.Inspect(frame, header, realm, out var userName, out var usedRealm, out var algorithm);
        if (inspected < 0)
            return new Outcome(inspected);
        if (userName.IsEmpty)
            return Outcome.True;
        var (user, domain) = Split(userName, usedRealm);
        var column = ColumnOf(algorithm, hasDomain: userName.Length != user.Length);
        var cache = CacheOf(table.ToString(), column, UsesDomain);
        string[] key = UsesDomain ? [user.ToString(), domain.ToString()] : [user.ToString()];
        var age = cache.AgeOf(key);
        if (cache.Find(frame, key) is not { } rows)
            return Outcome.False;
        var outcome = Check(frame, header, realm, rows, method);
        if (outcome.Code is not (-2 or -3) || age is < RecheckMilliseconds or long.MaxValue)
            return outcome;
        return cache.FindAnew(frame, key) is { } newRows ? Check(frame, header, realm, newRows, method) : outcome;
    }

    private Outcome Check(Frame frame, HeaderId header, Utf8Text realm, List<object?[]> rows, Utf8Text method)
    {
        if (rows.Count == 0)
            return new Outcome(-3);
        var secret = Encoding.UTF8.GetBytes(Convert.ToString(rows[0][0], System.Globalization.CultureInfo.InvariantCulture) ?? "");
        // An empty column is no empty password.
        if (secret.Length == 0)
            return new Outcome(-2);
        var message = frame.Message;
        var outcome = _digest.Check(frame, header, realm, secret, !CalculatesHash, method.IsEmpty ? message[message.MethodText] : method.Span);
        if (outcome.Code > 0)
            Load(frame, rows[0]);
        return outcome;
    }

    private bool Find(Frame frame, Utf8Text uri, Utf8Text table, bool withDomain)
    {
        var user = UriParts.User(uri);
        if (user.IsNull)
            return false;
        var cache = CacheOf(table.ToString(), UserColumn, withDomain);
        string[] key = withDomain ? [user.Text.ToString(), UriParts.Host(uri).Text.ToString()] : [user.Text.ToString()];
        if (cache.Find(frame, key) is not [var row, ..])
            return false;
        Load(frame, row);
        return true;
    }

    private void Load(Frame frame, object?[] row)
    {
        for (var i = 0; i < _loaded.Count; i++)
        {
            if (row[i + 1] is { } value)
                frame.Avps.Add(_loaded[i].Avp, value is long number ? Value.FromInt(number) : Value.FromText(Utf8Text.From(value.ToString()!)));
        }
    }

    private bool IsOwner(Frame frame, Utf8Text uri)
    {
        var accepted = _digest.AcceptedUser(frame);
        if (accepted.IsEmpty)
            return false;
        var (user, domain) = Split(accepted, _digest.AcceptedRealm(frame));
        return UriParts.User(uri).Text == user && (!UsesDomain || domain.EqualsIgnoreCase(UriParts.Host(uri).Text.Span));
    }

    private static (Utf8Text User, Utf8Text Domain) Split(Utf8Text userName, Utf8Text realm)
    {
        var at = userName.Span.IndexOf((byte)'@');
        return at < 0 ? (userName, realm) : (userName[new Slice(0, at)], userName[Slice.Between(at + 1, userName.Length)]);
    }

    private string ColumnOf(DigestAlgorithm algorithm, bool hasDomain)
    {
        if (CalculatesHash)
            return PlainPasswordColumn.Length > 0 ? PlainPasswordColumn : PasswordColumn;
        return algorithm is DigestAlgorithm.Sha256 or DigestAlgorithm.Sha256Session ? Sha256Column : hasDomain ? SecondPasswordColumn : PasswordColumn;
    }

    private LookupCache CacheOf(string table, string column, bool withDomain) => _caches.GetOrAdd((table + (withDomain ? "@" : ""), column), _ => new LookupCache(
        Database!, new SelectShape(table, [column, .. _loaded.Select(l => l.Column)], withDomain ? [UserColumn, DomainColumn] : [UserColumn]), _host.Clock, CacheSeconds * 1000));

    // From the codes of Kamailio to those of OpenSER and OpenSIPS.
    private static Outcome InDialect(Frame frame, Outcome outcome)
    {
        if (frame.Script.Settings.Dialect == ScriptDialect.Kamailio)
            return outcome;
        return outcome.Code switch
        {
            1 => Outcome.True,
            -1 => new Outcome(-5),
            -2 => new Outcome(-2),
            -3 => new Outcome(-1),
            -4 or -6 => new Outcome(-3),
            _ => new Outcome(-4),
        };
    }
}
