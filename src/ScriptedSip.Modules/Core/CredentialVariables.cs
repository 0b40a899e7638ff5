using System.Text;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Core;

/// <summary>Pseudo-variables of the digest credentials in Authorization, else Proxy-Authorization (RFC 3261 22.4); null without them.</summary>
internal sealed class CredentialVariables : ScriptModule
{
    [SipVariable("ar", "Realm of the credentials.")]
    public Value Realm(Frame frame) => Part(frame.Message, "realm"u8);

    [SipVariable("aU", "User name of the credentials, whole.")]
    public Value UserName(Frame frame) => Part(frame.Message, "username"u8);

    [SipVariable("au", "User name of the credentials without a domain behind '@'.")]
    public Value User(Frame frame)
    {
        var name = Part(frame.Message, "username"u8);
        var at = name.Text.Span.IndexOf((byte)'@');
        return at < 0 ? name : Value.FromText(name.Text[new Slice(0, at)]);
    }

    [SipVariable("ad", "Domain of the credentials: what follows '@' in the user name, else the realm.")]
    public Value Domain(Frame frame)
    {
        var name = Part(frame.Message, "username"u8).Text;
        var at = name.Span.IndexOf((byte)'@');
        return at < 0 ? Realm(frame) : Value.FromText(name[Slice.Between(at + 1, name.Length)]);
    }

    [SipVariable("adu", "URI of the credentials.")]
    public Value DigestUri(Frame frame) => Part(frame.Message, "uri"u8);

    [SipVariable("aa", "Algorithm of the credentials.")]
    public Value Algorithm(Frame frame) => Part(frame.Message, "algorithm"u8);

    [SipVariable("adn", "Nonce of the credentials.")]
    public Value Nonce(Frame frame) => Part(frame.Message, "nonce"u8);

    [SipVariable("Au AU", "Accounting user: user@realm of the credentials, else the From URI.")]
    public Value AccountingUser(Frame frame)
    {
        var user = User(frame);
        if (user.IsNull)
            return Value.FromSlice(frame.Message, frame.Message.From.Uri);
        var arena = frame.Arena;
        var domain = Domain(frame).Text;
        var writer = new SpanWriter(arena.Reserve(user.Text.Length + domain.Length + 1));
        writer.Write(user.Text);
        writer.Write((byte)'@');
        writer.Write(domain);
        return Value.FromText(arena.Commit(writer.Length));
    }

    /// <summary>A parameter of the credentials, without quotes.</summary>
    internal static Value Part(SipMessage message, ReadOnlySpan<byte> name)
    {
        var header = message.FirstValue(HeaderId.Authorization);
        if (!header.IsPresent)
            header = message.FirstValue(HeaderId.ProxyAuthorization);
        var text = message.Text(header);
        if (text.Length < 7 || !Ascii.EqualsIgnoreCase(text.Span[..6], "Digest"u8))
            return Value.Null;
        var parameters = text[Slice.Between(6, text.Length)];
        var value = ParameterList.Find(parameters.Span, name, (byte)',');
        return value.IsPresent ? Value.FromText(parameters[value]) : Value.Null;
    }
}
