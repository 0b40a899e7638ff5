using System.Globalization;
using System.Text;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Tests.Support;

/// <summary>
/// Plays a scenario file: a script, messages that arrive, time that passes, and what must have been sent and printed. Everything the proxy sends
/// must be expected before the next step that makes it do something, so a scenario cannot overlook a packet.
/// </summary>
internal sealed class ScenarioRunner
{
    private readonly IReadOnlyList<ScenarioStep> _steps;
    private readonly ScenarioText _text = new();
    private readonly Dictionary<string, (SipEndpoint From, SipEndpoint To, string Text)> _received = [];
    private readonly Dictionary<string, SentPacket> _sent = [];
    private IScenarioStage _stage = null!;
    private bool _readsConsole;
    private int _registrations;

    private ScenarioRunner(IReadOnlyList<ScenarioStep> steps) => _steps = steps;

    /// <summary>Runs the file; fails the test at the first step that does not hold.</summary>
    public static void Run(string path) => Run(path, ScenarioFile.Read(path), ScenarioServer.Start);

    /// <summary>The same on another stage.</summary>
    public static void Run(string path, IReadOnlyList<ScenarioStep> steps, Func<IReadOnlyList<ScenarioStep>, IScenarioStage> start)
    {
        var runner = new ScenarioRunner(steps);
        var line = 0;
        try
        {
            using var stage = start(steps);
            runner._stage = stage;
            foreach (var step in runner._steps)
            {
                line = step.Line;
                runner.Play(step);
            }
            runner.NothingLeft();
            if (runner._readsConsole && stage.TakeConsole() is { Length: > 0 } rest)
                throw new ScenarioFailure($"the script also printed\n{rest}");
        }
        catch (Exception e) when (e is ScenarioFailure or FormatException)
        {
            Assert.Fail($"{Path.GetFileName(path)}:{line}: {e.Message}");
        }
    }

    private void Play(ScenarioStep step)
    {
        switch (step)
        {
            case ReceiveStep receive:
                NothingLeft();
                Receive(receive);
                break;
            case AnswerStep answer:
                NothingLeft();
                Answer(answer);
                break;
            case RegisterStep register:
                NothingLeft();
                Register(register);
                break;
            case UnreachableStep unreachable:
                NothingLeft();
                _stage.ReportUnreachable(Sent(unreachable.Name));
                break;
            case AdvanceStep advance:
                NothingLeft();
                _stage.Advance(advance.Milliseconds);
                break;
            case ExpectStep { Text: null } again:
                ExpectAgain(again.Name!);
                break;
            case ExpectStep expect:
                Expect(expect);
                break;
            case ExpectNothingStep:
                NothingLeft();
                break;
            case ExpectConsoleStep console:
                ExpectConsole(console.Text);
                break;
            case IgnoreStep:
                _stage.Ignore();
                break;
        }
    }

    private void Receive(ReceiveStep step)
    {
        var (from, to, text) = step.Text is not null
            ? (step.From, step.To, _text.ToMessage(step.Text))
            : _received.TryGetValue(step.Name!, out var earlier) ? earlier : throw new FormatException($"no message is called {step.Name}");
        if (step.Text is null && !step.From.IsNone)
            from = step.From;
        if (step.Name is not null)
        {
            _received[step.Name] = (from, to, text);
            _text.Remember(step.Name, text);
        }
        _stage.Receive(from, to, text);
    }

    private void Answer(AnswerStep step)
    {
        var request = Sent(step.Name);
        var reply = new StringBuilder();
        reply.Append(CultureInfo.InvariantCulture, $"SIP/2.0 {step.Code} {step.Reason}\r\n");
        // RFC 3261 8.2.6.2: what a reply copies from its request.
        foreach (var line in request.Text.Split("\r\n").TakeWhile(l => l.Length > 0))
        {
            var name = line.Split(':')[0];
            if (name is "Via" or "From" or "Call-ID" or "CSeq" || (name is "Record-Route" && step.Code is > 100 and < 300))
                reply.Append(line).Append("\r\n");
            else if (name is "To")
                reply.Append(line).Append(step.Code > 100 && !line.Contains(";tag=", StringComparison.Ordinal) ? $";tag=of-{step.Name}\r\n" : "\r\n");
        }
        if (step.ExtraHeaders.Contains("\n\n", StringComparison.Ordinal))
            reply.Append(_text.ToMessage(step.ExtraHeaders));
        else
            reply.Append(_text.ToWire(step.ExtraHeaders)).Append("Content-Length: 0\r\n\r\n");
        if (step.As is not null)
        {
            _received[step.As] = (request.To, request.From, reply.ToString());
            _text.Remember(step.As, reply.ToString());
        }
        _stage.Receive(request.To, request.From, reply.ToString());
    }

