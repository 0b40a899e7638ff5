#pragma warning disable CA1822 // Members of a module are instance members by contract.
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Binding;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Tests.Script;

/// <summary>The modules scripts of these tests can name.</summary>
internal static class FakeModules
{
    public static ModuleCatalog Catalog { get; } = new(
        ["tm", "sl", "maxfwd"],
        static name => name switch
        {
            "tm" => new FakeTm(),
            "sl" => new FakeSl(),
            "maxfwd" => new FakeMaxForwards(),
            _ => null,
        },
        static () => [new FakeCore()]);
}

/// <summary>What the tests' scripts look at the world with.</summary>
internal sealed class FakeCore : ScriptModule
{
    private ScriptLog _log = null!;
    private Value _cell;
    private bool _isSilent;

    /// <summary>Keeps note() from making strings.</summary>
    public void BeSilent() => _isSilent = true;

    public void Attach(ScriptLog log) => _log = log;

    [SipFunction("log", RouteKinds.Any, "Prints.")]
    public Outcome Log(Frame frame, Format text)
    {
        _log.WriteScript(LogLevel.Info, text.Render(frame).Span);
        return Outcome.True;
    }

    [SipFunction("log", RouteKinds.Any, "Prints at a level.")]
    public Outcome Log(Frame frame, int level, Format text) => Log(frame, text);

    [SipFunction("code", RouteKinds.Any, "Returns its argument.")]
    public Outcome Code(Frame frame, int result) => new(result);

    [SipFunction("fail", RouteKinds.Any, "Throws.")]
    public Outcome Fail(Frame frame) => throw new InvalidOperationException("broken");

    [SipFunction("note", RouteKinds.Any, "Prints text arguments.")]
    public Outcome Note(Frame frame, Utf8Text first, Utf8Text second = default)
    {
        if (!_isSilent)
            _log.WriteScript(LogLevel.Info, System.Text.Encoding.UTF8.GetBytes($"{first}/{second}"));
        return Outcome.True;
    }

    [SipFunction("raw", RouteKinds.Any, "Prints its argument as written.")]
    public Outcome Raw(Frame frame, [Literal] Utf8Text text) => Note(frame, text);

    [SipFunction("header", RouteKinds.Any, "Prints id and name.")]
    public Outcome Header(Frame frame, HeaderName name)
    {
        _log.WriteScript(LogLevel.Info, System.Text.Encoding.UTF8.GetBytes($"{name.Id} {name.Name}"));
        return Outcome.True;
    }

    [SipFunction("search", RouteKinds.Any, "True when the message matches.")]
    public Outcome Search(Frame frame, [Linewise] BytePattern pattern) => Outcome.From(pattern.IsMatch(frame, frame.Message.Span));

    [SipFunction("subst", RouteKinds.Any, "Substitutes in a text and prints it.")]
    public Outcome Substitute(Frame frame, Substitution substitution, Utf8Text text)
    {
        var result = "";
        var from = 0;
        while (substitution.TryMatch(frame, text.Span, from, out var match, out var replacement))
        {
            result += System.Text.Encoding.UTF8.GetString(text.Span[from..match.Offset]) + replacement;
            from = match.End;
            if (!substitution.IsGlobal || match.IsEmpty)
                break;
        }
        _log.WriteScript(LogLevel.Info, System.Text.Encoding.UTF8.GetBytes(result + System.Text.Encoding.UTF8.GetString(text.Span[from..])));
        return Outcome.True;
    }

    [SipFunction("store", RouteKinds.Any, "Puts a text into a variable.")]
    public Outcome Store(Frame frame, VariableRef variable, Utf8Text text) => Outcome.From(variable.Set(frame, AssignKind.Set, Value.FromText(text)));

    [SipFunction("setflag", RouteKinds.Any, "Sets a flag.")]
    public Outcome SetFlag(Frame frame, int flag)
    {
        frame.Flags |= 1u << flag;
        return Outcome.True;
    }

    [SipFunction("isflagset", RouteKinds.Any, "True when a flag is set.")]
    public Outcome IsFlagSet(Frame frame, int flag) => Outcome.From((frame.Flags & (1u << flag)) != 0);

    [SipVariable("rm", "Method.")]
    public Value Method(Frame frame) => Value.FromSlice(frame.Message, frame.Message.MethodText);

