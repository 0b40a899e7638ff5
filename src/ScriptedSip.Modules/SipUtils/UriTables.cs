using ScriptedSip.Data;
using ScriptedSip.Modules.Auth;
using ScriptedSip.Modules.Core;
using ScriptedSip.Modules.Storage;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.SipUtils;

/// <summary>
/// What uri and uri_db ask about users: whether the credentials that were accepted belong to the party a request names, and whether a URI is that
/// of a user. The table <c>uri</c> lists further names of users; without it names are compared.
/// </summary>
internal sealed class UriTables
{
    private readonly IDigestAuthentication? _digest;
    private readonly bool _usesTable;
    private readonly bool _usesDomain;
    private readonly LookupCache? _aliases;
    private readonly LookupCache? _users;

    public UriTables(ModuleHost host, Database? database, UriTableNames names, bool usesTable, bool usesDomain)
    {
        _digest = host.Import<IDigestAuthentication>();
        _usesTable = usesTable;
        _usesDomain = usesDomain;
        if (database is null)
            return;
        string[] whose = usesDomain ? [names.User, names.UriUser, names.Domain] : [names.User, names.UriUser];
        string[] which = usesDomain ? [usesTable ? names.UriUser : names.SubscriberUser, usesTable ? names.Domain : names.SubscriberDomain]
            : [usesTable ? names.UriUser : names.SubscriberUser];
        _aliases = new LookupCache(database, new SelectShape(names.Uris, [names.User], whose), host.Clock, 10_000);
        _users = new LookupCache(database, new SelectShape(usesTable ? names.Uris : names.Subscribers, [usesTable ? names.User : names.SubscriberUser], which), host.Clock, 10_000);
    }

    /// <summary>1 when the user of a URI is the one whose credentials were accepted; where no auth module is loaded, the one the credentials name.</summary>
    public Outcome IsUserOf(Frame frame, Slice uri)
    {
        var name = _digest is null ? CredentialVariables.Part(frame.Message, "username"u8).Text : _digest.AcceptedUser(frame);
        if (name.IsEmpty)
            return Outcome.False;
        var at = name.Span.IndexOf((byte)'@');
        var user = at < 0 ? name : name[new Slice(0, at)];
        var named = UriParts.User(frame.Message.Text(uri)).Text;
        if (!_usesTable || _aliases is null)
            return Outcome.From(!user.IsEmpty && named == user);
        var domain = UriParts.Host(frame.Message.Text(uri)).Text.ToString();
        return Outcome.From(_aliases.Find(frame, _usesDomain ? [user.ToString(), named.ToString(), domain] : [user.ToString(), named.ToString()]) is { Count: > 0 });
    }

    /// <summary>1 when the Request-URI is that of a user.</summary>
    public Outcome Exists(Frame frame)
    {
        var user = UriParts.User(frame.RequestUri).Text;
        if (_users is null || user.IsEmpty)
            return Outcome.False;
        var domain = UriParts.Host(frame.RequestUri).Text.ToString();
        return Outcome.From(_users.Find(frame, _usesDomain ? [user.ToString(), domain] : [user.ToString()]) is { Count: > 0 });
    }
}

/// <summary>Tables and columns, from parameters.</summary>
internal sealed record UriTableNames(string Uris, string User, string Domain, string UriUser, string Subscribers, string SubscriberUser, string SubscriberDomain);
