using System.Text;
using ScriptedSip.Modules.Avp;
using ScriptedSip.Modules.Core;
using ScriptedSip.Modules.Sl;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Text;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Auth;

/// <summary>
/// auth: digest challenges, and the check of credentials against a password the script has (RFC 3261 22, RFC 8760). This part holds the checks;
/// challenges and parameters are in their own files.
/// </summary>
[NotOffered("append_rpid_hf is_rpid_user_e164", "Remote-Party-ID is not read or written by itself here; append_hf() adds it")]
internal sealed partial class AuthModule : ScriptModule, IDigestAuthentication
{
    private const RouteKinds Requests = RouteKinds.Request | RouteKinds.Failure | RouteKinds.OnReply;

    private static readonly int RunSlot = Frame.ReserveSlot();
    private static readonly Outcome WrongPassword = new(-2);
    private static readonly Outcome StaleNonce = new(-4);
    private static readonly Outcome NoCredentials = new(-5);
    private static readonly Outcome NonceUsed = new(-6);
    private static readonly Outcome OtherUser = new(-8);

    private NonceSource _nonces = null!;
    private IReplies _replies = null!;
    private IStatelessReplies _stateless = null!;
    private DigestAlgorithm _algorithm;
    private bool _namesAlgorithm;
    private QopOffer _qop;
    private int _userNameAvp;
    private int _passwordAvp;

    /// <inheritdoc/>
    public override void Start(ModuleHost host)
    {
        _nonces = NewNonces(host);
        _namesAlgorithm = Algorithm.Length > 0;
        _algorithm = DigestAlgorithms.TryParse(Encoding.UTF8.GetBytes(Algorithm), out var algorithm) ? algorithm : DigestAlgorithm.Md5;
        _qop = TryParseQop(Encoding.UTF8.GetBytes(Qop), out var qop) ? qop : QopOffer.None;
        _userNameAvp = AvpReference.Parse(UserNameSpec);
        _passwordAvp = AvpReference.Parse(PasswordSpec);
        host.Export<IDigestAuthentication>(this);
    }

    /// <inheritdoc/>
    public override void Started(ModuleHost host)
    {
        _replies = host.Import<IReplies>()!;
        _stateless = host.Import<IStatelessReplies>()!;
    }

    [ResultMatters]
    [SipFunction("pv_www_authenticate", RouteKinds.Request,
        "Checks the Authorization of a realm against a password (flag 1: against H(user:realm:password)): 1; -1 broken, -2 wrong, -4 stale nonce, -5 no credentials, -6 nonce used before.")]
    public Outcome AuthenticateUser(Frame frame, Utf8Text realm, Utf8Text password, int flags) =>
        Authenticate(frame, HeaderId.Authorization, realm, password.Span, (flags & 1) != 0, frame.Message[frame.Message.MethodText]);

    [ResultMatters]
    [SipFunction("pv_www_authenticate", RouteKinds.Request, "The same, with the method the credentials were made for.")]
    public Outcome AuthenticateUser(Frame frame, Utf8Text realm, Utf8Text password, int flags, Utf8Text method) =>
        Authenticate(frame, HeaderId.Authorization, realm, password.Span, (flags & 1) != 0, method.Span);

    [ResultMatters]
    [SipFunction("pv_proxy_authenticate", RouteKinds.Request, "As pv_www_authenticate, for Proxy-Authorization.")]
    public Outcome AuthenticateProxyUser(Frame frame, Utf8Text realm, Utf8Text password, int flags) =>
        Authenticate(frame, HeaderId.ProxyAuthorization, realm, password.Span, (flags & 1) != 0, frame.Message[frame.Message.MethodText]);

    [ResultMatters]
    [SipFunction("pv_auth_check", RouteKinds.Request,
        "As pv_www_authenticate for a REGISTER, as pv_proxy_authenticate for others; with checks 1 also -8 when the user is not that of To (REGISTER) or From.")]
    public Outcome CheckUser(Frame frame, Utf8Text realm, Utf8Text password, int flags, int checks)
    {
        var message = frame.Message;
        var isRegister = message.Method == SipMethod.Register;
        var header = isRegister ? HeaderId.Authorization : HeaderId.ProxyAuthorization;
        var outcome = Authenticate(frame, header, realm, password.Span, (flags & 1) != 0, message[message.MethodText]);
        if (outcome.Code < 0 || (checks & 1) == 0 || !DigestCredentials.TryFind(message, header, RealmOf(frame, realm, header).Span, out var credentials))
            return outcome;
        var uri = message[isRegister ? message.To.Uri : message.From.Uri];
        return UriParser.TryParse(uri, out var parts) && parts.User.In(uri).SequenceEqual(credentials.UserName) ? outcome : OtherUser;
    }

