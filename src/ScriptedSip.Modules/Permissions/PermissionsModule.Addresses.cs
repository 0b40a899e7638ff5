using ScriptedSip.Modules.Core;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.Permissions;

// Groups of addresses, with the functions of all dialects.
internal sealed partial class PermissionsModule
{
    private const int DefaultGroup = 1;

    private static readonly Outcome NoSuchGroup = new(-2);
    private static readonly int GroupSlot = Frame.ReserveSlot();

    private AddressTable Addresses => _addresses?.Current ?? Volatile.Read(ref _listed);

    [SipFunction("set_address_group", RouteKinds.Any, "Sets the group allow_address() looks in when it is given none, for the rest of the script run; 1.")]
    public Outcome SetGroup(Frame frame, int group)
    {
        frame.Slot(GroupSlot) = group;
        return Outcome.True;
    }

    [ResultMatters]
    [SipFunction("allow_address", RouteKinds.Any, "1 when an address and port belong to the group of set_address_group(), else -1.")]
    public Outcome AllowAddress(Frame frame, Utf8Text address, int port) => AllowAddress(frame, frame.Slot(GroupSlot) is int group ? group : DefaultGroup, address, port);

    [ResultMatters]
    [SipFunction("allow_address", RouteKinds.Any, "1 when an address and port (0: any) belong to a group, else -1.")]
    public Outcome AllowAddress(Frame frame, int group, Utf8Text address, int port) =>
        Outcome.From(TryEndpoint(address, port, TransportProtocol.None, out var endpoint) && Find(frame, group, endpoint) is not null);

    [ResultMatters]
    [SipFunction("allow_source_address", RouteKinds.Any, "1 when the request comes from an address of a group, group 1 when none is given, else -1.")]
    public Outcome AllowSource(Frame frame, int group = DefaultGroup) => Outcome.From(Find(frame, group, frame.Message.Source) is not null);

    [ResultMatters]
    [SipFunction("allow_source_address_group", RouteKinds.Any, "The number of the first group the request's source belongs to, or -1.")]
    public Outcome SourceGroup(Frame frame) => GroupOf(Find(frame, Permissions.AddressTable.AnyGroup, frame.Message.Source));

    [ResultMatters]
    [SipFunction("allow_address_group", RouteKinds.Any, "The number of the first group an address and port (0: any) belong to, or -1.")]
    public Outcome AddressGroup(Frame frame, Utf8Text address, int port) => TryEndpoint(address, port, TransportProtocol.None, out var endpoint)
        ? GroupOf(Find(frame, Permissions.AddressTable.AnyGroup, endpoint))
        : Outcome.False;

    [ResultMatters]
    [SipFunction("check_address", RouteKinds.Any,
        "1 when an address, port (0: any) and protocol (any) belong to a group (0: any); info gets what the entry is called, the pattern of the entry must fit the text given. -1 when not, -2 when there is no such group.")]
    public Outcome CheckAddress(Frame frame, int group, Utf8Text address, int port, Utf8Text protocol, VariableRef? info = null, Utf8Text pattern = default) =>
        TryEndpoint(address, port, TransportNames.Parse(protocol.Span), out var endpoint) ? Check(frame, group, endpoint, info, pattern) : Outcome.False;

    [ResultMatters]
    [SipFunction("check_source_address", RouteKinds.Any, "As check_address(), for the source of the request.")]
    public Outcome CheckSource(Frame frame, int group, VariableRef? info = null, Utf8Text pattern = default) => Check(frame, group, frame.Message.Source, info, pattern);

    [ResultMatters]
    [SipFunction("get_source_group", RouteKinds.Any, "Puts the number of the first group the request's source belongs to into a variable; -1 when there is none.")]
    public Outcome GetSourceGroup(Frame frame, VariableRef group) =>
        Outcome.From(Find(frame, Permissions.AddressTable.AnyGroup, frame.Message.Source) is { } entry && group.Set(frame, AssignKind.Set, Value.FromInt(entry.Group)));

    private static Outcome GroupOf(AddressEntry? entry) => entry is null ? Outcome.False : new Outcome(entry.Group);

    private Outcome Check(Frame frame, int group, in SipEndpoint endpoint, VariableRef? info, Utf8Text pattern)
    {
        if (group == 0)
            group = Permissions.AddressTable.AnyGroup;
        if (!Addresses.HasGroup(group))
            return NoSuchGroup;
        if (Find(frame, group, endpoint, pattern) is not { } entry)
            return Outcome.False;
        info?.Set(frame, AssignKind.Set, Value.FromText(entry.Tag));
        return Outcome.True;
    }

    private AddressEntry? Find(Frame frame, int group, in SipEndpoint endpoint, Utf8Text text = default)
    {
        var entry = Addresses.Find(group, endpoint, text);
        if (entry is not null && _peerTag != 0 && !entry.Tag.IsEmpty)
            frame.Avps.Add(_peerTag, Value.FromText(entry.Tag));
        return entry;
    }

    private static bool TryEndpoint(Utf8Text address, int port, TransportProtocol protocol, out SipEndpoint endpoint)
    {
        endpoint = default;
        return port is >= 0 and <= 65535 && SipEndpoint.TryParseAddress(address.Span, protocol, port, out endpoint);
    }
}
