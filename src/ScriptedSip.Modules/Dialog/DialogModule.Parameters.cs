using ScriptedSip.Modules.Avp;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Dialog;

/// <content>Parameters.</content>
internal sealed partial class DialogModule
{
    private const string Matched = "Dialogs are found by Call-ID and tags, which needs nothing in Record-Route.";

    [ModParam("default_timeout", "Seconds a dialog may last from its answer. 1 or more.")]
    public int DefaultTimeout { get; set; } = 43200;

    [ModParam("dlg_flag", "Message flag that makes an INVITE's dialog followed.")]
    public ScriptFlag DialogFlag { get; set; }

    [ModParam("timeout_avp", "AVP with the seconds a dialog may last, read when a request of it has been sent on: \"$avp(name)\".")]
    public string TimeoutAvp { get; set; } = "";

    [ModParam("profiles_with_value", "Profiles in which each dialog has a value: names with ; between. May be repeated.")]
    public void AddProfilesWithValue(string names) => _profiles.Declare(names, hasValue: true);

    [ModParam("profiles_no_value", "Profiles that only count dialogs: names with ; between. May be repeated.")]
    public void AddProfiles(string names) => _profiles.Declare(names, hasValue: false);

    [ModParam("send_bye", "1: both parties are sent a BYE when a dialog reaches its timeout.")]
    public bool SendsBye { get; set; }

    [ModParam("bye_on_timeout_flag", "Message flag that asks for the BYE of send_bye for one dialog.")]
    public ScriptFlag ByeFlag { get; set; }

    [ModParam("early_timeout", "Seconds after which a dialog nobody has answered is forgotten. 1 or more.")]
    public int EarlyTimeout { get; set; } = 300;

    [ModParam("dlg_extra_hdrs", "Header lines, each with \\r\\n, of the requests made here: BYE and OPTIONS.")]
    public string ExtraHeaders { get; set; } = "";

    [ModParam("dlg_match_mode", Matched, Ignored = true)]
    public int MatchMode { get; set; }

    [ModParam("rr_param", Matched, Ignored = true)]
    public string RouteParameter { get; set; } = "";

    [ModParam("hash_size", "The table grows as needed.", Ignored = true)]
    public int HashSize { get; set; }

    [ModParam("enable_stats", "$DLG_count is always there.", Ignored = true)]
    public int EnableStats { get; set; }

    [ModParam("detect_spirals", "A request that comes back is part of the dialog it belongs to.", Ignored = true)]
    public int DetectSpirals { get; set; }

    public override string? Validate(ScriptVersion script)
    {
        if (DefaultTimeout < 1 || EarlyTimeout < 1 || KeepAliveInterval < 1 || KeepAliveLimit < 1)
            return "dialog: default_timeout, early_timeout, ka_interval and ka_failed_limit must be 1 or more";
        if (DatabaseMode is < 0 or > 3 || UpdatePeriod < 1)
            return "dialog: db_mode must be 0 to 3, and db_update_period 1 or more";
        return TimeoutAvp.Length > 0 && AvpReference.Parse(TimeoutAvp) == 0 ? "dialog: timeout_avp must be of the form $avp(name)" : null;
    }
}
