using ScriptedSip.Data;
using ScriptedSip.Modules.Core;
using ScriptedSip.Modules.Storage;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Text;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.CarrierRoute;

/// <summary>
/// carrierroute: finds the gateway for a number in the routing tree of a carrier, by longest prefix, spreads requests over gateways by share or by hash,
/// and says where to go on when one fails.
/// </summary>
internal sealed partial class CarrierRouteModule : DatabaseModule
{
    private const RouteKinds Routes = RouteKinds.Request | RouteKinds.Failure;

    // The gateways a transaction was sent to; attributes stay with it.
    private static readonly int TriedName = AvpList.NameOf("carrierroute tried");

    private Carriers _carriers = new();
    private LookupCache? _subscribers;

    private enum Spreading
    {
        ByShare,
        ByHash,
        ByHashWithoutBackup,
    }

    /// <inheritdoc/>
    public override string? DatabaseInUse => ConfigSource == "db" ? base.DatabaseInUse : null;

    /// <inheritdoc/>
    public override void Start(ModuleHost host)
    {
        base.Start(host);
        if (Database is null)
        {
            if (_isFileMissing)
                host.Log.Write(LogLevel.Warning, $"carrierroute: there is no file {ConfigFile}: no number is routed");
            return;
        }
        _carriers = ReadTables(Database);
        _subscribers = new LookupCache(Database, new SelectShape(SubscriberTable, [SubscriberCarrierColumn],
            UsesDomain ? [SubscriberUserColumn, SubscriberDomainColumn] : [SubscriberUserColumn]), host.Clock, 10_000);
    }

    [SipFunction("cr_route", Routes,
        "Rewrites the Request-URI by the longest prefix of a number in a domain of a carrier's tree: carrier, domain, number, user to be rewritten, source of the hash (call_id, from_uri, from_user, to_uri, to_user, rand). Gateways get requests by their shares. A variable given is told the gateway, for cr_next_domain(); in Kamailio its description. 1, or -1 when the number is not routed.")]
    public Outcome Route(Frame frame, Utf8Text carrier, Utf8Text domain, Utf8Text number, Utf8Text user, HashSource source, VariableRef? result = null) =>
        Route(frame, carrier, domain, number, user, source, result, Spreading.ByShare);

    [SipFunction("cr_prime_route", Routes, "As cr_route(), but the hash alone decides on the gateway: one out of service gives way to its backup.")]
    public Outcome RouteByHash(Frame frame, Utf8Text carrier, Utf8Text domain, Utf8Text number, Utf8Text user, HashSource source, VariableRef? result = null) =>
        Route(frame, carrier, domain, number, user, source, result, Spreading.ByHash);

    [SipFunction("cr_nofallback_route", Routes, "As cr_prime_route(), but -1 when the gateway is out of service.")]
    public Outcome RouteWithoutBackup(Frame frame, Utf8Text carrier, Utf8Text domain, Utf8Text number, Utf8Text user, HashSource source, VariableRef? result = null) =>
        Route(frame, carrier, domain, number, user, source, result, Spreading.ByHashWithoutBackup);

    [SipFunction("cr_next_domain", Routes,
        "Writes into a variable the domain to go on with when a gateway has failed: carrier, domain so far, number, gateway, reply code. 1, or -1 when there is none.")]
    public Outcome FindNextDomain(Frame frame, Utf8Text carrier, Utf8Text domain, Utf8Text number, Utf8Text host, Utf8Text replyCode, VariableRef result)
    {
        if (TreeOf(carrier) is not { } tree)
            return Outcome.False;
        var next = tree.NextDomain(domain.ToString(), Matched(frame, number), new FailedAttempt(host, replyCode, frame.Flags));
        return Outcome.From(!next.IsEmpty && result.Set(frame, AssignKind.Replace, Value.FromText(next)));
    }

    [SipFunction("cr_user_carrier", Routes,
        "Writes the number of the carrier a subscriber prefers into a variable: user, domain; the default tree's for somebody who prefers none. 1, or -1 when the database does not answer.")]
    public Outcome FindCarrier(Frame frame, Utf8Text user, Utf8Text domain, VariableRef result) =>
        Outcome.From(TryFindCarrier(frame, user, domain, out var carrier) && result.Set(frame, AssignKind.Replace, carrier));

