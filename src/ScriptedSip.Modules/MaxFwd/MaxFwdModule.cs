using System.Buffers.Text;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.MaxFwd;

/// <summary>The maxfwd module: counts hops down (RFC 3261 16.6 step 3) so that a loop ends.</summary>
internal sealed class MaxFwdModule : ScriptModule
{
    private const RouteKinds Requests = RouteKinds.RequestOrFailureOrBranch | RouteKinds.Local;

    private static readonly Outcome Added = new(2);
    private static readonly Outcome Error = new(-2);

    [ModParam("max_limit", "Highest Max-Forwards value sent on; larger ones are lowered to it. 1 to 255.")]
    public int MaxLimit { get; set; } = 70;

    public override string? Validate(ScriptVersion script) =>
        MaxLimit is < 1 or > 255 ? "maxfwd: max_limit must be from 1 to 255" : null;

    public override string? TakeOver(ScriptModule running) => null;

    [ResultMatters]
    [SipFunction("mf_process_maxfwd_header", RouteKinds.Request | RouteKinds.Failure,
        "Counts Max-Forwards down; 1 when it was above 0, 2 when it was missing and has been added with the given value, -1 when it is 0, -2 when it cannot be done.",
        Aliases = "process_maxfwd maxfwd_process")]
    public Outcome Process(Frame frame, int initial)
    {
        var message = frame.Message;
        Span<byte> digits = stackalloc byte[11];
        if (message.MaxForwards < 0)
        {
            if (initial is < 0 or > 255)
                return Error;
            Utf8Formatter.TryFormat(Math.Min(initial, MaxLimit), digits, out var length);
            Span<byte> line = stackalloc byte[32];
            var writer = new SpanWriter(line);
            writer.Write("Max-Forwards: "u8);
            writer.Write(digits[..length]);
            writer.Write("\r\n"u8);
            frame.Edits.Insert(message.HeadersEnd, writer.Written);
            return Added;
        }
        if (message.MaxForwards == 0)
            return Outcome.False;
        var left = Math.Min(message.MaxForwards - 1, MaxLimit);
        Utf8Formatter.TryFormat(left, digits, out var written);
        frame.Edits.Replace(message.FirstValue(HeaderId.MaxForwards), digits[..written]);
        return Outcome.True;
    }

    [ResultMatters]
    [SipFunction("is_maxfwd_lt", Requests, "1 when the received Max-Forwards is below the given number, -1 when not, -2 when the header is missing.",
        Aliases = "mf_lowlimit")]
    public Outcome IsLowerThan(Frame frame, int limit) =>
        frame.Message.MaxForwards < 0 ? Error : Outcome.From(frame.Message.MaxForwards < limit);

    [ResultMatters]
    [SipFunction("maxfwd_at_least", Requests, "1 when the received Max-Forwards is the given number or more, -1 when it is less, -2 when the header is missing.")]
    public Outcome IsAtLeast(Frame frame, int limit) =>
        frame.Message.MaxForwards < 0 ? Error : Outcome.From(frame.Message.MaxForwards >= limit);
}
