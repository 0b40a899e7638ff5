using ScriptedSip.Script.Syntax.Generated;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Syntax;

/// <summary>Decides which family a script belongs to: what was asked for, else what its first line says, else what it uses.</summary>
internal static class DialectDetector
{
    // Words that occur in one family only. The weight says how much one sight of it proves.
    private static readonly Dictionary<string, (ScriptDialect Dialect, int Weight)> Words = new(StringComparer.Ordinal)
    {
        ["request_route"] = (ScriptDialect.Kamailio, 5),
        ["log_prefix"] = (ScriptDialect.Kamailio, 3),
        ["enable_sctp"] = (ScriptDialect.Kamailio, 2),
        ["memdbg"] = (ScriptDialect.Kamailio, 1),
        ["tcp_accept_no_cl"] = (ScriptDialect.Kamailio, 2),
        ["remove_branch"] = (ScriptDialect.Kamailio, 1),
        ["is_reply"] = (ScriptDialect.Kamailio, 1),
        ["is_request"] = (ScriptDialect.Kamailio, 1),
        ["handle_ruri_alias"] = (ScriptDialect.Kamailio, 3),
        ["set_contact_alias"] = (ScriptDialect.Kamailio, 3),
        ["rtpengine_manage"] = (ScriptDialect.Kamailio, 2),
        ["rtpproxy_manage"] = (ScriptDialect.Kamailio, 2),
        ["sql_xquery"] = (ScriptDialect.Kamailio, 2),
        ["msg_apply_changes"] = (ScriptDialect.Kamailio, 2),
        ["sht_reset"] = (ScriptDialect.Kamailio, 3),
        ["sht_lock"] = (ScriptDialect.Kamailio, 3),
        ["dlg_manage"] = (ScriptDialect.Kamailio, 3),
        ["sanity_check"] = (ScriptDialect.Kamailio, 2),
        ["t_precheck_trans"] = (ScriptDialect.Kamailio, 3),
        ["t_load_contacts"] = (ScriptDialect.Kamailio, 2),
        ["t_is_set"] = (ScriptDialect.Kamailio, 2),
        ["t_set_fr"] = (ScriptDialect.Kamailio, 2),
        ["strempty"] = (ScriptDialect.Kamailio, 3),
        ["xhttp_reply"] = (ScriptDialect.Kamailio, 3),
        ["remove_hf_re"] = (ScriptDialect.Kamailio, 2),
        ["add_rcv_param"] = (ScriptDialect.Kamailio, 3),
        ["pv_isset"] = (ScriptDialect.Kamailio, 2),
        ["is_first_hop"] = (ScriptDialect.Kamailio, 2),
        ["set_reply_close"] = (ScriptDialect.Kamailio, 2),
        ["jansson_get"] = (ScriptDialect.Kamailio, 3),
        ["not_empty"] = (ScriptDialect.Kamailio, 2),
        ["startup_route"] = (ScriptDialect.OpenSips, 4),
        ["timer_route"] = (ScriptDialect.OpenSips, 4),
        ["local_route"] = (ScriptDialect.OpenSips, 2),
        ["socket"] = (ScriptDialect.OpenSips, 3),
        ["udp_workers"] = (ScriptDialect.OpenSips, 4),
        ["tcp_workers"] = (ScriptDialect.OpenSips, 3),
        ["stderror_enabled"] = (ScriptDialect.OpenSips, 5),
        ["syslog_enabled"] = (ScriptDialect.OpenSips, 5),
        ["xlog_level"] = (ScriptDialect.OpenSips, 2),
        ["rtpproxy_engage"] = (ScriptDialect.OpenSips, 2),
        ["topology_hiding"] = (ScriptDialect.OpenSips, 3),
        ["validate_dialog"] = (ScriptDialect.OpenSips, 3),
        ["fix_route_dialog"] = (ScriptDialect.OpenSips, 3),
        ["create_dialog"] = (ScriptDialect.OpenSips, 2),
        ["db_default_url"] = (ScriptDialect.OpenSips, 2),
        ["avp_db_load"] = (ScriptDialect.OpenSer, 1),
        ["avp_write"] = (ScriptDialect.OpenSer, 1),
        ["error_route"] = (ScriptDialect.OpenSer, 1),
        ["sl_reply"] = (ScriptDialect.Ser, 2),
        ["avpflags"] = (ScriptDialect.Ser, 4),
        ["save_contacts"] = (ScriptDialect.Ser, 4),
        ["lookup_contacts"] = (ScriptDialect.Ser, 4),
        ["lookup_user"] = (ScriptDialect.Ser, 4),
        ["xlset_attr"] = (ScriptDialect.Ser, 4),
        ["t_on_negative"] = (ScriptDialect.Ser, 5),
        ["fifo_mode"] = (ScriptDialect.Ser, 1),
    };

