using System.Text;
using ScriptedSip.Modules.Core;
using ScriptedSip.Modules.Sl;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Sanity;

/// <summary>
/// sanity: checks a script may ask for. What makes a message unusable (version, scheme, mandatory headers, Via, CSeq, Content-Length, required
/// extensions: checks 1, 2, 4, 8, 16, 32, 64, 128 and 512) has been refused before any script runs, so those always hold here.
/// </summary>
internal sealed class SanityModule : ScriptModule, IProxyExtensions
{
    private const RouteKinds Routes = RouteKinds.Request | RouteKinds.OnReply;
    private const int AllChecks = 16383;

    private static readonly int FaultSlot = Frame.ReserveSlot();

    private byte[][] _extensions = [];
    private IStatelessReplies _replies = null!;

    [ModParam("default_checks", "Checks of sanity_check() without arguments, a sum of 1 to 8192; the manual's table names them.")]
    public int DefaultChecks { get; set; } = 3047;

    [ModParam("uri_checks", "URIs that check 1024 looks at: 1 Request-URI, 2 From, 4 To, 8 Contact.")]
    public int UriChecks { get; set; } = 7;

    [ModParam("proxy_require", "Option tags, with commas, that a request may require of this proxy.")]
    public string ProxyRequire { get; set; } = "";

    [ModParam("autodrop", "1: the script ends for a message that fails; 0: sanity_check() returns -1.")]
    public bool EndsScript { get; set; } = true;

    [ModParam("noreply", "1: nothing is answered until the script calls sanity_reply().")]
    public bool AnswersNot { get; set; }

    /// <inheritdoc/>
    public override string? Validate(ScriptVersion script) => DefaultChecks is < 0 or > AllChecks || UriChecks is < 0 or > 15
        ? "sanity: default_checks must be from 0 to 16383 and uri_checks from 0 to 15"
        : null;

    public override string? TakeOver(ScriptModule running) => null;

    /// <inheritdoc/>
    public override void Start(ModuleHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        _extensions = [.. ProxyRequire.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Encoding.ASCII.GetBytes)];
        host.Export<IProxyExtensions>(this);
    }

    /// <inheritdoc/>
    public override void Started(ModuleHost host) => _replies = host.Import<IStatelessReplies>()!;

    [SipFunction("sanity_check", Routes,
        "Checks the message as default_checks and uri_checks say: 1; a request that fails is answered 400 and ends the script, or -1 with autodrop 0.")]
    public Outcome Check(Frame frame) => Check(frame, DefaultChecks, UriChecks);

    [SipFunction("sanity_check", Routes, "The same with other checks.")]
    public Outcome Check(Frame frame, int checks) => Check(frame, checks, UriChecks);

    [SipFunction("sanity_check", Routes, "The same with other checks, and other URIs for check 1024.")]
    public Outcome Check(Frame frame, int checks, int uris)
    {
        var fault = SanityChecks.Find(frame.Message, checks, uris);
        if (fault is null)
            return Outcome.True;
        frame.Slot(FaultSlot) = fault;
        if (!AnswersNot)
            Reply(frame);
        if (!EndsScript)
            return Outcome.False;
        frame.Dropped |= !frame.Message.IsRequest;
        return Outcome.Stop;
    }

    [Fate(RequestFate.Answered)]
    [SipFunction("sanity_reply", Routes, "Answers a request that sanity_check() has found wrong under noreply; -1 when none was, and for an ACK.")]
    public Outcome Reply(Frame frame) =>
        Outcome.From(frame.Slot(FaultSlot) is SanityFault fault && _replies.Send(frame, fault.Code, fault.Reason.Span));

    bool IProxyExtensions.Supports(ReadOnlySpan<byte> optionTag)
    {
        foreach (var extension in _extensions)
        {
            if (Ascii.EqualsIgnoreCase(optionTag, extension))
                return true;
        }
        return false;
    }
}
