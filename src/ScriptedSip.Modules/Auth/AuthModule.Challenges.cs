using ScriptedSip.Script.Api;
using ScriptedSip.Script.Text;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Auth;

/// <summary>Challenges (RFC 3261 22.2, 22.3).</summary>
internal sealed partial class AuthModule
{
    private const int StaleFlag = 16;
    private const int NeverStaleFlag = 4;

    [Flags]
    private enum QopOffer : byte
    {
        None = 0,
        Auth = 1,
        AuthInt = 2,
    }

    [Fate(RequestFate.Answered)]
    [SipFunction("www_challenge", Requests,
        "Answers 401 with a challenge for a realm (empty: the domain of To). The second argument: 1 or \"auth\" offers qop=auth, 2 auth-int, 16 says stale. 1, in SER and OpenSER 0 (the script ends); -1 when it cannot be sent.")]
    public Outcome ChallengeUser(Frame frame, Utf8Text realm, Utf8Text qop) => Challenge(frame, HeaderId.Authorization, realm, qop, default);

    [Fate(RequestFate.Answered)]
    [SipFunction("www_challenge", Requests, "The same with a hash algorithm.")]
    public Outcome ChallengeUser(Frame frame, Utf8Text realm, Utf8Text qop, Utf8Text algorithm) =>
        Challenge(frame, HeaderId.Authorization, realm, qop, algorithm);

    [Fate(RequestFate.Answered)]
    [SipFunction("proxy_challenge", Requests, "Answers 407 with a challenge for a realm (empty: the domain of From); arguments and results as www_challenge.")]
    public Outcome ChallengeProxyUser(Frame frame, Utf8Text realm, Utf8Text qop) => Challenge(frame, HeaderId.ProxyAuthorization, realm, qop, default);

    [Fate(RequestFate.Answered)]
    [SipFunction("proxy_challenge", Requests, "The same with a hash algorithm.")]
    public Outcome ChallengeProxyUser(Frame frame, Utf8Text realm, Utf8Text qop, Utf8Text algorithm) =>
        Challenge(frame, HeaderId.ProxyAuthorization, realm, qop, algorithm);

    [Fate(RequestFate.Answered)]
    [SipFunction("auth_challenge", Requests, "www_challenge for a REGISTER, proxy_challenge for any other request.")]
    public Outcome ChallengeByMethod(Frame frame, Utf8Text realm, Utf8Text flags) => Challenge(frame, HeaderOf(frame.Message), realm, flags, default);

    [Fate(RequestFate.Answered)]
    [SipFunction("auth_challenge", Requests, "The same with a hash algorithm.")]
    public Outcome ChallengeByMethod(Frame frame, Utf8Text realm, Utf8Text flags, Utf8Text algorithm) =>
        Challenge(frame, HeaderOf(frame.Message), realm, flags, algorithm);

    [SipFunction("auth_get_www_authenticate", RouteKinds.Request, "Writes the header line www_challenge would send into a variable; -1 when an argument is wrong.")]
    public Outcome GetChallenge(Frame frame, Utf8Text realm, Utf8Text flags, VariableRef result) => Outcome.From(
        TryWrite(frame, HeaderId.Authorization, realm, flags, default, out var line) && result.Set(frame, AssignKind.Set, Value.FromText(line)));

    private static HeaderId HeaderOf(SipMessage message) =>
        message.Method == SipMethod.Register ? HeaderId.Authorization : HeaderId.ProxyAuthorization;

    private Outcome Challenge(Frame frame, HeaderId header, Utf8Text realm, Utf8Text qop, Utf8Text algorithm)
    {
        // An ACK is never answered and a CANCEL never challenged (RFC 3261 22.1).
        if (frame.Message.Method is SipMethod.Ack or SipMethod.Cancel || !TryWrite(frame, header, realm, qop, algorithm, out var line))
            return Outcome.False;
        var isUser = header == HeaderId.Authorization;
        var code = isUser ? 401 : 407;
        var headers = frame.ReplyHeaders;
        frame.ReplyHeaders = headers.IsEmpty ? line : frame.Arena.Concat(headers.Span, line.Span);
        var isSent = RepliesStatelessly
            ? _stateless.Send(frame, code, StatusCodes.ReasonOf(code))
            : _replies.Reply(frame, code, isUser ? Unauthorized : ProxyAuthenticationRequired).Code > 0;
        frame.ReplyHeaders = headers;
        if (!isSent)
            return Outcome.False;
        return frame.Script.Settings.Dialect is ScriptDialect.Ser or ScriptDialect.OpenSer ? Outcome.Stop : Outcome.True;
    }