    [SipVariable("ru", "Request-URI.", Setter = nameof(SetUri))]
    public Value Uri(Frame frame) => Value.FromText(frame.RequestUri);

    public bool SetUri(Frame frame, in Value value)
    {
        if (!value.IsText)
            return false;
        frame.NewUri = value.Text;
        return true;
    }

    [SipVariable("rU", "Null in this test.")]
    public Value User(Frame frame) => Value.Null;

    [SipVariable("fu from", "From URI.")]
    public Value From(Frame frame) => Value.FromSlice(frame.Message, frame.Message.From.Uri);

    [SipVariable("ci", "Call-ID.")]
    public Value CallId(Frame frame) => Value.FromSlice(frame.Message, frame.Message.CallId);

    [SipVariable("rs", "Both forms.")]
    public Value Status(Frame frame) => Value.FromBoth(200, Utf8Text.From("200"));

    [SipVariable("rc retcode ?", "Last code.")]
    public Value ReturnCode(Frame frame) => Value.FromInt(frame.ReturnCode);

    [SipVariable("hdr", "Header.")]
    public Value Header(Frame frame, HeaderName name, int index)
    {
        var message = frame.Message;
        var row = message.FindNext(name.Id, name.Name.Span, -1);
        while (row >= 0 && index-- > 0)
            row = message.FindNext(name.Id, name.Name.Span, row);
        return row < 0 ? Value.Null : Value.FromText(message.Text(message.Header(row).Value));
    }

    [SipVariable("cell", "One value for all.", Setter = nameof(SetCell))]
    public Value Cell(Frame frame) => _cell;

    public bool SetCell(Frame frame, in Value value)
    {
        _cell = value;
        return true;
    }

    [SipVariable("avp", "AVP.", InternArgument = true, Setter = nameof(SetAvp))]
    public Value Avp(Frame frame, int name, int index) =>
        index == SipVariableAttribute.AllValues ? Value.FromInt(frame.Avps.CountOf(name)) : frame.Avps.Get(name, index);

    public bool SetAvp(Frame frame, int name, int index, AssignKind kind, in Value value)
    {
        if (kind == AssignKind.Replace || index == SipVariableAttribute.AllValues || value.IsNull)
            frame.Avps.Remove(name, all: kind == AssignKind.Replace || index == SipVariableAttribute.AllValues);
        frame.Avps.Add(name, value);
        return true;
    }
}

internal sealed class FakeTm : ScriptModule
{
    [ModParam("fr_timer", "Milliseconds.")]
    public int FinalReplyTimer { get; set; } = 30000;

    [ModParam("restart", "Yes or no.")]
    public bool Restart { get; set; }

    [SipFunction("t_relay", RouteKinds.Request | RouteKinds.Failure, "Relays.")]
    public Outcome Relay(Frame frame) => Outcome.True;

    [SipFunction("t_relay", RouteKinds.Request | RouteKinds.Failure, "Relays to a place.")]
    public Outcome Relay(Frame frame, Utf8Text host, int port) => Outcome.True;

    [SipFunction("t_on_failure", RouteKinds.RequestOrFailureOrBranch, "Arms.", Aliases = "t_on_negative")]
    public Outcome OnFailure(Frame frame, [RouteKind(RouteKinds.Failure)] RouteRef? route)
    {
        frame.OnFailure = route;
        return Outcome.True;
    }

    [SipFunction("t_on_reply", RouteKinds.RequestOrFailureOrBranch, "Arms.")]
    public Outcome OnReply(Frame frame, [RouteKind(RouteKinds.OnReply)] RouteRef? route)
    {
        frame.OnReply = route;
        return Outcome.True;
    }
}

internal sealed class FakeSl : ScriptModule
{
    public List<string> Texts { get; } = [];

    [ModParam("text", "A text; may be repeated.")]
    public void AddText(string text) => Texts.Add(text);

    [SipFunction("sl_send_reply", RouteKinds.Request | RouteKinds.Failure | RouteKinds.Error, "Answers.")]
    public Outcome Reply(Frame frame, int code, Utf8Text reason)
    {
        frame.StatusCode = code;
        frame.Handled = true;
        return Outcome.True;
    }
}

internal sealed class FakeMaxForwards : ScriptModule
{
    [SipFunction("mf_process_maxfwd_header", RouteKinds.Request, "Counts.")]
    public Outcome Process(Frame frame, int initial) => Outcome.True;
}
