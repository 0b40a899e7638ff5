using System.Net.Sockets;
using ScriptedSip.Script.Api;
using ScriptedSip.Server.Seats;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Server;

/// <summary>The work on one UDP port: takes a batch, processes it, sends what came of it.</summary>
internal sealed class Worker(UdpPort port, int number, Func<ISeat, ScriptContext> newContext, SeatThreads threads, IMessageSink sink, ConsoleLog log, FailureLog failures)
    : Seat($"{port.Local} #{number}", newContext, threads, sink)
{
    private readonly IMessageSink _sink = sink;
    private readonly IDatagramIo _io = DatagramIo.Create();
    private int _count;
    private int _next;

    /// <inheritdoc/>
    protected override void Work(ScriptContext context)
    {
        while (!IsStopping && !context.HasLeft)
        {
            try
            {
                // Whoever had to leave in the middle of a batch has left the rest of it.
                if (_next == _count)
                {
                    _next = _count = 0;
                    _count = _io.Receive(port);
                }
                if (_count > 0)
                    ProcessBatch(context);
            }
            catch (Exception e)
            {
                failures.Report($"Receiving on {port.Local}", e);
                if (e is SocketException)
                    Thread.Sleep(UdpPort.WaitMilliseconds);
            }
        }
    }

    /// <inheritdoc/>
    protected override void OnLeave() => _io.Detach(_next - 1);

    private void ProcessBatch(ScriptContext context)
    {
        context.Tick();
        while (_next < _count)
        {
            var buffer = _io.Received(_next++, out var length, out var source);
            try
            {
                _sink.Process(context, buffer, length, source, port.Local);
            }
            catch (Exception e)
            {
                failures.Report($"Processing a message from {source}", e);
            }
            if (context.HasLeft)
            {
                DatagramIo.Recycle(buffer);
                break;
            }
        }
        context.Outbox.Flush();
        log.Flush();
    }
}
