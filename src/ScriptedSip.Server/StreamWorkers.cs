using System.Collections.Concurrent;
using ScriptedSip.Script.Api;
using ScriptedSip.Server.Seats;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Server;

/// <summary>Processes messages from streams on whatever threads they arrive, each with a context of its own, borrowed for the one message.</summary>
internal sealed class StreamWorkers(Func<ISeat, ScriptContext> newContext, SeatThreads threads, IMessageSink sink, ConsoleLog log, FailureLog failures) : IStreamConsumer
{
    private readonly ConcurrentBag<StreamSeat> _seats = [];

    /// <inheritdoc/>
    public void OnMessage(byte[] buffer, int length, in SipEndpoint source, ListenSocket local, IMessageStream stream)
    {
        if (!_seats.TryTake(out var seat))
            seat = new StreamSeat(newContext, threads, sink);
        var context = seat.Sit(stream);
        try
        {
            context.Tick();
            sink.Process(context, buffer, length, source, local);
        }
        catch (Exception e)
        {
            failures.Report($"Processing a message from {source}", e);
        }
        context.Outbox.Flush();
        log.Flush();
        seat.GetUp();
        _seats.Add(seat);
    }
}
