using ScriptedSip.Modules.Acc;
using ScriptedSip.Modules.AliasDb;
using ScriptedSip.Modules.Attributes;
using ScriptedSip.Modules.Auth;
using ScriptedSip.Modules.AuthDb;
using ScriptedSip.Modules.Avp;
using ScriptedSip.Modules.AvpOps;
using ScriptedSip.Modules.CarrierRoute;
using ScriptedSip.Modules.Core;
using ScriptedSip.Modules.Counting;
using ScriptedSip.Modules.Dialog;
using ScriptedSip.Modules.Dispatcher;
using ScriptedSip.Modules.Domain;
using ScriptedSip.Modules.Exec;
using ScriptedSip.Modules.Group;
using ScriptedSip.Modules.HTable;
using ScriptedSip.Modules.MaxFwd;
using ScriptedSip.Modules.MessageSilo;
using ScriptedSip.Modules.Nat;
using ScriptedSip.Modules.NumberMapping;
using ScriptedSip.Modules.Pdt;
using ScriptedSip.Modules.Permissions;
using ScriptedSip.Modules.Pike;
using ScriptedSip.Modules.RateLimit;
using ScriptedSip.Modules.Registrar;
using ScriptedSip.Modules.Rr;
using ScriptedSip.Modules.RTimer;
using ScriptedSip.Modules.RtpEngine;
using ScriptedSip.Modules.RtpProxy;
using ScriptedSip.Modules.Sanity;
using ScriptedSip.Modules.SipPath;
using ScriptedSip.Modules.SipUtils;
using ScriptedSip.Modules.Sl;
using ScriptedSip.Modules.SpeedDial;
using ScriptedSip.Modules.Storage;
using ScriptedSip.Modules.TextOps;
using ScriptedSip.Modules.Tm;
using ScriptedSip.Modules.Uac;
using ScriptedSip.Modules.UacRedirect;
using ScriptedSip.Modules.UsrLoc;
using ScriptedSip.Modules.Xlog;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules;

/// <summary>The one list of modules: what is always there, and what <c>loadmodule</c> can name.</summary>
public static class ModuleTable
{
    private static readonly Dictionary<string, Func<ScriptModule>> Loadable = new(StringComparer.Ordinal)
    {
        ["acc"] = static () => new AccModule(),
        ["acc_db"] = static () => new AccDbModule(),
        ["alias_db"] = static () => new AliasDbModule(),
        ["auth"] = static () => new AuthModule(),
        ["auth_db"] = static () => new AuthDbModule(),
        ["avp"] = static () => new AvpModule(),
        ["avp_db"] = static () => new AvpDbModule(),
        ["avpops"] = static () => new AvpOpsModule(),
        ["carrierroute"] = static () => new CarrierRouteModule(),
        ["cfgutils"] = static () => new CfgUtilsModule(),
        ["counters"] = static () => new CountersModule(),
        ["db_ops"] = static () => new DbOpsModule(),
        ["dialog"] = static () => new DialogModule(),
        ["dispatcher"] = static () => new DispatcherModule(),
        ["domain"] = static () => new DomainModule(),
        ["enum"] = static () => new EnumModule(),
        ["eval"] = static () => new EvalModule(),
        ["exec"] = static () => new ExecModule(),
        ["gflags"] = static () => new GFlagsModule(),
        ["group"] = static () => new GroupModule(),
        ["htable"] = static () => new HTableModule(),
        ["kex"] = static () => new KexModule(),
        ["mangler"] = static () => new ManglerModule(),
        ["maxfwd"] = static () => new MaxFwdModule(),
        ["nathelper"] = static () => new NatHelperModule(),
        ["msilo"] = static () => new MessageSiloModule(),
        ["nat_traversal"] = static () => new NatTraversalModule(),
        ["options"] = static () => new OptionsModule(),
        ["path"] = static () => new PathModule(),
        ["pdt"] = static () => new PdtModule(),
        ["permissions"] = static () => new PermissionsModule(),
        ["pike"] = static () => new PikeModule(),
        ["print"] = static () => new PrintModule(),
        ["pv"] = static () => new PvModule(),
        ["ratelimit"] = static () => new RateLimitModule(),
        ["registrar"] = static () => new RegistrarModule(),
        ["rr"] = static () => new RrModule(),
        ["rtimer"] = static () => new RTimerModule(),
        ["timer"] = static () => new TimerModule(),
        ["rtpengine"] = static () => new RtpEngineModule(),
        ["rtpproxy"] = static () => new RtpProxyModule(),
        ["sanity"] = static () => new SanityModule(),
        ["signaling"] = static () => new SignalingModule(),
        ["sipmsgops"] = static () => new SipMsgOpsModule(),
        ["siputils"] = static () => new SipUtilsModule(),
        ["sl"] = static () => new SlModule(),
        ["speeddial"] = static () => new SpeedDialModule(),
        ["statistics"] = static () => new StatisticsModule(),
        ["textops"] = static () => new TextOpsModule(),
        ["textopsx"] = static () => new TextOpsXModule(),
        ["tm"] = static () => new TmModule(),
        ["uac"] = static () => new UacModule(),
        ["uac_auth"] = static () => new UacAuthModule(),
        ["uac_redirect"] = static () => new UacRedirectModule(),
        ["uri"] = static () => new UriModule(),
        ["uri_db"] = static () => new UriDbModule(),
        ["usrloc"] = static () => new UsrLocModule(),
        ["xlog"] = static () => new XlogModule(),
        ["xmlrpc"] = static () => new XmlRpcModule(),
        ["xprint"] = static () => new XlogModule(),

        // Which engine is used follows from the URLs.
        ["db_cluster"] = static () => new DriverModule(),
        ["db_flatstore"] = static () => new FlatStoreModule(),
        ["flatstore"] = static () => new FlatStoreModule(),
        ["db_mysql"] = static () => new DriverModule(),
        ["db_oracle"] = static () => new DriverModule(),
        ["db_postgres"] = static () => new DriverModule(),
        ["db_sqlite"] = static () => new DriverModule(),
        ["db_text"] = static () => new DriverModule(),
        ["db_unixodbc"] = static () => new DriverModule(),
        ["db_virtual"] = static () => new DriverModule(),
        ["dbtext"] = static () => new DriverModule(),
        ["mysql"] = static () => new DriverModule(),
        ["postgres"] = static () => new DriverModule(),
        ["unixodbc"] = static () => new DriverModule(),

        // Other servers' ways to be controlled.
        ["cfg_rpc"] = static () => new ControlInterfaceModule(),
        ["ctl"] = static () => new ControlInterfaceModule(),
        ["fifo"] = static () => new ControlInterfaceModule(),
        ["jsonrpcs"] = static () => new ControlInterfaceModule(),
        ["mi_datagram"] = static () => new ControlInterfaceModule(),
        ["mi_fifo"] = static () => new ControlInterfaceModule(),
        ["httpd"] = static () => new ControlInterfaceModule(),
        ["mi_http"] = static () => new ControlInterfaceModule(),
        ["mi_json"] = static () => new ControlInterfaceModule(),
        ["mi_xmlrpc"] = static () => new ControlInterfaceModule(),
        ["mi_rpc"] = static () => new ControlInterfaceModule(),
        ["mi_xmlrpc_ng"] = static () => new ControlInterfaceModule(),
        ["pi_http"] = static () => new ControlInterfaceModule(),

        // What scripts need not ask for.
        ["debugger"] = static () => new TracingModule(),
        ["proto_tcp"] = static () => new TransportModule(),
        ["proto_udp"] = static () => new TransportModule(),
        ["proto_tls"] = static () => new TlsModule(),
        ["tls"] = static () => new TlsModule(),
        ["tls_mgm"] = static () => new TlsModule(),
        ["tls_openssl"] = static () => new TlsModule(),
        ["tls_wolfssl"] = static () => new TlsModule(),

        // What these hold elsewhere is part of the core here; a script that loads them finds it.
        ["corex"] = static () => new GroupingModule(),
        ["im"] = static () => new GroupingModule(),
        ["tmx"] = static () => new GroupingModule(),
    };