    private static readonly Utf8Text Unauthorized = Utf8Text.CopyOf(StatusCodes.ReasonOf(401));
    private static readonly Utf8Text ProxyAuthenticationRequired = Utf8Text.CopyOf(StatusCodes.ReasonOf(407));

    private bool TryWrite(Frame frame, HeaderId header, Utf8Text realm, Utf8Text qop, Utf8Text algorithm, out Utf8Text line)
    {
        line = default;
        realm = RealmOf(frame, realm, header);
        if (!TryParseOffer(qop, out var offer, out var flags) || realm.IsEmpty || realm.Span.ContainsAny("\"\\\r\n"u8))
            return false;
        var run = frame.Slot(RunSlot) as AuthRun;
        var hash = run?.Algorithm ?? _algorithm;
        if (!algorithm.IsEmpty && !DigestAlgorithms.TryParse(algorithm.Span, out hash))
            return false;
        var isStale = (flags & StaleFlag) != 0 || ((flags & NeverStaleFlag) == 0 && IsStale(frame.Message, header, realm));

        Span<byte> nonce = stackalloc byte[NonceSource.TextLength];
        _nonces.Make(frame.Message, BindingOf(frame.Message), offer == QopOffer.AuthInt, nonce);
        var writer = new SpanWriter(frame.Arena.Reserve(realm.Length + 256));
        writer.Write(header == HeaderId.Authorization ? "WWW-Authenticate"u8 : "Proxy-Authenticate"u8);
        writer.Write(": Digest realm=\""u8);
        writer.Write(realm);
        writer.Write("\", nonce=\""u8);
        writer.Write(nonce);
        writer.Write((byte)'"');
        if (isStale)
            writer.Write(", stale=true"u8);
        if (offer != QopOffer.None)
            writer.Write(offer switch
            {
                QopOffer.Auth => ", qop=\"auth\""u8,
                QopOffer.AuthInt => ", qop=\"auth-int\""u8,
                _ => ", qop=\"auth,auth-int\""u8,
            });
        if (_namesAlgorithm || hash != DigestAlgorithm.Md5)
        {
            writer.Write(", algorithm="u8);
            writer.Write(DigestAlgorithms.NameOf(hash));
        }
        writer.Write("\r\n"u8);
        line = frame.Arena.Commit(writer.Length);
        return true;
    }

    private bool IsStale(SipMessage message, HeaderId header, Utf8Text realm) =>
        DigestCredentials.TryFind(message, header, realm.Span, out var credentials)
        && _nonces.Check(message, BindingOf(message), credentials.Nonce) == NonceState.Stale;

    // A number of flags, or in words.
    private bool TryParseOffer(Utf8Text text, out QopOffer offer, out long flags)
    {
        if (Value.TryParseInt(text.Span, out flags))
            offer = (QopOffer)(flags & 3);
        else if (!TryParseQop(text.Span, out offer))
            return false;
        if (offer == QopOffer.None)
            offer = _qop;
        return true;
    }

    private static bool TryParseQop(ReadOnlySpan<byte> text, out QopOffer offer)
    {
        offer = QopOffer.None;
        foreach (var part in text.Split((byte)','))
        {
            var word = text[part].Trim((byte)' ');
            if (System.Text.Ascii.EqualsIgnoreCase(word, "auth"u8))
                offer |= QopOffer.Auth;
            else if (System.Text.Ascii.EqualsIgnoreCase(word, "auth-int"u8))
                offer |= QopOffer.AuthInt;
            else if (!word.IsEmpty)
                return false;
        }
        return true;
    }
}
