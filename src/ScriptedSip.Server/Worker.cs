using System.Net.Sockets;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Server;

/// <summary>One thread on one UDP port: takes a batch, processes it, sends what came of it, all without waiting for anything else.</summary>
internal sealed class Worker
{
    private readonly UdpPort _port;
    private readonly ScriptContext _context;
    private readonly IMessageSink _sink;
    private readonly ConsoleLog _log;
    private readonly FailureLog _failures;
    private readonly IDatagramIo _io = DatagramIo.Create();
    private readonly Thread _thread;
    private volatile bool _stopping;

    public Worker(UdpPort port, int number, ScriptContext context, IMessageSink sink, ConsoleLog log, FailureLog failures)
    {
        _port = port;
        _context = context;
        _sink = sink;
        _log = log;
        _failures = failures;
        _thread = new Thread(Run) { IsBackground = true, Name = $"{port.Local} #{number}" };
    }

    public void Start() => _thread.Start();

    /// <summary>Asks the thread to end; it does when its current batch is done.</summary>
    public void Stop() => _stopping = true;

    /// <summary>Waits for the end; false when the thread is still busy.</summary>
    public bool Join(TimeSpan timeout) => _thread.Join(timeout);

    private void Run()
    {
        while (!_stopping)
        {
            try
            {
                var count = _io.Receive(_port);
                if (count > 0)
                    ProcessBatch(count);
            }
            catch (Exception e)
            {
                _failures.Report($"Receiving on {_port.Local}", e);
                if (e is SocketException)
                    Thread.Sleep(UdpPort.WaitMilliseconds);
            }
        }
    }

    private void ProcessBatch(int count)
    {
        _context.Tick();
        for (var i = 0; i < count; i++)
        {
            var buffer = _io.Received(i, out var length, out var source);
            try
            {
                _sink.Process(_context, buffer, length, source, _port.Local);
            }
            catch (Exception e)
            {
                _failures.Report($"Processing a message from {source}", e);
            }
        }
        _context.Outbox.Flush();
        _log.Flush();
    }
}
