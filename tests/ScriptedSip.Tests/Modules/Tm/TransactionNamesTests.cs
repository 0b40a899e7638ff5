using System.Reflection;
using System.Text.RegularExpressions;
using NUnit.Framework;
using ScriptedSip.Modules;
using ScriptedSip.Modules.Tm;
using ScriptedSip.Script;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Binding;
using ScriptedSip.Script.Text;
using ScriptedSip.Tests.Support;

namespace ScriptedSip.Tests.Modules.Tm;

/// <summary>Every name the manuals of SER 0.9 to Kamailio 6 and OpenSIPS 3.4 list for tm, tmx and sl means something here.</summary>
[TestFixture]
internal sealed class TransactionNamesTests
{
    private static readonly ModuleCatalog Catalog = new(ModuleTable.Names, ModuleTable.Create, ModuleTable.CreateCore);

    private const string Functions = "send_reply send_reply_error send_reply_mode sl_forward_reply sl_reply sl_reply_error sl_send_reply t_add_cancel_reason "
        + "t_add_hdrs t_any_replied t_any_timeout t_anycast_replicate t_branch_replied t_branch_timeout t_cancel_branch "
        + "t_cancel_branch_idx t_cancel_branches t_cancel_callid t_cell_append_branches t_check_status t_check_trans t_clean "
        + "t_continue t_disable_e2e_cancel_reason t_drop t_drop_replies t_exists t_flush_flags t_flush_xflags t_forward_nonack "
        + "t_forward_nonack_sctp t_forward_nonack_tcp t_forward_nonack_tls t_forward_nonack_to t_forward_nonack_udp "
        + "t_forward_nonack_uri t_get_status_code t_grep_status t_inject_branches t_is_branch_route t_is_canceled t_is_expired "
        + "t_is_failure_route t_is_reply_route t_is_request_route t_is_retr_async_reply t_is_set t_load_contacts t_local_replied "
        + "t_lookup_cancel t_lookup_request t_msg_apply_changes t_new_request t_newtran t_next_contact_flow t_next_contacts "
        + "t_on_branch t_on_branch_failure t_on_failure t_on_reply t_precheck_trans t_relay t_relay_cancel t_relay_to "
        + "t_relay_to_avp t_relay_to_proxy t_relay_to_sctp t_relay_to_tcp t_relay_to_tls t_relay_to_udp t_release t_replicate "
        + "t_replicate_sctp t_replicate_tcp t_replicate_tls t_replicate_to t_replicate_udp t_reply t_reply_by_callid t_reply_callid "
        + "t_reply_error t_reply_with_body t_reset_fr t_reset_max_lifetime t_reset_retr t_retransmit_reply t_reuse_branch "
        + "t_save_lumps t_send_reply t_set_auto_inv_100 t_set_disable_6xx t_set_disable_failover t_set_disable_internal_reply "
        + "t_set_fr t_set_max_lifetime t_set_no_auto_ack t_set_no_e2e_cancel_reason t_set_retr t_suspend t_uac_ack_local t_uac_send "
        + "t_use_uac_headers t_vbflag_is_set t_vbflag_reset t_vbflag_set t_wait_for_new_branches t_wait_no_more_branches "
        + "t_was_cancelled t_write_req t_write_unix";

