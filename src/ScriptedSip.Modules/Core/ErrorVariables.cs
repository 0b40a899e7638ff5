using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Modules.Core;

/// <summary>Pseudo-variables of <c>error_route</c>: what is wrong with the message. Null for one that is well formed.</summary>
internal sealed class ErrorVariables : ScriptModule
{
    private const int ParseErrorClass = 2;
    private const int ErrorLevel = 1;

    private static readonly Value[] Infos =
        [.. Enum.GetNames<ParseFailure>().Select(static name => Value.FromText(Utf8Text.From(name)))];

    private static readonly Value BadRequest = Value.FromBoth(400, Utf8Text.From("400"));
    private static readonly Value BadVersion = Value.FromBoth(505, Utf8Text.From("505"));
    private static readonly Value BadRequestReason = Value.FromText(Utf8Text.CopyOf(StatusCodes.ReasonOf(400)));
    private static readonly Value BadVersionReason = Value.FromText(Utf8Text.CopyOf(StatusCodes.ReasonOf(505)));

    [SipVariable("err.class", "Class of the error: 2, the message breaks the grammar.")]
    public Value Class(Frame frame) => HasFailed(frame) ? Value.FromInt(ParseErrorClass) : Value.Null;

    [SipVariable("err.level", "Severity of the error: 1.")]
    public Value Level(Frame frame) => HasFailed(frame) ? Value.FromInt(ErrorLevel) : Value.Null;

    [SipVariable("err.info", "What is wrong with the message, as one word.")]
    public Value Info(Frame frame) => HasFailed(frame) ? Infos[(int)frame.Message.Failure] : Value.Null;

    [SipVariable("err.rcode", "The status code to answer with.")]
    public Value Code(Frame frame) => Choose(frame, BadVersion, BadRequest);

    [SipVariable("err.rreason", "The reason phrase to answer with.")]
    public Value Reason(Frame frame) => Choose(frame, BadVersionReason, BadRequestReason);

    private static bool HasFailed(Frame frame) => frame.Message.Failure != ParseFailure.None;

    private static Value Choose(Frame frame, in Value badVersion, in Value other) => frame.Message.Failure switch
    {
        ParseFailure.None => Value.Null,
        ParseFailure.BadVersion => badVersion,
        _ => other,
    };
}