    [ResultMatters]
    [SipFunction("pv_www_authorize", RouteKinds.Request,
        "Checks the Authorization of a realm against username_spec and password_spec: 1; -1 other user, -2 wrong password, -3 stale nonce, -4 no credentials, -5 broken.")]
    public Outcome AuthorizeUser(Frame frame, Utf8Text realm) => Authorize(frame, HeaderId.Authorization, realm);

    [ResultMatters]
    [SipFunction("pv_proxy_authorize", RouteKinds.Request, "As pv_www_authorize, for Proxy-Authorization.")]
    public Outcome AuthorizeProxyUser(Frame frame, Utf8Text realm) => Authorize(frame, HeaderId.ProxyAuthorization, realm);

    [ResultMatters]
    [SipFunction("has_credentials", RouteKinds.Request, "1 when the request has credentials of any kind for a realm, right or wrong, else -1.")]
    public Outcome HasCredentials(Frame frame, Utf8Text realm) => Outcome.From(
        DigestCredentials.TryFind(frame.Message, HeaderId.Authorization, realm.Span, out _)
        || DigestCredentials.TryFind(frame.Message, HeaderId.ProxyAuthorization, realm.Span, out _));

    [SipFunction("consume_credentials", RouteKinds.Request,
        "Removes the line with the credentials that were accepted, so that they go no further; -1 when none were.")]
    public Outcome Consume(Frame frame)
    {
        if (frame.Slot(RunSlot) is not AuthRun { AcceptedRow: >= 0 } run)
            return Outcome.False;
        frame.Edits.Delete(frame.Message.Header(run.AcceptedRow).Line);
        return Outcome.True;
    }

    [SipFunction("auth_algorithm", RouteKinds.Request, "Sets the hash algorithm for the rest of this run: MD5, MD5-sess, SHA-256 or SHA-256-sess; -1 for another.")]
    public Outcome SetAlgorithm(Frame frame, Utf8Text algorithm)
    {
        if (!DigestAlgorithms.TryParse(algorithm.Span, out var parsed))
            return Outcome.False;
        RunOf(frame).Algorithm = parsed;
        return Outcome.True;
    }

    private Outcome Authenticate(Frame frame, HeaderId header, Utf8Text realm, ReadOnlySpan<byte> password, bool isHashed, ReadOnlySpan<byte> method)
    {
        var message = frame.Message;
        if (CannotBeChallenged(message))
            return Outcome.True;
        var outcome = Inspect(frame, header, realm, out var credentials, out var algorithm);
        if (outcome.Code < 0)
            return outcome;
        if (!DigestVerifier.IsRight(frame.Arena, credentials, algorithm, password, isHashed, method, message[message.Body]))
            return WrongPassword;
        var use = _nonces.Use(credentials.Nonce, credentials.NonceCount);
        if (use != NonceState.Good)
            return use == NonceState.Stale ? StaleNonce : NonceUsed;
        RunOf(frame).AcceptedRow = credentials.Row;
        return Outcome.True;
    }

    // Everything that does not need the secret.
    private Outcome Inspect(Frame frame, HeaderId header, Utf8Text realm, out DigestCredentials credentials, out DigestAlgorithm algorithm)
    {
        var message = frame.Message;
        algorithm = frame.Slot(RunSlot) is AuthRun { Algorithm: { } chosen } ? chosen : _algorithm;
        if (!DigestCredentials.TryFind(message, header, RealmOf(frame, realm, header).Span, out credentials))
            return NoCredentials;
        if (!credentials.IsComplete)
            return Outcome.False;
        // RFC 8760 2.4: what was not offered is not taken, or a weaker hash could be forced.
        var named = DigestAlgorithm.Md5;
        if ((!credentials.Algorithm.IsEmpty && !DigestAlgorithms.TryParse(credentials.Algorithm, out named)) || named != algorithm)
            return NoCredentials;
        if (_nonces.Check(message, BindingOf(message), credentials.Nonce) == NonceState.Stale)
            return StaleNonce;
        // Neither is a protection that leaves the body open when only auth-int was offered.
        return NonceSource.DemandsIntegrity(credentials.Nonce) && !System.Text.Ascii.EqualsIgnoreCase(credentials.Qop, "auth-int"u8) ? NoCredentials : Outcome.True;
    }

