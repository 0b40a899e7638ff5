using ScriptedSip.Modules.Nat;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.RtpProxy;

/// <summary>What a message means for the media of its call.</summary>
internal enum MediaAction
{
    None,
    Offer,
    Answer,
    End,
}

/// <summary>Offers and answers by the messages that carry them (RFC 3264, RFC 6337 2).</summary>
internal static class MediaStep
{
    public static MediaAction Of(Frame frame)
    {
        var message = frame.Message;
        var hasSdp = SdpBody.Find(message).IsPresent;
        if (frame.Kind is RouteKinds.Failure)
            return MediaAction.End;
        if (message.IsRequest)
        {
            return message.Method switch
            {
                SipMethod.Bye or SipMethod.Cancel => MediaAction.End,
                SipMethod.Invite or SipMethod.Update when hasSdp => MediaAction.Offer,
                SipMethod.Ack or SipMethod.Prack when hasSdp => MediaAction.Answer,
                _ => MediaAction.None,
            };
        }
        if (message.StatusCode >= 300)
            return message.Method == SipMethod.Invite ? MediaAction.End : MediaAction.None;
        return !hasSdp ? MediaAction.None : HadOffer(frame) ? MediaAction.Answer : MediaAction.Offer;
    }

    // A reply without a transaction at hand is taken for what it mostly is.
    private static bool HadOffer(Frame frame) =>
        frame.Transaction?.Request is not { } request || request.Bytes.AsSpan(0, request.Length).IndexOf("application/sdp"u8) >= 0;
}
