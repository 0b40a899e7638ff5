using System.Globalization;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Exec;

/// <summary>
/// The exec module: runs commands and takes their answer. The script waits for a command, other messages do not. What the message holds
/// reaches a command through its environment and its input only.
/// </summary>
internal sealed class ExecModule : ScriptModule
{
    private const RouteKinds Waiting = RouteKinds.Request | RouteKinds.Failure | RouteKinds.OnReply | RouteKinds.Local | RouteKinds.Timer | RouteKinds.Startup | RouteKinds.Event;

    // Behind 64 * T1 nobody waits for an answer any more (RFC 3261 17.1.1.2, timer B).
    private const int LongestWait = 32_000;

    private ScriptLog _log = null!;

    [ModParam("time_to_kill", "Seconds a command may take before it is killed and its function fails; 0 for 32.")]
    public int TimeToKill { get; set; }

    [ModParam("setvars", "Whether commands find the message in their environment, as SIP_METHOD, SIP_HF_FROM and so on.")]
    public bool SetsVariables { get; set; } = true;

    [ModParam("bash_safety", "Values from messages are never part of a command.", Ignored = true)]
    public int BashSafety { get; set; } = 1;

    [ModParam("async", "Other messages are always processed while a command runs.", Ignored = true)]
    public int Asynchronous { get; set; }

    public override string? Validate(ScriptVersion script) => TimeToKill is < 0 or > 3600 ? "exec: time_to_kill must be from 0 to 3600" : null;

    public override void Start(ModuleHost host) => _log = host.Log;

    [SipFunction("exec_msg", Waiting, "Runs a command with the message as its input; 1 when it ends with 0, else -1.")]
    public Outcome Message(Frame frame, ShellCommand command) =>
        Outcome.From(Run(frame, command.Text, command, frame.Message.Span.ToArray()) is { ExitCode: 0 });

    [SipFunction("exec_cmd", Waiting, "Runs a command; 1 when it ends with 0, else -1.")]
    public Outcome Command(Frame frame, ShellCommand command) => Outcome.From(Run(frame, command.Text, command, []) is { ExitCode: 0 });

    [SipFunction("exec_dset", RouteKinds.Request | RouteKinds.Failure,
        "Runs a command with the Request-URI as its argument; the URIs it prints, one a line, become Request-URI and branches. -1 when it fails or prints none.")]
    public Outcome Destinations(Frame frame, ShellCommand command)
    {
        var uri = frame.RequestUri;
        if (Run(frame, command.Text + " \"${SIP_RURI}\"", command, [], ("SIP_RURI", uri)) is not { ExitCode: 0 } result)
            return Outcome.False;
        var isFirst = true;
        foreach (var line in result.Lines)
        {
            var text = frame.Arena.Copy(Utf8Text.From(line.Split(' ', 2)[0]).Span);
            if (!UriParser.TryParse(text.Span, out _))
                return Outcome.False;
            if (isFirst)
                frame.NewUri = text;
            else if (!frame.AppendBranch(new BranchTarget { Uri = text, Q = BranchTarget.NoQ }))
                return Outcome.False;
            isFirst = false;
        }
        return Outcome.From(!isFirst);
    }

    [SipFunction("exec_avp", Waiting, "Runs a command; the lines it prints go to $avp(i:1), $avp(i:2) and so on. -1 when it fails.")]
    public Outcome Lines(Frame frame, ShellCommand command)
    {
        if (Run(frame, command.Text, command, []) is not { ExitCode: 0 } result)
            return Outcome.False;
        for (var i = 0; i < result.Lines.Count; i++)
            frame.Avps.Add(AvpList.NameOf("i:" + (i + 1).ToString(CultureInfo.InvariantCulture)), Value.FromText(Utf8Text.From(result.Lines[i])));
        return Outcome.True;
    }

    [SipFunction("exec_avp", Waiting, "Runs a command; the lines it prints go to the variables given. -1 when it fails.")]
    public Outcome Lines(Frame frame, ShellCommand command, ResultVariables variables)
    {
        if (Run(frame, command.Text, command, []) is not { ExitCode: 0 } result)
            return Outcome.False;
        for (var i = 0; i < result.Lines.Count && i < variables.Variables.Count; i++)
        {
            if (!variables.Variables[i].Set(frame, AssignKind.Set, Value.FromText(frame.Arena.Copy(Utf8Text.From(result.Lines[i]).Span))))
                return Outcome.False;
        }
        return Outcome.True;
    }

    [SipFunction("exec", Waiting, "Runs a command with a text as its input; what it prints goes to a variable. 1 when it ends with 0, else -1.")]
    public Outcome Execute(Frame frame, ShellCommand command, Utf8Text input = default, VariableRef? output = null)
    {
        if (Run(frame, command.Text, command, input.Span.ToArray()) is not { } result)
            return Outcome.False;
        output?.Set(frame, AssignKind.Set, Value.FromText(frame.Arena.Copy(Utf8Text.From(string.Join('\n', result.Lines)).Span)));
        return Outcome.From(result.ExitCode == 0);
    }

    private ShellResult? Run(Frame frame, string text, ShellCommand command, byte[] input, (string Name, Utf8Text Value) extra = default)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        if (SetsVariables)
            RequestEnvironment.Export(frame, environment);
        if (extra.Name is not null)
            environment[extra.Name] = RequestEnvironment.Clean(extra.Value.Span);
        command.Export(frame, environment);
        var limit = TimeToKill == 0 ? LongestWait : TimeToKill * 1000;
        var waited = frame.Await(token => Shell.RunAsync(text, environment, input, token), limit);
        if (!waited.IsAnswered && _log.IsEnabled(LogLevel.Error))
            _log.Write(LogLevel.Error, $"exec: \"{command.Text}\": {(waited.End == WaitEnd.TimedOut ? $"killed after {limit / 1000} seconds" : waited.Failure?.Message ?? waited.End.ToString())}");
        return waited.Answer;
    }
}
