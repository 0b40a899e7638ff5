using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.Uac;

/// <content>Parameters.</content>
internal sealed partial class UacModule
{
    private const string RegistersNowhere = "This server registers nowhere.";

    [ModParam("restore_mode", "\"auto\": later requests of the dialog and all replies are put right; \"manual\": replies are, requests by uac_restore_from() and uac_restore_to(); \"none\": nothing is. Needs rr with append_fromtag.")]
    [ModParam("from_restore_mode", "The same under its older name.")]
    public string RestoreMode { get; set; } = "auto";

    [ModParam("restore_passwd", "Hides what Record-Route remembers of the URIs.")]
    [ModParam("from_passwd", "The same under its older name.")]
    public string Password { get; set; } = "";

    [ModParam("rr_from_store_param", "Parameter of Record-Route for the URIs of From.")]
    [ModParam("rr_store_param", "The same under its older name.")]
    [ModParam("from_store_param", "The same under its older name.")]
    public string FromParameter { get; set; } = "vsf";

    [ModParam("rr_to_store_param", "Parameter of Record-Route for the URIs of To.")]
    public string ToParameter { get; set; } = "vst";

    [ModParam("force_dialog", "Record-Route remembers the URIs, not the dialog.", Ignored = true)]
    public int ForcesDialog { get; set; }

    [ModParam("restore_dlg", "Record-Route remembers the URIs, not the dialog.", Ignored = true)]
    public int RestoresByDialog { get; set; }

    [ModParam("restore_from_avp", "Record-Route remembers the URIs.", Ignored = true)]
    public string RestoreFromAvp { get; set; } = "";

    [ModParam("restore_to_avp", "Record-Route remembers the URIs.", Ignored = true)]
    public string RestoreToAvp { get; set; } = "";

    [ModParam("reg_db_url", RegistersNowhere, Ignored = true)]
    [ModParam("reg_db_table", RegistersNowhere, Ignored = true)]
    [ModParam("reg_contact_addr", RegistersNowhere, Ignored = true)]
    [ModParam("default_socket", RegistersNowhere, Ignored = true)]
    [ModParam("event_callback", RegistersNowhere, Ignored = true)]
    public string Registration { get; set; } = "";

    [ModParam("reg_timer_interval", RegistersNowhere, Ignored = true)]
    [ModParam("reg_retry_interval", RegistersNowhere, Ignored = true)]
    [ModParam("reg_random_delay", RegistersNowhere, Ignored = true)]
    [ModParam("reg_keep_callid", RegistersNowhere, Ignored = true)]
    [ModParam("reg_active", RegistersNowhere, Ignored = true)]
    [ModParam("reg_gc_interval", RegistersNowhere, Ignored = true)]
    [ModParam("reg_hash_size", RegistersNowhere, Ignored = true)]
    [ModParam("reg_use_domain", RegistersNowhere, Ignored = true)]
    [ModParam("reload_delta", RegistersNowhere, Ignored = true)]
    public int RegistrationTiming { get; set; }
}