    public static DialectDecision Detect(IReadOnlyList<ScriptToken> tokens, Preprocessor preprocessor, ParseOptions options)
    {
        var evidence = new Evidence();
        foreach (var token in tokens)
            evidence.Look(token);
        if (preprocessor.FirstDirective is { } directive)
            evidence.Add(ScriptDialect.Kamailio, 5, directive, directive.Text[..Math.Min(directive.Length, 12)].ToString());

        if (options.Dialect is { } asked)
            return Decision(asked, DialectSource.Option, "asked for", evidence);
        if (preprocessor.IdentityLines is [var identity, ..] && Identity(identity.Text) is { } named)
            return Decision(named, DialectSource.IdentityLine, $"its line {identity.Span.Line} says '#!{identity.Text}'", evidence);
        return evidence.Best() is var (dialect, reason)
            ? Decision(dialect, DialectSource.Evidence, reason, evidence)
            : Decision(ScriptDialect.OpenSer, DialectSource.Default, "nothing in it tells otherwise", evidence);
    }

    private static DialectDecision Decision(ScriptDialect dialect, DialectSource source, string reason, Evidence evidence) =>
        new(dialect, source, reason, dialect is ScriptDialect.Ser or ScriptDialect.OpenSer && !evidence.HasLaterForms);

    private static ScriptDialect? Identity(string word) => word switch
    {
        "KAMAILIO" or "OPENSER" or "ALL" or "MAXCOMPAT" => ScriptDialect.Kamailio,
        "SER" => ScriptDialect.Ser,
        "OPENSIPS" => ScriptDialect.OpenSips,
        _ => null,
    };

    private sealed class Evidence
    {
        private readonly int[] _weights = new int[4];
        private readonly (string What, TextSpan Span, int Weight)[] _strongest = new (string, TextSpan, int)[4];
        private ScriptToken? _previous;

        /// <summary>True when the script uses what came with OpenSER 1.2 or SER 2.0, where <c>&amp;</c> and <c>|</c> work on bits.</summary>
        public bool HasLaterForms { get; private set; }

        public void Add(ScriptDialect dialect, int weight, TextSpan span, string what)
        {
            if (weight == 0)
                return;
            _weights[(int)dialect] += weight;
            if (weight > _strongest[(int)dialect].Weight)
                _strongest[(int)dialect] = (what, span, weight);
        }

