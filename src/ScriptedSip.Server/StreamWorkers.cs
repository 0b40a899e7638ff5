using System.Collections.Concurrent;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Server;

/// <summary>Processes messages from streams on whatever threads they arrive, each with a context of its own, borrowed for the one message.</summary>
internal sealed class StreamWorkers(Func<ScriptContext> newContext, IMessageSink sink, ConsoleLog log, FailureLog failures) : IStreamConsumer
{
    private readonly ConcurrentBag<ScriptContext> _contexts = [];

    /// <inheritdoc/>
    public void OnMessage(byte[] buffer, int length, in SipEndpoint source, ListenSocket local)
    {
        if (!_contexts.TryTake(out var context))
            context = newContext();
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
        _contexts.Add(context);
    }
}
