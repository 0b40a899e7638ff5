using System.Security.Cryptography;
using System.Text;
using ScriptedSip.Modules.Avp;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Auth;

/// <summary>Parameters of auth.</summary>
internal sealed partial class AuthModule
{
    private const int LargestCountTable = 16 * 1024 * 1024;

    [ModParam("secret", "Key the nonces are signed with; a random one of each start when empty. Servers that share it know each other's nonces.")]
    public string Secret { get; set; } = "";

    [ModParam("nonce_expire", "Seconds a nonce is good for, 1 or more.")]
    public int NonceExpire { get; set; } = 300;

    [ModParam("nonce_auth_max_drift", "Seconds a nonce may come from the future, of another server with the same secret.")]
    public int NonceMaxDrift { get; set; } = 3;

    [ModParam("qop", "Protection offered in challenges that name none: \"auth\", \"auth-int\", both with a comma, or empty for none.")]
    public string Qop { get; set; } = "";

    [ModParam("algorithm", "Hash algorithm: MD5, MD5-sess, SHA-256 or SHA-256-sess. Empty is MD5 without saying so in challenges.")]
    public string Algorithm { get; set; } = "";

    [ModParam("realm_prefix", "Text removed from the front of a realm that is taken from the To or From header.")]
    public string RealmPrefix { get; set; } = "";

    [ModParam("nonce_count", "1: credentials whose nonce and nc came before are refused (-6).")]
    public bool CountsNonces { get; set; }

    [ModParam("one_time_nonce", "1: a nonce is good for one request only.")]
    public bool OneTimeNonces { get; set; }

    [ModParam("nc_array_size", "Nonces remembered by nonce_count and one_time_nonce, 1 to 16777216, eight bytes each; an older one counts as stale.")]
    public int CountedNonces { get; set; } = 1024 * 1024;

    [ModParam("auth_checks_register", "What a nonce of a REGISTER is bound to: 1 Request-URI, 2 Call-ID, 4 From tag, 8 source address.")]
    public int RegisterBinding { get; set; }

    [ModParam("auth_checks_no_dlg", "The same for other requests outside of dialogs.")]
    public int OutsideBinding { get; set; }

    [ModParam("auth_checks_in_dlg", "The same for requests within dialogs.")]
    public int DialogBinding { get; set; }

    [ModParam("calculate_ha1", "For pv_www_authorize and pv_proxy_authorize: 1 when password_spec holds the password, 0 when it holds H(user:realm:password).")]
    public bool CalculatesHash { get; set; }

    [ModParam("username_spec", "AVP with the user name that pv_www_authorize and pv_proxy_authorize expect: \"$avp(name)\".")]
    public string UserNameSpec { get; set; } = "$avp(s:username)";

    [ModParam("password_spec", "AVP with its password: \"$avp(name)\".")]
    public string PasswordSpec { get; set; } = "$avp(s:password)";

    [ModParam("force_stateless_reply", "1: challenges are sent without a transaction.")]
    public bool RepliesStatelessly { get; set; }

    [ModParam("disable_nonce_check", "Whether a nonce may be used again; nonce_count and one_time_nonce decide.", Ignored = true)]
    public int DisableNonceCheck { get; set; }

    [ModParam("nonce_reuse", "Whether a nonce may be used again; nonce_count and one_time_nonce decide.", Ignored = true)]
    public int NonceReuse { get; set; }

    [ModParam("nc_array_order", "The size of the table as a power of two; nc_array_size decides.", Ignored = true)]
    public int CountedNoncesOrder { get; set; }

    [ModParam("nid_pool_no", "Partitions of the table; there is one.", Ignored = true)]
    public int Pools { get; set; }

    [ModParam("otn_in_flight_no", "The table of one-time nonces; nc_array_size holds for it too.", Ignored = true)]
    public int InFlight { get; set; }

    [ModParam("otn_in_flight_order", "The table of one-time nonces; nc_array_size holds for it too.", Ignored = true)]
    public int InFlightOrder { get; set; }

    /// <inheritdoc/>
    public override string? Validate(ScriptVersion script)
    {
        if (NonceExpire < 1 || NonceMaxDrift < 0)
            return "auth: nonce_expire must be 1 or more and nonce_auth_max_drift 0 or more";
        if (!TryParseQop(Encoding.UTF8.GetBytes(Qop), out _))
            return "auth: qop must be auth, auth-int, \"auth,auth-int\" or empty";
        if (Algorithm.Length > 0 && !DigestAlgorithms.TryParse(Encoding.UTF8.GetBytes(Algorithm), out _))
            return "auth: algorithm must be MD5, MD5-sess, SHA-256 or SHA-256-sess";
        if (CountedNonces is < 1 or > LargestCountTable)
            return "auth: nc_array_size must be from 1 to 16777216";
        if (RegisterBinding is < 0 or > 15 || OutsideBinding is < 0 or > 15 || DialogBinding is < 0 or > 15)
            return "auth: auth_checks parameters must be from 0 to 15";
        return AvpReference.Parse(UserNameSpec) == 0 || AvpReference.Parse(PasswordSpec) == 0
            ? "auth: username_spec and password_spec must be of the form $avp(name)"
            : null;
    }

    private NonceSource NewNonces(ModuleHost host) => new(
        Secret.Length == 0 ? RandomNumberGenerator.GetBytes(32) : Encoding.UTF8.GetBytes(Secret),
        NonceExpire, NonceMaxDrift, CountsNonces || OneTimeNonces ? CountedNonces : 0, OneTimeNonces, host.Clock);

    private NonceBinding BindingOf(SipMessage request) =>
        (NonceBinding)(request.Method == SipMethod.Register ? RegisterBinding : request.To.Tag.IsPresent ? DialogBinding : OutsideBinding);
}
