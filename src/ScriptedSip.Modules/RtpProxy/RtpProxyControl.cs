using System.Globalization;
using System.Text;
using ScriptedSip.Modules.Nat;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.RtpProxy;

/// <summary>
/// Has media go through an RTP proxy: asks it for a port for each stream of a session description and writes that into the message. The run
/// waits for the proxy, other messages do not.
/// </summary>
internal sealed class RtpProxyControl(RtpProxyPool pool)
{
    /// <summary>The line that marks a description as taken care of, with its line end; empty for none.</summary>
    public byte[] Mark { get; init; } = [];

    /// <summary>The proxies.</summary>
    public RtpProxyPool Pool => pool;

    /// <summary>An offer makes a session at the proxy, an answer completes it.</summary>
    public bool Rewrite(Frame frame, bool isOffer, ReadOnlySpan<byte> flagText, Utf8Text address)
    {
        var message = frame.Message;
        var sdp = SdpBody.Find(message);
        if (!RtpProxyFlags.TryParse(flagText, out var flags) || !sdp.IsPresent || (!flags.Forces && IsMarked(message, sdp)))
            return false;
        var streams = SdpStreams.Find(message, sdp);
        var (sender, receiver) = Tags(message);
        isOffer &= !flags.OnlyKnown;
        if (streams.Count == 0 || sender.Length == 0 || (!isOffer && receiver.Length == 0))
            return false;
        var commands = new string[streams.Count];
        for (var i = 0; i < commands.Length; i++)
            commands[i] = CommandFor(message, streams[i], i + 1, isOffer, flags, sender, receiver);
        if (pool.Ask(frame, commands, out var node) is not { } answers)
            return false;
        Span<byte> host = stackalloc byte[64];
        var length = address.IsEmpty ? 0 : address.Span.Length;
        if (length > host.Length)
            return false;
        address.Span.CopyTo(host);
        var parts = Array.ConvertAll(answers, static a => a.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        if (Array.Exists(parts, static p => PortOf(p) == 0))
            return false;
        for (var i = 0; i < parts.Length; i++)
        {
            if (address.IsEmpty)
                length = MediaAddress(frame, node!, parts[i], host);
            Write(frame, streams[i], PortOf(parts[i]), host[..length]);
        }
        if (flags.RewritesSession)
            WriteAddresses(frame, sdp, (byte)'c', host[..length]);
        if (flags.RewritesOrigin)
            WriteAddresses(frame, sdp, (byte)'o', host[..length]);
        if (Mark.Length > 0 && !IsMarked(message, sdp))
            frame.Edits.Insert(sdp.End, Mark);
        return true;
    }

    /// <summary>Ends the session of a call.</summary>
    public bool Delete(Frame frame) => Command(frame, "D", "", byCaller: true, stream: "");

    /// <summary>Writes the media of a call to files of the proxy.</summary>
    public bool Record(Frame frame) => Command(frame, "R", "", byCaller: true, stream: "");

    /// <summary>Plays a file of the proxy to one side, so often; 0 stops it.</summary>
    public bool Play(Frame frame, bool toCaller, Utf8Text prompt, int count) => count == 0
        ? Command(frame, "S", "", byCaller: toCaller, stream: ";1")
        : prompt.Span.IndexOfAny((byte)' ', (byte)'\n') < 0 && Command(frame, "P" + count.ToString(CultureInfo.InvariantCulture), $" {prompt} session", byCaller: toCaller, stream: ";1");

    private bool Command(Frame frame, string command, string middle, bool byCaller, string stream)
    {
        var message = frame.Message;
        var (from, to) = (message.Text(message.From.Tag).ToString(), message.Text(message.To.Tag).ToString());
        var (first, second) = byCaller || to.Length == 0 ? (from, to) : (to, from);
        if (first.Length == 0)
            return false;
        var text = $"{command} {message.Text(message.CallId)}{middle} {first}{stream}{(second.Length > 0 ? $" {second}{stream}" : "")}";
        return pool.Ask(frame, [text], out _) is [var answer] && !answer.StartsWith('E');
    }

    private static string CommandFor(SipMessage message, in SdpStream stream, int number, bool isOffer, in RtpProxyFlags flags, string sender, string receiver)
    {
        var address = message.Text(stream.Address).ToString();
        if (!flags.TrustsAddress && !SdpStreams.IsNull(message[stream.Address]))
            address = message.Source.ToIPAddress().ToString();
        var options = address.Contains(':', StringComparison.Ordinal) ? flags.Options + "6" : flags.Options;
        var command = string.Create(CultureInfo.InvariantCulture,
            $"{(isOffer ? "U" : "L")}{options} {message.Text(message.CallId)} {address} {message.Text(stream.Port)} {sender};{number}");
        return receiver.Length > 0 ? string.Create(CultureInfo.InvariantCulture, $"{command} {receiver};{number}") : command;
    }

    /// <summary>The tags of a message, that of who sent it first.</summary>
    public static (string Sender, string Receiver) Tags(SipMessage message)
    {
        var (from, to) = (message.Text(message.From.Tag).ToString(), message.Text(message.To.Tag).ToString());
        return message.IsRequest ? (from, to) : (to, from);
    }

    // 0 for an error or a session the proxy does not know.
    private static ushort PortOf(string[] answer) =>
        answer.Length > 0 && ushort.TryParse(answer[0], NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : (ushort)0;

    // "port [address]": without an address it is the proxy's own, or where the message came in at when the proxy runs here.
    private static int MediaAddress(Frame frame, RtpProxyNode node, string[] answer, Span<byte> room)
    {
        if (answer.Length > 1 && Encoding.ASCII.TryGetBytes(answer[1], room, out var length))
            return length;
        var own = node.Host is { } host ? new SipEndpoint(TransportProtocol.Udp, host, 0) : frame.Message.Local.Endpoint;
        return own.FormatAddress(room, brackets: false);
    }

    private static void Write(Frame frame, in SdpStream stream, ushort port, ReadOnlySpan<byte> address)
    {
        Span<byte> digits = stackalloc byte[8];
        var writer = new SpanWriter(digits);
        writer.Write(port);
        frame.Edits.Replace(stream.Port, writer.Written);
        if (stream.Rtcp.IsPresent)
        {
            writer = new SpanWriter(digits);
            writer.Write(port + 1);
            frame.Edits.Replace(stream.Rtcp, writer.Written);
        }
        if (!SdpStreams.IsNull(frame.Message[stream.Address]))
            WriteAddress(frame, stream.Connection, address);
    }

    private static void WriteAddresses(Frame frame, Slice sdp, byte kind, ReadOnlySpan<byte> address)
    {
        var at = sdp.Offset;
        while (SdpBody.NextAddress(frame.Message, sdp, kind, ref at, out var whole, out var old))
        {
            if (!SdpStreams.IsNull(frame.Message[old]))
                WriteAddress(frame, whole, address);
        }
    }

    private static void WriteAddress(Frame frame, Slice whole, ReadOnlySpan<byte> address)
    {
        Span<byte> room = stackalloc byte[72];
        var writer = new SpanWriter(room);
        writer.Write(address.Contains((byte)':') ? "IP6 "u8 : "IP4 "u8);
        writer.Write(address);
        frame.Edits.Replace(whole, writer.Written);
    }

    private bool IsMarked(SipMessage message, Slice sdp) => Mark.Length > 0 && message[sdp].IndexOf(Mark.AsSpan().TrimEnd("\r\n"u8)) >= 0;
}
