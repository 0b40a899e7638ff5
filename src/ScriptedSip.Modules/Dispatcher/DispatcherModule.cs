using ScriptedSip.Data;
using ScriptedSip.Modules.Avp;
using ScriptedSip.Modules.Core;
using ScriptedSip.Modules.Storage;
using ScriptedSip.Modules.Tm;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.Dispatcher;

/// <summary>The dispatcher module: spreads requests over sets of destinations, goes on to the next when one fails, and probes them.</summary>
[NotOffered("ds_load_unset ds_load_update", "calls are not counted for each destination here, so algorithm 10 is not offered either")]
[NotOffered("ds_select ds_select_routes ds_set_dst ds_set_domain", "ds_select_dst() chooses and sets in one, ds_next_dst() goes on")]
[NotOffered("ds_count ds_dsg_fetch ds_dsg_fetch_uri ds_oc_set_attrs ds_mark_addr", "destinations are looked at and changed from outside with scriptedsip ctl ds")]
[NotOffered("ds_push_script_attrs ds_get_script_attrs", "attributes of destinations come from the list")]
[RequiresModule("tm", When = "ds_ping_interval")]
internal sealed partial class DispatcherModule : ScriptModule, IDatabaseUser
{
    private const RouteKinds Selecting = RouteKinds.Request | RouteKinds.Failure | RouteKinds.Branch | RouteKinds.Local;
    private const int WaitMilliseconds = 5000;
    private const int OnlyUserFlag = 1;
    private const int FailoverFlag = 2;

    private DispatchList _list = DispatchList.Empty;
    private SocketTable _sockets = null!;
    private Database? _database;
    private bool _mayUseDefault;
    private string _folder = "";
    private int _candidates;
    private int _set;
    private int _count;
    private int _attributes;

    /// <summary>The sets as last read.</summary>
    public DispatchList List => Volatile.Read(ref _list);

    public override void Start(ModuleHost host)
    {
        _sockets = host.Sockets;
        _candidates = AvpReference.Parse(CandidatesAvp);
        _set = AvpReference.Parse(SetAvp);
        _count = AvpReference.Parse(CountAvp);
        _attributes = AvpReference.Parse(AttributesAvp);
        if (DatabaseInUse is not { } url)
            return;
        _database = host.Import<Databases>()!.Open(url);
        _list = ReadTable(_database);
    }

    public override void Started(ModuleHost host)
    {
        if (PingInterval == 0)
            return;
        var requests = host.Import<ILocalRequests>() ?? throw new InvalidOperationException("dispatcher: to probe destinations the script must load tm as well");
        var prober = new DestinationProber(this, requests, ProbeAnswers.Parse(PingReplyCodes, OptionsReplyCodes)!);
        host.Every(PingInterval * 1000, prober.Probe);
    }

    [SipFunction("ds_select_dst", Selecting,
        "Chooses a destination of a set and makes it the next hop. Algorithms: 0 to 3 hash of Call-ID, From, To, Request-URI; 4 turns; 5 hash of the user authenticated; 6 random; 7 hash of hash_pvar; 8 priority; 9 weight; 11 weight among those in use. 1, or -1 when none can be used.")]
    public Outcome SelectNextHop(Frame frame, int set, int algorithm, Utf8Text limit = default) => Select(frame, set, algorithm, limit, isDomain: false);

    [SipFunction("ds_select_domain", Selecting, "As ds_select_dst(), but the destination's host and port go into the Request-URI.")]
    public Outcome SelectDomain(Frame frame, int set, int algorithm, Utf8Text limit = default) => Select(frame, set, algorithm, limit, isDomain: true);

    [SipFunction("ds_next_dst", Selecting, "Makes the next destination kept by ds_select_dst() the next hop; -1 when there is no other.")]
    public Outcome NextNextHop(Frame frame) => Next(frame, isDomain: false);

    [SipFunction("ds_next_domain", Selecting, "As ds_next_dst(), but into the Request-URI.")]
    public Outcome NextDomain(Frame frame) => Next(frame, isDomain: true);

    [SipFunction("ds_mark_dst", RouteKinds.Any, "Takes the destination in use out and has it probed; -1 when there is none.")]
    public Outcome Mark(Frame frame) => Mark(frame, Utf8Text.From("p"));