        public void Look(ScriptToken token)
        {
            switch (token.Type)
            {
                case SipScriptLexer.AttributeVariable:
                case SipScriptLexer.Variable when IsAttribute(token.Text):
                    HasLaterForms = true;
                    Add(ScriptDialect.Ser, 4, token.Span, token.Text);
                    break;
                case SipScriptLexer.SelectVariable:
                    HasLaterForms = true;
                    Add(ScriptDialect.Ser, 1, token.Span, token.Text);
                    break;
                case SipScriptLexer.Variable:
                    LookAtVariable(token);
                    break;
                case SipScriptLexer.While or SipScriptLexer.AssignOperator:
                    HasLaterForms = true;
                    break;
                case SipScriptLexer.For:
                    Add(ScriptDialect.OpenSips, 3, token.Span, "for");
                    break;
                case SipScriptLexer.Assign when _previous is { Type: SipScriptLexer.Variable }:
                    HasLaterForms = true;
                    break;
                case SipScriptLexer.Word or SipScriptLexer.RouteKind or SipScriptLexer.Flags when !token.IsReplaced && Words.TryGetValue(token.Text, out var known):
                    if (token.Text == "avpflags")
                        HasLaterForms = true;
                    Add(known.Dialect, known.Weight, token.Span, token.Text);
                    break;
                case SipScriptLexer.DoubleString when token.Text.Contains("/modules", StringComparison.Ordinal):
                    LookAtModulePath(token);
                    break;
                case SipScriptLexer.Colon when _previous is { Type: SipScriptLexer.Word, Text: "htable" or "xhttp" or "tm" or "dispatcher" or "core" or "websocket" }:
                    Add(ScriptDialect.Kamailio, 3, _previous.Span, "event " + _previous.Text + ":…");
                    break;
                case SipScriptLexer.Comma when _previous is { Type: SipScriptLexer.LeftParen or SipScriptLexer.Comma }:
                    Add(ScriptDialect.OpenSips, 2, token.Span, "empty argument");
                    break;
                case SipScriptLexer.Cast:
                    Add(ScriptDialect.Kamailio, 3, token.Span, token.Text);
                    break;
                case SipScriptLexer.Defined or SipScriptLexer.WordComparison:
                    Add(ScriptDialect.Kamailio, 2, token.Span, token.Text);
                    break;
            }

            _previous = token;
        }

        public (ScriptDialect, string)? Best()
        {
            var best = (int)ScriptDialect.OpenSer;
            for (var i = 0; i < _weights.Length; i++)
            {
                if (_weights[i] > _weights[best])
                    best = i;
            }

            return _weights[best] < 1 ? null : ((ScriptDialect)best, $"it uses '{_strongest[best].What}' (line {_strongest[best].Span.Line})");
        }

        private void LookAtVariable(ScriptToken token)
        {
            var text = token.Text;
            if (text.StartsWith("$var(", StringComparison.Ordinal) || text.StartsWith("$(", StringComparison.Ordinal))
                HasLaterForms = true;
            if (text == "$null" || text.StartsWith("$sht(", StringComparison.Ordinal) || text.StartsWith("$xav", StringComparison.Ordinal) || text.StartsWith("$sel(", StringComparison.Ordinal) || text.StartsWith("$def", StringComparison.Ordinal))
                Add(ScriptDialect.Kamailio, 4, token.Span, text);
            else if (text.StartsWith("$param(", StringComparison.Ordinal) || text.StartsWith("$json(", StringComparison.Ordinal) || text.StartsWith("$socket_in", StringComparison.Ordinal) || text.StartsWith("$dlg_val(", StringComparison.Ordinal))
                Add(ScriptDialect.OpenSips, 3, token.Span, text);
            else if (_weights[(int)ScriptDialect.OpenSer] == 0)
                Add(ScriptDialect.OpenSer, 1, token.Span, text);
        }

        // Where modules are loaded from names the server they belong to.
        private void LookAtModulePath(ScriptToken token)
        {
            foreach (var (name, dialect) in (ReadOnlySpan<(string, ScriptDialect)>)
                [("/opensips/", ScriptDialect.OpenSips), ("/openser/", ScriptDialect.OpenSer), ("/kamailio/", ScriptDialect.Kamailio), ("/ser/", ScriptDialect.Ser), ("/sip_router/", ScriptDialect.Ser)])
            {
                if (token.Text.Contains(name, StringComparison.Ordinal))
                    Add(dialect, 4, token.Span, token.Text.Trim('"'));
            }
        }

        private static bool IsAttribute(string text) =>
            text.IndexOf('.', StringComparison.Ordinal) is var dot and > 1 and <= 3 && SelectParser.IsAttributeClass(text[1..dot]);
    }
}
