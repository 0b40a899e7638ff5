namespace ScriptedSip.Script.Binding;

/// <summary>Functions of modules that other servers have and this one has not: a script that calls one is told whose it is instead of being asked what it means.</summary>
internal static class FunctionsElsewhere
{
    private static readonly (string Module, string Names)[] Known =
    [
        ("aaa_radius", "radius_send_auth aaa_bind_api radius_send_acct"),
        ("app_python", "python_exec"),
        ("app_python3", "python_exec"),
        ("auth_radius", "radius_www_authorize radius_proxy_authorize"),
        ("avp_radius", "avp_load_radius"),
        ("b2b_entities", "ua_session_server_init ua_session_update ua_session_reply ua_session_terminate"),
        ("b2b_logic",
            "b2b_init_request b2b_bridge_request b2b_logic_bind b2b_server_new b2b_client_new b2b_handle_reply b2b_pass_request b2b_delete_entity b2b_end_dlg_leg " +
            "b2b_send_reply b2b_bridge b2b_bridge_retry b2b_trigger_scenario"),
        ("benchmark", "bm_start_timer bm_log_timer"),
        ("cachedb_local", "cache_remove_chunk"),
        ("cfgutils", "set_count set_select_weight ts_usec_delta check_time_rec get_accurate_time"),
        ("corex",
            "sendx set_send_socket set_recv_socket set_source_address via_add_srvid via_add_xavp_params forward_reply send_data is_incoming msg_iflag_set " +
            "msg_iflag_reset msg_iflag_is_set file_read file_write setxflag resetxflag isxflagset set_send_socket_name set_recv_socket_name via_use_xavp_fields " +
            "is_faked_msg is_socket_name forward_uac forward_uac_uri via_reply_add_xavp_params msg_vbflag_set msg_vbflag_reset msg_vbflag_is_set msg_vbflag_parse"),
        ("cpl-c", "cpl_run_script cpl_process_register cpl_process_register_norpl"),
        ("cpl_c", "cpl_run_script cpl_process_register cpl_process_register_norpl"),
        ("debugger", "dbg_pv_dump dbg_sip_msg dbg_breakpoint"),
        ("dialog",
            "load_dialog_ctx unload_dialog_ctx set_dlg_sharing_tag dlg_on_timeout dlg_get_var dlg_set_var dlg_req_within test_and_set_dlg_flag " +
            "get_dialog_info get_dialog_vals get_dialogs_by_val get_dialogs_by_profile dlg_on_answer dlg_on_hangup dlg_set_timeout_by_profile " +
            "dlg_remote_profile dlg_set_ruri dlg_db_load_callid dlg_db_load_extra dlg_set_state dlg_update_state dlg_remove_dialogs_from_node dlg_update_contact " +
            "dlg_update_socket"),
        ("dialplan", "dp_translate dp_match dp_reload dp_replace"),
        ("diversion", "add_diversion"),
        ("dmq", "dmq_handle_message dmq_process_message dmq_send_message dmq_bcast_message dmq_t_replicate dmq_is_from_node dmq_process_custom dmq_handle_custom"),
        ("domainpolicy", "dp_can_connect dp_apply_policy"),
        ("drouting", "do_routing use_next_gw is_from_gw dr_disable next_routing goes_to_gw dr_is_gw route_to_carrier route_to_gw dr_match"),
        ("event_route", "fetch_event_params"),
        ("exec", "exec_getenv"),
        ("flatstore", "db_use_table db_init db_insert"),
        ("group_radius", "radius_is_user_in"),
        ("http_async_client", "http_async_query http_async_send http_async_send_xdata"),
        ("http_client",
            "http_client_query http_connect http_client_request_v2pk http_client_get http_connect_raw http_get_redirect http_client_request " +
            "http_client_response_headers_set http_client_response_headers_clear"),
        ("imc", "imc_manager imc_room_active imc_room_member"),
        ("ipops",
            "is_ip is_in_subnet is_ip_rfc1918 dns_query is_ipv4 is_ipv6 is_pure_ip is_ipv6_reference ip_type detailed_ipv4_type detailed_ipv6_type detailed_ip_type " +
            "compare_ips compare_pure_ips dns_sys_match_ip dns_int_match_ip srv_query naptr_query dns_set_local_ttl ptr_query"),
        ("jabber", "jab_send_message jab_join_jconf jab_exit_jconf jab_go_online jab_go_offline jab_register_watcher jab_unregister_watcher"),
        ("jansson", "jansson_get jansson_array_size jansson_set jansson_append jansson_get_field jansson_xdecode jansson_xencode jansson_to_val jansson_pv_get"),
        ("json", "json_get_field json_get_string json_link"),
        ("jsonrpcs", "jsonrpc_dispatch jsonrpc_exec"),
        ("keepalive", "ka_is_alive ka_add_destination ka_del_destination"),
        ("lcr", "load_gws next_gw from_gw inactivate_gw defunct_gw from_any_gw to_gw next_contacts to_any_gw"),
        ("ldap", "ldap_search ldap_result ldap_result_next ldap_result_check ldap_filter_url_encode db_ctx db_del db_get db_upd db_sql db_res db_fld db_setopt db_getopt"),
        ("load_balancer", "lb_next lb_start lb_disable_dst lb_is_destination lb_count_call lb_disable lb_start_or_next lb_reset lb_is_started"),
        ("mediaproxy", "client_contact use_media_proxy end_media_session engage_media_proxy"),
        ("mid_registrar", "mid_registrar_save mid_registrar_lookup"),
        ("mmgeoip", "mmg_lookup"),
        ("mqueue", "mq_fetch mq_add mq_pv_free mq_size"),
        ("msilo", "m_store_addrs"),
        ("msrp", "msrp_relay msrp_reply msrp_is_reply msrp_set_dst msrp_relay_flags msrp_reply_flags msrp_is_request msrp_cmap_save msrp_cmap_lookup msrp_forward"),
        ("mtree", "mt_match"),
        ("nat_traversal", "nat_keepalive"),
        ("ndb_redis", "redis_cmd redis_free redis_pipe_cmd redis_execute"),
        ("osp",
            "checkospheader validateospheader requestosprouting prepareallosproutes reportospusage checkosproute prepareosproute checkcallingtranslation " +
            "getlocaladdress setrequestdate prepareospresponse preparefirstosproute preparenextosproute prepareospfirstroute prepareospnextroute appendospheaders " +
            "processsubscribe"),
        ("outbound", "check_flow_token"),
        ("pa", "handle_publish handle_subscription pa_handle_registration existing_subscription pua_exists mangle_pidf mangle_message_cpim"),
        ("path", "add_path_advertised_address add_path_received_advertised_address"),
        ("pdt", "pd_translate"),
        ("permissions", "ipmatch ipmatch_onsend ipmatch_filter ip_is_trusted ip_is_in_ipset allow_register_include_port"),
        ("presence", "handle_publish handle_subscribe pres_refresh_watchers pres_update_watchers pres_auth_status pres_has_subscribers"),
        ("presence_xml", "pres_check_basic pres_check_activities"),
        ("print", "print1 print2 print3 printv"),
        ("proto_ws", "proto_init"),
        ("proto_wss", "proto_init"),
        ("pua", "pua_update_contact"),
        ("pv",
            "pv_var_to_xavp pv_xavp_to_var typeof sbranch_set_ruri sbranch_append sbranch_reset pv_evalx xavp_xparams_explode xavp_params_implode_qval xavp_rm_all " +
            "xavi_rm_all xavp_lshift xavp_push_dst"),
        ("regex", "pcre_match pcre_match_group"),
        ("rest_client", "rest_get rest_post rest_append_hf rest_put rest_init_client_tls"),
        ("rls", "rls_handle_subscribe rls_handle_notify rls_update_subs"),
        ("rr", "loose_route_preloaded rr_next_hop_route"),
        ("rtpengine",
            "rtpengine_play_media rtpengine_stop_media rtpengine_start_forwarding rtpengine_stop_forwarding rtpengine_play_dtmf silence_media unsilence_media " +
            "start_forwarding stop_forwarding play_media stop_media play_dtmf rtpengine_info rtpengine_query rtpengine_query_v rtpengine_destroy rtpengine_connect " +
            "rtpengine_subscribe_request rtpengine_subscribe_answer rtpengine_unsubscribe"),
        ("rtpproxy", "rtpproxy_engage engage_rtp_proxy rtpproxy_stats rtpproxy_all_stats"),
        ("sdpops",
            "sdp_content sdp_get_line_startswith sdp_get sdp_remove_codecs_by_id sdp_with_transport sdp_remove_line_by_prefix sdp_iterator_start sdp_iterator_next " +
            "sdp_iterator_end sdp_iterator_rm sdp_iterator_append sdp_keep_codecs_by_name sdp_with_media sdp_with_transport_like sdp_transport " +
            "sdp_with_codecs_by_name sdp_print sdp_with_ice sdp_remove_codecs_by_name sdp_keep_codecs_by_id sdp_with_active_media sdp_remove_media " +
            "sdp_remove_transport sdp_with_codecs_by_id sdp_get_address_family sdp_iterator_insert"),
        ("seas", "as_relay_t as_relay_sl"),
        ("sipcapture", "sip_capture report_capture hep_get hep_resume_sip hep_set hep_del hep_relay float2int sip_capture_forward"),
        ("sipdump", "sipdump_send"),
        ("sipmsgops",
            "has_body_part is_audio_on_hold list_hdr_has_option list_hdr_remove_option ruri_del_param codec_exists sipmsg_validate stream_delete ruri_has_param " +
            "strip_body add_body codec_exists_re codec_delete codec_delete_re codec_delete_except_re codec_move_up codec_move_up_re codec_move_down " +
            "codec_move_down_re stream_exists add_body_part get_updated_body_part list_hdr_add_option ruri_add_param ruri_tel2sip get_glob_headers_values"),
        ("siptrace", "sip_trace sip_trace_mode trace_dialog hlog sip_trace_msg"),
        ("siputils", "tel2sip2 set_uri_user set_uri_host is_gruu is_sip is_http sip_parse_headers"),
        ("sms", "sms_send_msg_to_net sms_send_msg"),
        ("sqlops", "sql_query sql_result_free sql_xquery sql_pvquery sql_query_async"),
        ("sst", "sstCheckMin"),
        ("statistics", "stat_iter_init stat_iter_next update_stat_series"),
        ("textops",
            "search_hf get_body_part remove_hf_re_pv set_body_multipart append_body_part replace_body_atonce is_present_hf_re replace_str replace_body_str " +
            "replace_hdrs replace_hdrs_str remove_hf_idx remove_hf_exp remove_hf_pv remove_hf_exp_pv remove_hf_match is_present_hf_pv is_present_hf_re_pv " +
            "in_list_prefix search_str ends_with str_find str_ifind append_time_to_request append_body_part_hex remove_body_part get_body_part_raw regex_substring " +
            "subst_v set_body_hex set_reply_body_hex str_any_in str_all_in via_param_rm"),
        ("textopsx", "fnmatch hf_iterator_prev msg_changed_route"),
        ("tls", "is_peer_verified"),
        ("tm", "t_replace t_enable_picky"),
        ("topology_hiding", "topology_hiding topology_hiding_match"),
        ("topos", "tps_set_context"),
        ("tsilo", "ts_append ts_store ts_append_to ts_append_by_contact ts_append_branches"),
        ("uri_db", "check_uri"),
        ("uri_radius", "radius_does_uri_exist"),
        ("userblacklist", "check_user_blacklist check_blacklist check_user_whitelist"),
        ("usrloc", "read_reg_avps"),
        ("websocket", "ws_handle_handshake ws_close ws_connect ws_send ws_connect_url"),
        ("xcap", "set_xcap_filename xcap_query fill_xcap_params set_xcap_root"),
        ("xhttp", "xhttp_reply"),
        ("xlog", "xlogm"),
        ("xmpp", "xmpp_send_message"),
    ];

    private static readonly Dictionary<string, List<string>> Modules = Build();

    /// <summary>The modules of other servers that have the function; empty when none has.</summary>
    public static IReadOnlyList<string> ModulesWith(string name) => Modules.GetValueOrDefault(name) ?? [];

    private static Dictionary<string, List<string>> Build()
    {
        var modules = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var (module, names) in Known)
        {
            foreach (var name in names.Split(' '))
                (modules.TryGetValue(name, out var list) ? list : modules[name] = []).Add(module);
        }
        return modules;
    }
}
