using ScriptedSip.Modules.Avp;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.AuthDb;

/// <summary>Parameters of auth_db.</summary>
internal sealed partial class AuthDbModule
{
    private const string Own = "A matter of how other servers use their database.";

    [ModParam("calculate_ha1", "1: password_column holds the password; 0: it holds H(user:realm:password).")]
    public bool CalculatesHash { get; set; }

    [ModParam("use_domain", "1: a user is found by name and domain, the one in the user name of the credentials or else the realm; 0: by name alone.")]
    public bool UsesDomain { get; set; }

    [ModParam("user_column", "Column with the user name.")]
    public string UserColumn { get; set; } = "username";

    [ModParam("username_column", "Column with the user name, as SER calls the parameter.")]
    public string UserNameColumn { get => UserColumn; set => UserColumn = value; }

    [ModParam("domain_column", "Column with the domain.")]
    public string DomainColumn { get; set; } = "domain";

    [ModParam("realm_column", "Column with the domain, as SER calls the parameter.")]
    public string RealmColumn { get => DomainColumn; set => DomainColumn = value; }

    [ModParam("password_column", "Column with the secret: H(user:realm:password) by MD5, or with calculate_ha1 the password.")]
    public string PasswordColumn { get; set; } = "ha1";

    [ModParam("plain_password_column", "Column with the password, taken instead of password_column when calculate_ha1 is 1.")]
    public string PlainPasswordColumn { get; set; } = "";

    [ModParam("password_column_2", "Column with H(user@domain:realm:password), for phones that put the domain into the user name.")]
    public string SecondPasswordColumn { get; set; } = "ha1b";

    [ModParam("hash_column_sha256", "Column with H(user:realm:password) by SHA-256 (RFC 8760).")]
    public string Sha256Column { get; set; } = "ha1_sha256";

    [ModParam("load_credentials", "Columns of an accepted user that become AVPs: \"rpid;$avp(mail)=email_address\".")]
    public string LoadCredentials { get; set; } = "";

    [ModParam("cache_ttl", "Seconds an answer of the database is good for, 0 to 3600; unknown users are asked for again after 2. A wrong password is checked anew after one second.")]
    public int CacheSeconds { get; set; } = 10;

    [ModParam("table", "www_authorize() names the table.", Ignored = true)]
    public string Table { get; set; } = "";

    [ModParam("retry_count", "A challenge is sent as often as the script wants it.", Ignored = true)]
    public int RetryCount { get; set; }

    [ModParam("version_table", Own, Ignored = true)]
    public int VersionTable { get; set; } = 1;

    [ModParam("skip_version_check", Own, Ignored = true)]
    public int SkipVersionCheck { get; set; }

    [ModParam("hash_column_sha512t256", "Column of an algorithm that is not offered.", Ignored = true)]
    public string Sha512Column { get; set; } = "";

    [ModParam("uri_user_column", "Column of db_does_uri_exist; user_column is taken.", Ignored = true)]
    public string UriUserColumn { get; set; } = "";

    [ModParam("uri_domain_column", "Column of db_does_uri_exist; domain_column is taken.", Ignored = true)]
    public string UriDomainColumn { get; set; } = "";

    [ModParam("uri_uriuser_column", "Column of db_is_to_authorized and its kin.", Ignored = true)]
    public string UriUserNameColumn { get; set; } = "";

    [ModParam("did_column", Own, Ignored = true)]
    public string DidColumn { get; set; } = "";

    [ModParam("flags_column", Own, Ignored = true)]
    public string FlagsColumn { get; set; } = "";

    [ModParam("use_did", Own, Ignored = true)]
    public int UseDid { get; set; }

    [ModParam("check_all_ha1", Own, Ignored = true)]
    public int CheckAllHa1 { get; set; }

    [ModParam("force_generate_avps", "AVPs are set when the column has a value.", Ignored = true)]
    public int ForceGenerateAvps { get; set; }

    /// <inheritdoc/>
    public override string? Validate(ScriptVersion script)
    {
        if (CacheSeconds is < 0 or > 3600)
            return "auth_db: cache_ttl must be from 0 to 3600";
        return ParseCredentials(LoadCredentials) is null ? "auth_db: load_credentials is a list of columns, column or $avp(name)=column, with semicolons between" : null;
    }

    // "rpid", "$avp(s:rpid)=rpid", and as SER has it "s:rpid".
    private static List<(string Column, int Avp)>? ParseCredentials(string text)
    {
        var loaded = new List<(string, int)>();
        foreach (var part in text.Split([';', '|'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var column = part[(equals + 1)..].Trim();
            var avp = equals < 0 ? AvpList.NameOf(column) : AvpReference.Parse(part[..equals]);
            if (equals >= 0 && avp == 0)
                avp = AvpList.NameOf(part[..equals].Trim());
            if (column.Length == 0 || !column.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
                return null;
            loaded.Add((column, avp));
        }
        return loaded;
    }
}