    [SipFunction("ds_mark_dst", RouteKinds.Any,
        "Sets the state of the destination in use: a active, i inactive, t failing, d disabled, p together with one of them probed; -1 when there is none.")]
    public Outcome Mark(Frame frame, Utf8Text state)
    {
        if (InUse(frame) is not { } destination)
            return Outcome.False;
        var marked = DestinationState.Active;
        foreach (var letter in state.Span)
        {
            switch (letter | 0x20)
            {
                case 'a':
                    break;
                case 'i':
                    marked |= DestinationState.Inactive;
                    break;
                case 'd':
                    marked |= DestinationState.Disabled;
                    break;
                case 't':
                    destination.Fail(FailureThreshold);
                    return Outcome.True;
                case 'p':
                    // Alone it means: not to be used until a probe is answered.
                    marked |= DestinationState.Probing | (state.Length == 1 ? DestinationState.Inactive : 0);
                    break;
                default:
                    return Outcome.False;
            }
        }
        destination.State = marked;
        return Outcome.True;
    }

    [ResultMatters]
    [SipFunction("ds_is_from_list", RouteKinds.Any,
        "Whether the request comes from a destination's address, of one set or (-1) any. Mode: 1 any port, 2 any transport, 3 both; with a URI, that address is looked for. The number of the set, 1 for set 0, or -1.")]
    public Outcome IsFromList(Frame frame, int set = -1, int mode = 0, Utf8Text uri = default)
    {
        var source = frame.Message.Source;
        if (!uri.IsEmpty && !TryEndpoint(uri.Span, out source))
            return Outcome.False;
        return Find(frame, source, set, ignoresPort: (mode & 1) != 0, ignoresProtocol: (mode & 2) != 0 || uri.IsEmpty, onlyActive: false);
    }

    [ResultMatters]
    [SipFunction("ds_is_in_list", RouteKinds.Any,
        "Whether an address and port (0: any) belong to a destination, of one set or (-1) any; with 1 at the end only those in use count. The number of the set, 1 for set 0, or -1.")]
    public Outcome IsInList(Frame frame, Utf8Text address, int port, int set = -1, int active = 0) =>
        SipEndpoint.TryParseAddress(address.Span, TransportProtocol.Udp, port, out var endpoint)
            ? Find(frame, endpoint, set, ignoresPort: port == 0, ignoresProtocol: true, onlyActive: active != 0)
            : Outcome.False;

    [ResultMatters]
    [SipFunction("ds_list_exists", RouteKinds.Any, "1 when there is a set of that number, else -1.", Aliases = "ds_list_exist")]
    public Outcome Exists(Frame frame, int set) => Outcome.From(List.Sets.ContainsKey(set));

    [ResultMatters]
    [SipFunction("ds_is_active", RouteKinds.Any, "1 when a set has a destination in use, else -1.")]
    public Outcome IsActive(Frame frame, int set) =>
        Outcome.From(List.Sets.TryGetValue(set, out var found) && Array.Exists(found.All, static d => d.IsUsable));

    [SipFunction("ds_reload", RouteKinds.Any, "Reads the list or the table again; states of known destinations stay. -1 when it cannot be read: the old one stays.")]
    public Outcome Reload(Frame frame)
    {
        if (_database is not null)
            return Outcome.From(frame.Await(_ => _database.Ask(d => TryPut(() => ReadTable(d)) is null), WaitMilliseconds) is { IsAnswered: true, Answer: true });
        return Outcome.From(TryPut(ReadFile) is null);
    }

    /// <summary>The socket a destination is to be reached through; null for free choice.</summary>
    public ListenSocket? SocketOf(DispatchDestination destination) =>
        destination.Socket.IsEmpty ? null : SocketNames.Find(_sockets, destination.Socket.Span, TransportProtocol.Udp);

    private DispatchList ReadFile() => DispatchList.Parse(File.ReadLines(Path.Combine(_folder, ListFile)));

    private DispatchList ReadTable(Database database) => new DispatchTable(database, Table,
        new DispatchColumns(SetColumn, UriColumn, FlagsColumn, PriorityColumn, AttributesColumn, StateColumn, WeightColumn, SocketColumn)).Read();

    // Puts another list in the place of the one there is; what is wrong with it, or null.
    private string? TryPut(Func<DispatchList> read)
    {
        try
        {
            var list = read();
            list.Inherit(List);
            Volatile.Write(ref _list, list);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or DatabaseException)
        {
            return e.Message;
        }
    }

    private Outcome Select(Frame frame, int setNumber, int algorithm, Utf8Text limit, bool isDomain)
    {
        if (!DispatchAlgorithm.IsKnown(algorithm) || !List.Sets.TryGetValue(setNumber, out var set)
            || (!isDomain && !ForceDestination && !frame.DestinationUri.IsEmpty))
            return Outcome.False;
        var ordered = algorithm == DispatchAlgorithm.ByPriority ? set.ByPriority : set.All;
        var first = DispatchAlgorithm.First(frame, set, algorithm, (SelectionFlags & OnlyUserFlag) != 0, HashedText);
        if (first < 0)
            return Outcome.False;
        var most = (SelectionFlags & FailoverFlag) == 0 ? 1 : Value.TryParseInt(limit.Span, out var number) && number > 0 ? (int)Math.Min(number, ordered.Length) : ordered.Length;
        return Keep(frame, set, ordered, first, most) && Take(frame, InUse(frame)!, isDomain) ? Outcome.True : Outcome.False;
    }

