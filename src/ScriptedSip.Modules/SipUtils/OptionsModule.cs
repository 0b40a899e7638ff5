using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.SipUtils;

/// <summary>The options module.</summary>
internal sealed class OptionsModule : ScriptModule
{
    private readonly OptionsAnswer _answer = new();

    [ModParam("accept", "Value of Accept in answers; empty leaves the header out.")]
    public string Accept { get; set; } = "*/*";

    [ModParam("accept_encoding", "Value of Accept-Encoding in answers; empty leaves the header out.")]
    public string AcceptEncoding { get; set; } = "";

    [ModParam("accept_language", "Value of Accept-Language in answers; empty leaves the header out.")]
    public string AcceptLanguage { get; set; } = "en";

    [ModParam("support", "Value of Supported in answers; empty leaves the header out.")]
    public string Supported { get; set; } = "";

    [ModParam("supported", "The same as support, by its SER name.")]
    public string SerSupported
    {
        get => Supported;
        set => Supported = value;
    }

    public override string? TakeOver(ScriptModule running) => null;

    public override void Start(ModuleHost host) => _answer.Prepare(Accept, AcceptEncoding, AcceptLanguage, Supported);

    public override void Started(ModuleHost host) => _answer.Connect(host);

    [Fate(RequestFate.Answered)]
    [SipFunction("options_reply", RouteKinds.Request | RouteKinds.Failure,
        "Answers an OPTIONS whose Request-URI has no user or whose Max-Forwards is 0 with 200 and what is supported; -1 for any other request.")]
    public Outcome OptionsReply(Frame frame) => _answer.Reply(frame);
}