    private const string TmParameters = "T1_timer T2_timer ac_extra_hdrs aggregate_challenges auto_100trying auto_inv_100 auto_inv_100_reason blst_503 "
        + "blst_503_def_timeout blst_503_max_timeout blst_503_min_timeout blst_methods_add blst_methods_lookup branch_flag_mask "
        + "callid_cseq_matching callid_matching cancel_b_method cluster_auto_cancel cluster_param contact_flows_avp contacts_avp "
        + "default_code default_reason delayed_reply delete_timer disable_6xx_block dns_reuse_rcv_socket e2e_cancel_hop_by_hop "
        + "e2e_cancel_reason enable_stats enable_uac_fr evcb_local_ack_sent event_callback event_callback_lres_sent evlreq_mode "
        + "exec_time_check failover_reply_codes failure_exec_mode failure_reply_mode faked_reply_prio fr_inv_timeout fr_inv_timer "
        + "fr_inv_timer_avp fr_inv_timer_next fr_timeout fr_timer fr_timer_avp headers_mode local_ack_branch_mode local_ack_mode "
        + "local_cancel_reason max_inv_lifetime max_noninv_lifetime minor_branch_flag noisy_ctimer on_sl_reply onreply_avp_mode "
        + "own_timer_proc pass_provisional_replies relay_100 remap_503_500 reparse_invite reparse_on_dns_failover reply_408_code "
        + "reply_408_reason reply_matching reply_relay_mode restart_fr_on_each_reply retr_timer1 retr_timer1p1 retr_timer1p2 "
        + "retr_timer1p3 retr_timer2 rich_redirect ruri_matching syn_branch timer_partitions tm_replication_cluster tw_append "
        + "uac_from unix_tx_timeout unmatched_cancel var_timers via1_matching wt_timer xavp_contact";

    private const string SlParameters = "bind_tm default_code default_reason enable_stats event_callback_fl_ack event_callback_lres_sent rich_redirect";

    private static IEnumerable<TestCaseData> Parameters() =>
        TmParameters.Split(' ').Select(static name => new TestCaseData("tm", name)).Concat(SlParameters.Split(' ').Select(static name => new TestCaseData("sl", name)));

    [Test]
    public void Function_is_offered_or_refused_with_a_reason([ValueSource(nameof(FunctionNames))] string name)
    {
        var found = Findings("route { " + name + "(); }");
        Assert.That(found, Has.None.Contain("SS2001").And.None.Contain("unknown function"));
    }

    /// <summary>A name that is offered is seen at work: a scenario uses it.</summary>
    [Test]
    public void Every_function_and_parameter_of_tm_is_used_in_a_scenario()
    {
        var scenarios = string.Concat(Directory.EnumerateFiles(Repository.Path("tests/ScriptedSip.Tests/Golden/Scenarios"), "*.sip", SearchOption.AllDirectories)
            .Select(File.ReadAllText));
        var members = typeof(TmModule).GetMembers();
        var functions = members.SelectMany(member => member.GetCustomAttributes<SipFunctionAttribute>()).SelectMany(function => $"{function.Name} {function.Aliases}".Trim().Split(' '));
        var parameters = members.SelectMany(member => member.GetCustomAttributes<ModParamAttribute>()).Where(parameter => !parameter.Ignored);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(functions.Where(name => !Regex.IsMatch(scenarios, $@"\b{name}\(")), Is.Empty);
            Assert.That(parameters.Select(parameter => parameter.Name).Where(name => !scenarios.Contains($"modparam(\"tm\", \"{name}\"", StringComparison.Ordinal)), Is.Empty);
        }
    }

    private static string[] FunctionNames() => Functions.Split(' ');

    [TestCaseSource(nameof(Parameters))]
    public void Parameter_has_an_effect_or_a_note(string module, string name)
    {
        var found = Findings("modparam(\"" + module + "\", \"" + name + "\", 500)\nroute { exit; }");
        Assert.That(found, Has.None.Contain("SS3004"));
    }

    [Test]
    public void Function_of_others_is_refused_with_the_reason()
    {
        Assert.That(Findings("route { t_suspend(); }"), Has.One.Contain("'t_suspend' is not supported"));
    }

    [Test]
    public void Parameter_without_effect_gets_one_note()
    {
        Assert.That(Findings("modparam(\"tm\", \"blst_503\", 1)\nroute { exit; }"), Has.Count.EqualTo(1).And.One.Contain("'tm: blst_503' has no meaning here"));
    }

    private static List<string> Findings(string script)
    {
        var text = "loadmodule \"tm.so\"\nloadmodule \"sl.so\"\n" + script + "\n";
        var result = ScriptLoader.Load(new SourceFile("test.cfg", text), new LoadOptions { Catalog = Catalog });
        return [.. result.Diagnostics.Select(static diagnostic => diagnostic.ToString())];
    }
}