    private Outcome Route(Frame frame, Utf8Text carrier, Utf8Text domain, Utf8Text number, Utf8Text user, HashSource source, VariableRef? result, Spreading spreading)
    {
        if (TreeOf(carrier) is not { } tree || tree.Find(domain.ToString(), Matched(frame, number), frame.Flags) is not { } rule)
            return Outcome.False;
        var hash = source.Of(frame);
        var avoids = _avoidsFailed ?? frame.Script.Settings.Dialect == ScriptDialect.Kamailio;
        var target = spreading == Spreading.ByShare
            ? rule.ByShare(hash / 4294967296.0, t => !avoids || frame.Kind != RouteKinds.Failure || !HasTried(frame, t.Host))
            : rule.ByHash(hash, spreading == Spreading.ByHash);
        // A rule without a host is there to keep numbers from being routed.
        if (target is null || target.Host.IsEmpty || !TryRewrite(frame, target, user, out var uri))
            return Outcome.False;
        frame.NewUri = uri;
        if (avoids)
            frame.Avps.Add(TriedName, Value.FromText(target.Host));
        var told = frame.Script.Settings.Dialect == ScriptDialect.Kamailio ? target.Comment : target.Host;
        return Outcome.From(result is null || result.Set(frame, AssignKind.Replace, Value.FromText(told)));
    }

    private Carrier? TreeOf(Utf8Text carrier)
    {
        var carriers = Volatile.Read(ref _carriers);
        return carriers.Find(carrier.ToString()) ?? (FallsBack ? carriers.Find(DefaultTree) : null);
    }

    // What is not a digit does not count, as the "+" in front of a number, unless letters are to be matched as well.
    private Utf8Text Matched(Frame frame, Utf8Text number)
    {
        if (MatchMode == 128)
            return number;
        var room = frame.Arena.Reserve(number.Length);
        var length = 0;
        foreach (var letter in number.Span)
        {
            if (letter is >= (byte)'0' and <= (byte)'9')
                room[length++] = letter;
        }
        return frame.Arena.Commit(length);
    }

    private static bool TryRewrite(Frame frame, CarrierTarget target, Utf8Text user, out Utf8Text uri)
    {
        var rest = user.Span[Math.Min(target.Strip, user.Length)..];
        var writer = new SpanWriter(frame.Arena.Reserve(rest.Length + target.Prefix.Length + target.Suffix.Length + target.Host.Length + 8));
        writer.Write("sip:"u8);
        writer.Write(target.Prefix);
        writer.Write(rest);
        writer.Write(target.Suffix);
        if (writer.Length > "sip:".Length)
            writer.Write((byte)'@');
        writer.Write(target.Host);
        uri = frame.Arena.Commit(writer.Length);
        return UriParser.TryParse(uri.Span, out _);
    }

    private static bool HasTried(Frame frame, Utf8Text host)
    {
        for (var i = 0; i < frame.Avps.Count; i++)
        {
            var (name, value) = frame.Avps.At(i);
            if (name == TriedName && value.Text == host)
                return true;
        }
        return false;
    }

    private bool TryFindCarrier(Frame frame, Utf8Text user, Utf8Text domain, out Value carrier)
    {
        carrier = Value.Null;
        var rows = UsesDomain ? _subscribers?.Find(frame, user.ToString(), domain.ToString()) : _subscribers?.Find(frame, user.ToString());
        if (rows is null)
            return false;
        if (rows is [[{ } known, ..], ..] && long.TryParse(Convert.ToString(known, System.Globalization.CultureInfo.InvariantCulture), out var id) && id != 0)
            carrier = Value.FromInt(id);
        else if (Volatile.Read(ref _carriers).Find(DefaultTree) is { Id: > 0 } standard)
            carrier = Value.FromInt(standard.Id);
        else
            carrier = Value.FromText(Utf8Text.From(DefaultTree));
        return true;
    }
}