    // RFC 3261 22.1: an ACK cannot be challenged, nor a CANCEL, which has the CSeq of its INVITE; RFC 3262 3: a PRACK neither.
    private static bool CannotBeChallenged(SipMessage message) => message.Method is SipMethod.Ack or SipMethod.Cancel or SipMethod.Prack;

    /// <inheritdoc/>
    int IDigestAuthentication.Inspect(Frame frame, HeaderId header, Utf8Text realm, out Utf8Text userName, out Utf8Text usedRealm, out DigestAlgorithm algorithm)
    {
        userName = usedRealm = default;
        algorithm = _algorithm;
        if (CannotBeChallenged(frame.Message))
            return 1;
        var outcome = Inspect(frame, header, realm, out var credentials, out algorithm);
        if (outcome.Code < 0)
            return outcome.Code;
        userName = frame.Arena.Copy(credentials.UserName);
        usedRealm = frame.Arena.Copy(credentials.Realm);
        return 1;
    }

    /// <inheritdoc/>
    Outcome IDigestAuthentication.Check(Frame frame, HeaderId header, Utf8Text realm, ReadOnlySpan<byte> secret, bool isHashed, ReadOnlySpan<byte> method) =>
        Authenticate(frame, header, realm, secret, isHashed, method);

    /// <inheritdoc/>
    Utf8Text IDigestAuthentication.AcceptedUser(Frame frame) => AcceptedPart(frame, "username"u8);

    /// <inheritdoc/>
    Utf8Text IDigestAuthentication.AcceptedRealm(Frame frame) => AcceptedPart(frame, "realm"u8);

    private static Utf8Text AcceptedPart(Frame frame, ReadOnlySpan<byte> name)
    {
        if (frame.Slot(RunSlot) is not AuthRun { AcceptedRow: >= 0 } run)
            return default;
        var line = frame.Message.Text(frame.Message.Header(run.AcceptedRow).Value);
        var list = line[Slice.Between("Digest".Length, line.Length)];
        return list[ParameterList.Find(list.Span, name, (byte)',')];
    }

    private Outcome Authorize(Frame frame, HeaderId header, Utf8Text realm)
    {
        var user = frame.Avps.Get(_userNameAvp).ToText(frame.Arena);
        var password = frame.Avps.Get(_passwordAvp).ToText(frame.Arena);
        if (DigestCredentials.TryFind(frame.Message, header, RealmOf(frame, realm, header).Span, out var credentials)
            && !NameOf(credentials.UserName).SequenceEqual(user.Span))
            return Outcome.False;
        return Authenticate(frame, header, realm, password.Span, !CalculatesHash, frame.Message[frame.Message.MethodText]).Code switch
        {
            1 => Outcome.True,
            -2 => new Outcome(-2),
            -4 or -6 => new Outcome(-3),
            -5 => new Outcome(-4),
            _ => new Outcome(-5),
        };
    }

    // Some phones write user@realm.
    private static ReadOnlySpan<byte> NameOf(ReadOnlySpan<byte> userName)
    {
        var at = userName.IndexOf((byte)'@');
        return at < 0 ? userName : userName[..at];
    }

    // An empty realm is the domain of To in a REGISTER, and with a www challenge; of From for others.
    private Utf8Text RealmOf(Frame frame, Utf8Text realm, HeaderId header)
    {
        if (!realm.IsEmpty)
            return realm;
        var message = frame.Message;
        var uri = message.Text(header == HeaderId.Authorization ? message.To.Uri : message.From.Uri);
        if (!UriParser.TryParse(uri.Span, out var parts))
            return default;
        var host = uri[parts.Host];
        return RealmPrefix.Length > 0 && host.ToString().StartsWith(RealmPrefix, StringComparison.OrdinalIgnoreCase)
            ? host[Slice.Between(RealmPrefix.Length, host.Length)]
            : host;
    }

    private static AuthRun RunOf(Frame frame) => (AuthRun)(frame.Slot(RunSlot) ??= new AuthRun());

    /// <summary>What one script run has found out.</summary>
    private sealed class AuthRun
    {
        public int AcceptedRow { get; set; } = -1;

        public DigestAlgorithm? Algorithm { get; set; }
    }
}
