using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ScriptedSip.Modules;
using ScriptedSip.Modules.Sl;
using ScriptedSip.Modules.Tm;
using ScriptedSip.Script.Api;
using ScriptedSip.Server.Seats;
using ScriptedSip.Sip;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Tests.Server;

/// <summary>Script runs that wait for a slow source, on real sockets: nobody else is to notice (docs/decisions/0011).</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class WaitingTests
{
    private const int PatienceMilliseconds = 10_000;

    // What the slow source of these tests answers with; a test that ends opens it for all who still wait.
    private readonly TaskCompletionSource<int> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly BlockingCollection<string> _seen = [];
    private readonly SlModule _sl = (SlModule)ModuleTable.Create("sl")!;
    private readonly TmModule _tm = (TmModule)ModuleTable.Create("tm")!;

    [Test]
    public void Others_are_answered_at_once_while_a_run_waits([Values] bool isStream)
    {
        using var server = Serve(AnswerWhatTheSourceSays);
        using var phone = new Phone(server, isStream);

        phone.Send("OPTIONS", "slow");
        for (var i = 0; i < 50; i++)
        {
            phone.Send("OPTIONS", $"quick{i}");
            Assert.That(phone.Receive(), Does.StartWith("SIP/2.0 204 ").And.Contain($"Call-ID: quick{i}\r\n"));
        }
        _source.SetResult(200);

        Assert.That(phone.Receive(), Does.StartWith("SIP/2.0 200 ").And.Contain("Call-ID: slow\r\n"));
        Assert.That(server[Counter.Waits], Is.EqualTo(1));
    }

    [Test]
    public void Messages_that_came_in_the_same_packet_of_a_stream_do_not_wait()
    {
        using var server = Serve(AnswerWhatTheSourceSays);
        using var phone = new Phone(server, isStream: true);

        phone.Send("OPTIONS", "slow", "slow2", "quick");
        Assert.That(phone.Receive(), Does.StartWith("SIP/2.0 204 ").And.Contain("Call-ID: quick\r\n"));
        _source.SetResult(200);

        var last = phone.Receive() + phone.Receive();
        Assert.That(last, Does.Contain("Call-ID: slow\r\n").And.Contain("Call-ID: slow2\r\n"));
    }

    [Test]
    public void What_a_run_has_sent_leaves_before_it_waits()
    {
        using var server = Serve(frame =>
        {
            _tm.NewTransaction(frame);
            _tm.Reply(frame, 183, Utf8Text.From("Looking"));
            AnswerWhatTheSourceSays(frame);
        });
        using var phone = new Phone(server);

        phone.Send("INVITE", "slow");
        Assert.That(phone.Receive(), Does.StartWith("SIP/2.0 183 "));
        _source.SetResult(486);
        Assert.That(phone.Receive(), Does.StartWith("SIP/2.0 486 "));
    }

    [Test] // RFC 3261 17.2
    public void Retransmission_of_a_request_that_waits_does_not_run_the_script_again()
    {
        using var server = Serve(AnswerWhatTheSourceSays);
        using var phone = new Phone(server);

        for (var i = 0; i < 5; i++)
            phone.Send("INVITE", "slow");
        phone.Send("OPTIONS", "quick");
        Assert.That(phone.Receive(), Does.StartWith("SIP/2.0 204 "));
        _source.SetResult(486);

        Assert.That(phone.Receive(), Does.StartWith("SIP/2.0 486 "));
        Assert.That(_seen, Is.EquivalentTo(new[] { "INVITE slow", "OPTIONS quick" }));
        Assert.That(server[Counter.Retransmissions], Is.EqualTo(4));
    }

    [Test] // RFC 3261 9.2: it cancels what is pending, also what has not yet been sent anywhere.
    public void Cancel_of_a_request_that_waits_is_processed_after_it()
    {
        using var server = Serve(AnswerWhatTheSourceSays);
        using var phone = new Phone(server);

        phone.Send("INVITE", "slow");
        phone.Send("CANCEL", "slow");
        phone.Send("CANCEL", "slow");
        phone.Send("OPTIONS", "quick");
        Assert.That(phone.Receive(), Does.StartWith("SIP/2.0 204 ").And.Contain("Call-ID: quick"));
        _source.SetResult(486);

        Assert.That(phone.Receive(), Does.StartWith("SIP/2.0 486 ").And.Contain("INVITE"));
        Assert.That(phone.Receive(), Does.StartWith("SIP/2.0 204 ").And.Contain("CANCEL"));
        Assert.That(_seen, Is.EqualTo(new[] { "INVITE slow", "OPTIONS quick", "CANCEL slow" }));
    }

    [Test]
    public void Timers_go_on_while_a_failure_route_waits()
    {
        var failed = new RunningServer.HandMadeRoute(AnswerWhatTheSourceSays);
        using var nobody = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var server = Serve(frame =>
        {
            _tm.SetTimers(frame, 50, 50);
            _tm.OnFailure(frame, failed);
            frame.DestinationUri = Utf8Text.From($"sip:{nobody.Client.LocalEndPoint}");
            _tm.Relay(frame);
        });
        using var phone = new Phone(server);

        phone.Send("INVITE", "slow");
        Assert.That(_seen.TryTake(out _, PatienceMilliseconds), Is.True);
        for (var i = 0; i < 5; i++)
        {
            phone.Send("INVITE", $"quick{i}");
            Assert.That(phone.Final(), Does.StartWith("SIP/2.0 204 ").And.Contain($"Call-ID: quick{i}\r\n"));
        }
        _source.SetResult(486);
        Assert.That(phone.Final(), Does.StartWith("SIP/2.0 486 ").And.Contain("Call-ID: slow\r\n"));
    }

    [Test]
    public void Periodic_action_that_waits_is_not_started_again_and_delays_no_other()
    {
        using var others = new BlockingCollection<int>();
        using var server = Serve(AnswerWhatTheSourceSays);
        var starts = 0;
        server.Every(10, context =>
        {
            starts++;
            var frame = context.Rent(new SipMessage(), RouteKinds.Timer, RunningServer.EmptyScript);
            frame.Await(_ => _source.Task, PatienceMilliseconds);
            context.Return(frame);
        });
        server.Every(10, _ => others.Add(0));

        for (var i = 0; i < 5; i++)
            Assert.That(others.TryTake(out _, PatienceMilliseconds), Is.True);
        Assert.That(starts, Is.EqualTo(1));
        _source.SetResult(0);
    }

    [Test]
    public void When_too_many_wait_the_next_ones_fail_at_once()
    {
        const int calls = 1000;
        using var server = Serve(AnswerWhatTheSourceSays);
        using var phone = new Phone(server);

        for (var i = 0; i < calls; i++)
        {
            phone.Send("OPTIONS", $"slow{i}");
            // One at a time: what is tested are the threads, not the buffers of sockets.
            if (i >= SeatThreads.MostWaiting)
                Assert.That(phone.Receive(), Does.StartWith("SIP/2.0 503 NoThread"));
        }
        phone.Send("OPTIONS", "quick");
        Assert.That(phone.Receive(), Does.StartWith("SIP/2.0 204 "));
        _source.SetResult(200);

        for (var i = 0; i < SeatThreads.MostWaiting; i++)
            Assert.That(phone.Receive(), Does.StartWith("SIP/2.0 200 "));
        Assert.That(server[Counter.Waits], Is.EqualTo(SeatThreads.MostWaiting));
        Assert.That(server[Counter.WaitsRefused], Is.EqualTo(calls - SeatThreads.MostWaiting));
    }

    [Test]
    public void Threads_are_there_again_when_waiting_is_over()
    {
        using var server = Serve(frame => Answer(frame, frame.Await(Delay, PatienceMilliseconds)));
        using var phone = new Phone(server);

        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < SeatThreads.MostWaiting; i++)
                phone.Send("OPTIONS", $"{round}-{i}");
            for (var i = 0; i < SeatThreads.MostWaiting; i++)
                Assert.That(phone.Receive(), Does.StartWith("SIP/2.0 200 "));
        }
        Assert.That(server[Counter.WaitsRefused], Is.Zero);

        static async Task<int> Delay(CancellationToken cancel)
        {
            await Task.Yield();
            return 200;
        }
    }

    [Test]
    public void Answer_that_is_there_at_once_costs_no_thread()
    {
        using var server = Serve(frame => Answer(frame, frame.Await(_ => Task.FromResult(200), PatienceMilliseconds)));
        using var phone = new Phone(server);
        phone.Send("OPTIONS", "a");
        Assert.That(phone.Receive(), Does.StartWith("SIP/2.0 200 "));
        Assert.That(server[Counter.Waits], Is.Zero);
    }

    [Test]
    public void Source_that_fails_or_takes_too_long_is_told_apart_and_the_question_is_cancelled()
    {
        using var cancelled = new BlockingCollection<int>();
        using var server = Serve(frame => Answer(frame, frame.Message.Text(frame.Message.CallId).ToString() switch
        {
            "throws" => frame.Await<int>(_ => throw new IOException("no way"), PatienceMilliseconds),
            "faults" => frame.Await(_ => Task.FromException<int>(new IOException("no way")), PatienceMilliseconds),
            _ => frame.Await(Forget, 20),
        }));
        using var phone = new Phone(server);

        phone.Send("OPTIONS", "throws");
        Assert.That(phone.Receive(), Does.StartWith("SIP/2.0 503 Failed no way"));
        phone.Send("OPTIONS", "faults");
        Assert.That(phone.Receive(), Does.StartWith("SIP/2.0 503 Failed no way"));
        phone.Send("OPTIONS", "late");
        Assert.That(phone.Receive(), Does.StartWith("SIP/2.0 503 TimedOut"));
        Assert.That(cancelled.TryTake(out _, PatienceMilliseconds), Is.True);

        Task<int> Forget(CancellationToken cancel)
        {
            cancel.Register(() => cancelled.Add(0));
            return _source.Task;
        }
    }

    [Test]
    public void Stop_ends_all_waiting()
    {
        using var server = Serve(AnswerWhatTheSourceSays);
        using var phone = new Phone(server);
        phone.Send("OPTIONS", "slow");
        Assert.That(_seen.TryTake(out _, PatienceMilliseconds), Is.True);

        server.Stop();

        Assert.That(phone.Receive(), Does.StartWith("SIP/2.0 503 Stopping"));
    }

    private RunningServer Serve(Action<Frame> route) => new(route, _sl, _tm);

    private void AnswerWhatTheSourceSays(Frame frame)
    {
        var call = frame.Message.Text(frame.Message.CallId).ToString();
        _seen.Add($"{frame.Message.Text(frame.Message.MethodText)} {call}");
        if (call.StartsWith("slow", StringComparison.Ordinal) && frame.Message.Method != SipMethod.Cancel)
            Answer(frame, frame.Await(_ => _source.Task, PatienceMilliseconds));
        else
            Answer(frame, new Waited<int>(WaitEnd.Answered, 204));
    }

    private void Answer(Frame frame, Waited<int> waited)
    {
        var code = waited.IsAnswered ? waited.Answer : 503;
        var reason = Utf8Text.From(waited.IsAnswered ? "Found" : $"{waited.End} {waited.Failure?.Message}");
        if (frame.Transaction is null)
            _sl.Send(frame, code, reason);
        else
            _tm.Reply(frame, code, reason);
    }

    private sealed class Phone : IDisposable
    {
        private readonly Socket _socket;
        private readonly bool _isStream;
        private readonly byte[] _buffer = new byte[65536];
        private string _received = "";

        public Phone(RunningServer server, bool isStream = false)
        {
            _isStream = isStream;
            _socket = isStream ? new Socket(SocketType.Stream, ProtocolType.Tcp) : new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            _socket.ReceiveTimeout = PatienceMilliseconds;
            _socket.Connect(isStream ? server.Tcp : server.Udp);
        }

        public void Send(string method, params string[] calls) =>
            _socket.Send(Encoding.UTF8.GetBytes(string.Concat(calls.Select(call =>
                $"{method} sip:x@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/{(_isStream ? "TCP" : "UDP")} 127.0.0.1:1;rport;branch=z9hG4bK{call}\r\nMax-Forwards: 70\r\n"
                + $"From: <sip:a@b>;tag=1\r\nTo: <sip:x@b>\r\nCall-ID: {call}\r\nCSeq: 1 {method}\r\nContent-Length: 0\r\n\r\n"))));

        /// <summary>The next reply.</summary>
        public string Receive()
        {
            int end;
            while ((end = _received.IndexOf("\r\n\r\n", StringComparison.Ordinal)) < 0)
                _received += Encoding.UTF8.GetString(_buffer, 0, _socket.Receive(_buffer));
            var reply = _received[..(end + 4)];
            _received = _received[(end + 4)..];
            return reply;
        }

        /// <summary>The next final reply that has not been seen before.</summary>
        public string Final()
        {
            string reply;
            do
                reply = Receive();
            while (reply.StartsWith("SIP/2.0 1", StringComparison.Ordinal) || !_finals.Add(reply));
            return reply;
        }

        public void Dispose() => _socket.Dispose();

        private readonly HashSet<string> _finals = [];
    }
}
