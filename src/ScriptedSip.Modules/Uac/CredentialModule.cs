using ScriptedSip.Modules.Avp;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Uac;

/// <summary>User and password for a realm; the password may be given as H(user:realm:password).</summary>
internal readonly record struct Credential(Utf8Text User, Utf8Text Password);

/// <summary>Credentials to answer challenges with. Exported by uac_auth.</summary>
internal interface ICredentials
{
    bool TryFind(Frame frame, Utf8Text realm, out Credential credential);
}

/// <summary>A module that can be told credentials: in a list, and by the script in attributes, which come first.</summary>
internal abstract class CredentialModule : ScriptModule, ICredentials
{
    private readonly List<(Utf8Text Realm, Credential Credential)> _all = [];
    private int _realmName;
    private int _userName;
    private int _passwordName;
    private string? _malformed;

    [ModParam("auth_realm_avp", "AVP with the realm the other two are for; when it is not set they are for any: \"$avp(realm)\".")]
    public string RealmAvp { get; set; } = "";

    [ModParam("auth_username_avp", "AVP with the user: \"$avp(user)\".")]
    public string UserAvp { get; set; } = "";

    [ModParam("auth_password_avp", "AVP with his password: \"$avp(password)\".")]
    public string PasswordAvp { get; set; } = "";

    [ModParam("credential", "\"user:realm:password\"; may be repeated.")]
    public void AddCredential(string text)
    {
        if (text.Split(':', 3) is not [{ Length: > 0 } user, { Length: > 0 } realm, var password])
            _malformed = "credential must be of the form user:realm:password";
        else
            _all.Add((Utf8Text.From(realm), new Credential(Utf8Text.From(user), Utf8Text.From(password))));
    }

    /// <inheritdoc/>
    public override string? Validate(ScriptVersion script)
    {
        foreach (var name in new[] { RealmAvp, UserAvp, PasswordAvp })
        {
            if (name.Length > 0 && AvpReference.Parse(name) == 0)
                return "uac: auth_realm_avp, auth_username_avp and auth_password_avp must be of the form $avp(name)";
        }
        return _malformed is null ? null : "uac: " + _malformed;
    }

    /// <inheritdoc/>
    public override string? TakeOver(ScriptModule running) => null;

    /// <inheritdoc/>
    public override void Start(ModuleHost host)
    {
        _realmName = AvpReference.Parse(RealmAvp);
        _userName = AvpReference.Parse(UserAvp);
        _passwordName = AvpReference.Parse(PasswordAvp);
    }

    /// <inheritdoc/>
    public bool TryFind(Frame frame, Utf8Text realm, out Credential credential)
    {
        if (TryRead(frame, _userName, out var user) && TryRead(frame, _passwordName, out var password)
            && (!TryRead(frame, _realmName, out var only) || only == realm))
        {
            credential = new Credential(user, password);
            return true;
        }
        foreach (var known in _all)
        {
            if (known.Realm == realm)
            {
                credential = known.Credential;
                return true;
            }
        }
        credential = default;
        return false;
    }

    private static bool TryRead(Frame frame, int name, out Utf8Text text)
    {
        text = default;
        if (name == 0 || frame.Avps.Get(name) is not { IsNull: false } value)
            return false;
        text = value.ToText(frame.Arena);
        return true;
    }
}

/// <summary>uac_auth: the credentials of uac in a module of their own, as OpenSIPS has them.</summary>
internal sealed class UacAuthModule : CredentialModule
{
    /// <inheritdoc/>
    public override void Start(ModuleHost host)
    {
        base.Start(host);
        host.Export<ICredentials>(this);
    }

    /// <inheritdoc/>
    public override void Reloaded(ModuleHost host) => host.Export<ICredentials>(this);
}