    private void Register(RegisterStep step)
    {
        var user = step.Uri[(step.Uri.IndexOf(':', StringComparison.Ordinal) + 1)..step.Uri.IndexOf('@', StringComparison.Ordinal)];
        var host = step.Uri[(step.Uri.IndexOf('@', StringComparison.Ordinal) + 1)..];
        var address = step.Phone.ToString()[4..];
        if (step.Phone.Port == ListenSocket.DefaultPort)
            address = address[..address.LastIndexOf(':')];
        _stage.Receive(step.Phone, default, $"""
            REGISTER sip:{host} SIP/2.0
            Via: SIP/2.0/UDP {address};branch=z9hG4bKregister{++_registrations}
            Max-Forwards: 70
            From: <{step.Uri}>;tag=register{_registrations}
            To: <{step.Uri}>
            Call-ID: register{_registrations}
            CSeq: 1 REGISTER
            Contact: <sip:{user}@{address}>
            Content-Length: 0


            """.ReplaceLineEndings("\r\n"));
        var reply = _stage.Take(step.Phone, p => p.FirstLine == "SIP/2.0 200 OK");
        if (reply?.FirstLine != "SIP/2.0 200 OK")
            throw new ScenarioFailure($"the registration was answered {reply?.FirstLine ?? "not at all"}");
    }

    private void Expect(ExpectStep step)
    {
        var packet = _stage.Take(step.To, p => Difference(step, p, _text.Copy()) is null) ?? throw new ScenarioFailure($"nothing was sent to {step.To}{AlsoSent()}");
        if (Difference(step, packet, _text) is { } difference)
            throw new ScenarioFailure($"{difference}\nwhat was sent to {packet.To}:\n{packet.Text}{AlsoSent()}");
        if (step.Name is not null)
            _sent[step.Name] = packet;
    }

    private static string? Difference(ExpectStep step, SentPacket packet, ScenarioText text)
    {
        if (!step.Exactly)
            return MessagePattern.Compare(step.Text!, packet.Text, text);
        // A block that ends in a backslash says itself where the bytes end.
        var isWhole = step.Text!.Contains("\n\n", StringComparison.Ordinal) || step.Text.EndsWith("\\\n", StringComparison.Ordinal);
        var pattern = isWhole ? step.Text : step.Text + "\n";
        return text.Match(ScenarioText.Unescape(ToPattern(pattern)), packet.Text) ? null : "the bytes differ";
    }

    private void ExpectAgain(string name)
    {
        var before = Sent(name);
        var packet = _stage.Take(before.To, p => p.Text == before.Text) ?? throw new ScenarioFailure($"{name} was not sent again{AlsoSent()}");
        if (packet.Text != before.Text)
            throw new ScenarioFailure($"this is not {name} again:\n{packet.Text}");
    }

    private void ExpectConsole(string block)
    {
        _readsConsole = true;
        var pattern = ScenarioText.Unescape(block);
        var printed = _stage.TakeConsole(p => _text.Copy().Match(pattern, p));
        if (!_text.Match(pattern, printed))
            throw new ScenarioFailure($"the console should show\n{block}\nand shows\n{printed}");
    }

    private void NothingLeft()
    {
        if (_stage.Waiting.Count > 0)
            throw new ScenarioFailure($"sent without being expected:{AlsoSent()}");
    }

    private SentPacket Sent(string name) => _sent.TryGetValue(name, out var packet) ? packet : throw new FormatException($"no sent packet is called {name}");

    private string AlsoSent() => string.Concat(_stage.Waiting.Select(p => $"\n--- to {p.To}:\n{p.Text}"))
        + string.Concat(_stage.ProgramMessages.Select(m => $"\n--- log: {m}"));

    private static string ToPattern(string block)
    {
        var text = block.Replace("\n", "\r\n", StringComparison.Ordinal);
        return text.EndsWith("\\\r\n", StringComparison.Ordinal) ? text[..^3] : text;
    }
}

/// <summary>A step that does not hold.</summary>
internal sealed class ScenarioFailure(string message) : Exception(message);