    /// <summary>Names for <c>loadmodule</c>, without path and ending.</summary>
    public static IEnumerable<string> Names => Loadable.Keys;

    /// <summary>A new instance of a loadable module; null when there is none of that name.</summary>
    public static ScriptModule? Create(string name) => Loadable.TryGetValue(name, out var create) ? create() : null;

    /// <summary>The modules every script has without loading them: core actions and pseudo-variables.</summary>
    public static IReadOnlyList<ScriptModule> CreateCore() =>
    [
        new ReplyService(),
        new ForwardingActions(),
        new RequestUriActions(),
        new BranchActions(),
        new FlagActions(),
        new CoreChecks(),
        new ConnectionActions(),
        new LogActions(),
        new RequestUriVariables(),
        new AddressVariables(),
        new BranchVariables(),
        new ErrorVariables(),
        new MessageVariables(),
        new TransportVariables(),
        new CredentialVariables(),
        new RouteVariables(),
        new SocketVariables(),
        new SharedVariables(),
        new Statistics(),
        new TextVariables(),
        new HeaderListVariables(),
        new HopVariables(),
        new ConstantVariables(),
        new ExpiresVariables(),
        new StateVariables(),
        new AvpVariables(),
        new AttributeFlags(),
    ];
}

/// <summary>A module of other servers through which they are told things.</summary>
[Superseded("this server has a control socket without it; see scriptedsip ctl help")]
internal sealed class ControlInterfaceModule : ScriptModule;

/// <summary>The way other servers are told things by XML-RPC.</summary>
[Superseded("this server has a control socket without it; see scriptedsip ctl help")]
[NotOffered("dispatch_rpc xmlrpc_reply", "commands come by the control socket: scriptedsip ctl help")]
internal sealed class XmlRpcModule : ScriptModule;

/// <summary>A module of other servers that makes a transport available.</summary>
[Superseded("UDP and TCP are always there, with the settings of the core")]
internal sealed class TransportModule : ScriptModule;

/// <summary>The modules that make other servers speak TLS: without them a script listens there in vain, and with them it would here.</summary>
[Superseded("TLS is not spoken here, and nothing will listen on tls:")]
internal sealed class TlsModule : ScriptModule;

/// <summary>The debugger of Kamailio.</summary>
[Superseded("a script is not halted here; check and the log say what it does")]
internal sealed class TracingModule : ScriptModule;

/// <summary>A module name of other servers whose functions belong to the core here.</summary>
internal sealed class GroupingModule : ScriptModule;
