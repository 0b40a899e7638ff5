using System.Security.Cryptography;
using ScriptedSip.Modules.Auth;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;
using ScriptedSip.Sip.Transactions;

namespace ScriptedSip.Modules.Uac;

/// <content>Answers to challenges.</content>
internal sealed partial class UacModule
{
    [SipFunction("uac_auth", RouteKinds.Failure,
        "Answers the challenge (401, 407) that a branch has failed with: the request sent next carries credentials. 1 as the argument: passwords are given as H(user:realm:password); names of algorithms: no others. -1 without a challenge, or credentials for its realm, or when they were refused before.")]
    public Outcome Authenticate(Frame frame, Utf8Text option = default) =>
        option.Span.SequenceEqual("1"u8) ? Authenticate(frame, isHashed: true, default) : Authenticate(frame, isHashed: false, option.Span.SequenceEqual("0"u8) ? default : option);

    [SipFunction("uac_auth_mode", RouteKinds.Failure, "uac_auth() with a mode: 1 when passwords are given as H(user:realm:password), 0 when as they are.")]
    public Outcome AuthenticateInMode(Frame frame, int mode) => Authenticate(frame, mode == 1, default);

    private Outcome Authenticate(Frame frame, bool isHashed, Utf8Text algorithms)
    {
        if (frame.Transaction is not { } transaction || Challenged(transaction) is not { Reply: { } bytes } branch)
            return Outcome.False;
        var reply = frame.Context.RentMessage();
        MessageParser.Parse(reply, bytes.Bytes, bytes.Length, isStream: false);
        var isDone = Answer(frame, branch, reply, isHashed, algorithms);
        frame.Context.Return(reply);
        return Outcome.From(isDone);
    }

    // Those of the last relay: what earlier ones were asked has been answered.
    private static ClientBranch? Challenged(Transaction transaction)
    {
        foreach (var branch in transaction.Branches)
        {
            if (branch.Attempt == transaction.Attempt && branch is { StatusCode: 401 or 407, IsDropped: false, Reply: not null })
                return branch;
        }
        return null;
    }

    private bool Answer(Frame frame, ClientBranch branch, SipMessage reply, bool isHashed, Utf8Text algorithms)
    {
        var isProxy = branch.StatusCode == 407;
        var changes = UacChanges.Of(frame);
        // RFC 8760 2.4: the topmost that is understood.
        for (var row = reply.First(isProxy ? HeaderId.ProxyAuthenticate : HeaderId.WwwAuthenticate); row >= 0; row = reply.Header(row).NextSame)
        {
            var value = reply.Header(row).Value;
            if (!DigestAnswer.TryRead(reply[value], out var answer, out var start) || !answer.IsAnswerable
                || (!algorithms.IsEmpty && !Names(algorithms.Span, answer.Algorithm)) || (answer.CoversBody && ChangesBody(frame)))
                continue;
            var realm = frame.Arena.Copy(reply[answer.Realm.Shift(value.Offset + start)]);
            if (!TryFind(frame, realm, out var credential) && _others?.TryFind(frame, realm, out credential) != true)
                continue;
            // A name from an attribute may be anybody's, and must not become a header.
            if (credential.User.Span.ContainsAny("\"\\\r\n"u8))
                return false;
            // RFC 3261 22.3: the same credentials are refused again by the same server.
            if (changes.HasAnswered(branch, realm) && !answer.IsStale)
                return false;
            Span<byte> random = stackalloc byte[8];
            RandomNumberGenerator.Fill(random);
            Span<byte> clientNonce = stackalloc byte[16];
            Convert.TryToHexStringLower(random, clientNonce, out _);
            var message = frame.Message;
            var text = answer.Write(frame.Arena, realm.Span, credential, isHashed, message[message.MethodText], branch.Uri.Span, message[message.Body], clientNonce);
            if (text.IsEmpty)
                return false;
            var line = frame.Arena.Concat(isProxy ? "Proxy-Authorization: "u8 : "Authorization: "u8, frame.Arena.Concat(text.Span, "\r\n"u8).Span);
            TakeTarget(frame, branch);
            changes.Answer(branch, isProxy ? HeaderId.ProxyAuthorization : HeaderId.Authorization, realm, line);
            CountUp(frame, changes);
            return true;
        }
        return false;
    }

    // It is the challenged branch that is to be sent again, and it alone: the digest covers its Request-URI, and others have no business with the credentials.
    private static void TakeTarget(Frame frame, ClientBranch branch)
    {
        frame.NewUri = frame.Arena.Copy(branch.Uri.Span);
        frame.DestinationUri = frame.Arena.Copy(branch.NextHopUri.Span);
        frame.Path = frame.Arena.Copy(branch.Path.Span);
        frame.SendSocket = branch.IsSocketForced ? branch.Socket : null;
        frame.BranchFlags = branch.UserFlags;
    }

    /// <summary>
    /// A request with credentials is a new one (RFC 3261 22.2), so its CSeq goes up, and with it all that the caller sends in the dialog. That can be kept up only
    /// where later requests come by here; others keep their CSeq, as those of a registration, whose next one the caller numbers himself.
    /// </summary>
    private void CountUp(Frame frame, UacChanges changes)
    {
        var message = frame.Message;
        if (message.Method is not (SipMethod.Invite or SipMethod.Subscribe) || message.To.Tag.IsPresent || _routes?.TakesParameters(frame) != true)
            return;
        changes.Rounds++;
        changes.KeepSequence(message);
        ChangeNumber(frame, message.CSeq.NumberText, message.CSeq.Number, changes.Rounds);
        Span<byte> digits = stackalloc byte[10];
        System.Buffers.Text.Utf8Formatter.TryFormat(changes.Rounds, digits, out var length);
        _routes.Set(frame, SequenceName, digits[..length]);
    }

    private static bool ChangesBody(Frame frame)
    {
        var body = frame.Message.Body;
        foreach (ref readonly var edit in frame.Edits.All)
        {
            if (body.IsPresent && edit.At >= body.Offset)
                return true;
        }
        return false;
    }

    private static bool Names(ReadOnlySpan<byte> algorithms, DigestAlgorithm algorithm)
    {
        foreach (var range in algorithms.Split((byte)','))
        {
            if (System.Text.Ascii.EqualsIgnoreCase(algorithms[range].Trim((byte)' '), DigestAlgorithms.NameOf(algorithm)))
                return true;
        }
        return false;
    }
}
