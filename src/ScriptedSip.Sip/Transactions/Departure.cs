using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Sip.Transactions;

/// <summary>A request that is ready to leave.</summary>
/// <param name="Bytes">As it will be on the wire.</param>
/// <param name="From">The socket it leaves through.</param>
/// <param name="To">Where it goes.</param>
/// <param name="Source">Where it had come from.</param>
/// <param name="ReceivedAt">The socket it had come in at.</param>
public readonly record struct Departure(MessageBuffer Bytes, ListenSocket From, SipEndpoint To, SipEndpoint Source, ListenSocket ReceivedAt);

/// <summary>Whether a request may leave.</summary>
public delegate bool DepartureCheck(ProcessingContext context, in Departure departure);