    // The stack of the AVP has its top first, so the candidates are put in from the last to the first.
    private bool Keep(Frame frame, DispatchSet set, DispatchDestination[] ordered, int first, int most)
    {
        var reserved = UsesDefault && ordered.Length > 1 ? ordered[^1] : null;
        var usable = 0;
        Span<int> chosen = ordered.Length <= 64 ? stackalloc int[ordered.Length] : new int[ordered.Length];
        for (var i = 0; i < ordered.Length && usable < most; i++)
        {
            var position = (first + i) % ordered.Length;
            if (ordered[position].IsUsable && !ReferenceEquals(ordered[position], reserved))
                chosen[usable++] = position;
        }
        if (reserved is { IsUsable: true } && usable < most)
            chosen[usable++] = ordered.Length - 1;
        if (usable == 0)
            return false;
        frame.Avps.Remove(_candidates, all: true);
        for (var i = usable - 1; i >= 0; i--)
            frame.Avps.Add(_candidates, Value.FromText(ordered[chosen[i]].Uri));
        frame.Avps.Replace(_set, 0, Value.FromInt(set.Id));
        if (_count != 0)
            frame.Avps.Replace(_count, 0, Value.FromInt(usable));
        return true;
    }

    private Outcome Next(Frame frame, bool isDomain)
    {
        while (frame.Avps.Remove(_candidates, all: false) && InUse(frame) is { } destination)
        {
            if (destination.IsUsable)
                return Outcome.From(Take(frame, destination, isDomain));
        }
        return Outcome.False;
    }

    private bool Take(Frame frame, DispatchDestination destination, bool isDomain)
    {
        if (isDomain)
        {
            if (!UriParser.TryParse(destination.Uri.Span, out var parts))
                return false;
            var end = parts.PortText.IsPresent ? parts.PortText.End : parts.Host.End;
            if (!UriEditor.TrySetHostPort(frame.Arena, frame.RequestUri, destination.Uri[Slice.Between(parts.Host.Offset, end)].Span, out var uri))
                return false;
            frame.NewUri = uri;
        }
        else
        {
            frame.DestinationUri = destination.Uri;
        }
        if (SocketOf(destination) is { } socket)
            frame.SendSocket = socket;
        if (_attributes != 0)
            frame.Avps.Replace(_attributes, 0, Value.FromText(destination.Attributes));
        return true;
    }

    // The list may have been read anew since the destination was chosen: it is known by its set and URI.
    private DispatchDestination? InUse(Frame frame)
    {
        var uri = frame.Avps.Get(_candidates).Text;
        if (uri.IsEmpty || !List.Sets.TryGetValue((int)frame.Avps.Get(_set).Number, out var set))
            return null;
        foreach (var destination in set.All)
        {
            if (destination.Uri == uri)
                return destination;
        }
        return null;
    }

    private Outcome Find(Frame frame, SipEndpoint source, int setNumber, bool ignoresPort, bool ignoresProtocol, bool onlyActive)
    {
        foreach (var set in List.Sets.Values)
        {
            if (setNumber >= 0 && set.Id != setNumber)
                continue;
            foreach (var destination in set.All)
            {
                if ((onlyActive && !destination.IsUsable) || !TryEndpoint(destination.Uri.Span, out var endpoint) || !endpoint.SameAddress(source)
                    || (!ignoresPort && endpoint.Port != source.Port) || (!ignoresProtocol && endpoint.Protocol != source.Protocol))
                    continue;
                FoundSet?.Set(frame, AssignKind.Set, Value.FromInt(set.Id));
                FoundAttributes?.Set(frame, AssignKind.Set, Value.FromText(destination.Attributes));
                return new Outcome(Math.Max(1, set.Id));
            }
        }
        return Outcome.False;
    }

    private static bool TryEndpoint(ReadOnlySpan<byte> text, out SipEndpoint endpoint)
    {
        endpoint = default;
        if (!UriParser.TryParse(text, out var uri) || !uri.Host.IsPresent)
            return false;
        var protocol = TransportNames.OfUri(uri, text);
        return SipEndpoint.TryParseAddress(uri.Host.In(text), protocol == TransportProtocol.None ? TransportProtocol.Udp : protocol,
            uri.Port == 0 ? ListenSocket.DefaultPort : uri.Port, out endpoint);
    }
}
