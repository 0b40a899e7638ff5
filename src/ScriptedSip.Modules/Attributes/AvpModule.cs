using ScriptedSip.Modules.Core;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Attributes;

/// <summary>The avp module of SER 2.0: sets attributes and puts them into the request.</summary>
[NotOffered("hdr_body2attrs hdr_body2attrs2 flags2attr subst_attr", "use avp_printf() and avp_subst() of avpops")]
[NotOffered("del_attrs", "attributes are deleted by name or expression: del_attr()")]
[NotOffered("xlfix_attr", "texts are put together where they are set: xlset_attr()")]
internal sealed class AvpModule : ScriptModule
{
    private const RouteKinds Anywhere = RouteKinds.Request | RouteKinds.OnReply | RouteKinds.Failure | RouteKinds.Branch | RouteKinds.Timer;
    private const RouteKinds Requests = RouteKinds.Request | RouteKinds.Failure | RouteKinds.Branch;

    private ScriptLog _log = null!;

    [ModParam("xlbuf_size", "Longest text; there is no limit.", Ignored = true)]
    public int BufferSize { get; set; }

    /// <inheritdoc/>
    public override void Start(ModuleHost host) => _log = host.Log;

    /// <inheritdoc/>
    public override string? TakeOver(ScriptModule running) => null;

    [SipFunction("xlset_attr", Anywhere, "Sets an attribute to a text in print format (%ru, %@select, %$attribute) and removes older values; 1.")]
    public Outcome Print(Frame frame, AttributeArgument attribute, PrintedArgument text) => Set(frame, attribute, Value.FromText(text.Format.Render(frame)));

    [SipFunction("set_sattr", Anywhere, "Sets an attribute to a text as it stands and removes older values; 1.")]
    public Outcome SetText(Frame frame, AttributeArgument attribute, [Literal] Utf8Text text) => Set(frame, attribute, Value.FromText(text));

    [SipFunction("set_attr", Anywhere, "Sets an attribute to a text, or to a number when it is one, and removes older values; 1.")]
    public Outcome SetAny(Frame frame, AttributeArgument attribute, [Literal] Utf8Text text) =>
        Set(frame, attribute, Value.TryParseInt(text.Span, out var number) ? Value.FromInt(number) : Value.FromText(text));

    [SipFunction("set_iattr", Anywhere, "Sets an attribute to a number and removes older values; 1.")]
    public Outcome SetNumber(Frame frame, AttributeArgument attribute, int number) => Set(frame, attribute, Value.FromInt(number));

    [SipFunction("del_attr", Anywhere, "Removes an attribute, or all that match an expression; 1 when there was one, else -1.")]
    public Outcome Remove(Frame frame, AttributeArgument attribute) => Outcome.From(attribute.Remove(frame));

    [ResultMatters]
    [SipFunction("attr_exists", Anywhere, "1 when there is such an attribute, else -1.")]
    public Outcome Exists(Frame frame, AttributeArgument attribute) => Outcome.From(!attribute.Read(frame).IsNull);

    [ResultMatters]
    [SipFunction("attr_equals", Anywhere, "1 when the attribute has this value, else -1.")]
    public Outcome Equals(Frame frame, AttributeArgument attribute, [Literal] Utf8Text text) => EqualsText(frame, attribute, text);

    [ResultMatters]
    [SipFunction("attr_equals_xl", Anywhere, "1 when the attribute has the value a text in print format has, else -1.")]
    public Outcome EqualsPrinted(Frame frame, AttributeArgument attribute, PrintedArgument text) => EqualsText(frame, attribute, text.Format.Render(frame));

    [SipFunction("print_attr", Anywhere, "Writes an attribute to the log; -1 when there is none.")]
    public Outcome Show(Frame frame, AttributeArgument attribute)
    {
        var value = attribute.Read(frame);
        if (!value.IsNull)
            _log.Write(LogLevel.Info, $"{attribute.Name}: {value}");
        return Outcome.From(!value.IsNull);
    }

    [SipFunction("dump_attrs", Anywhere, "Writes all attributes to the log; 1.")]
    public Outcome ShowAll(Frame frame)
    {
        for (var i = 0; i < frame.Avps.Count; i++)
        {
            var (name, value) = frame.Avps.At(i);
            _log.Write(LogLevel.Info, $"{AvpList.TextOf(name)}: {value}");
        }
        return Outcome.True;
    }

    [SipFunction("attr2uri", Requests, "Makes an attribute the Request-URI, or a part of it: uri, user, userpass, host, domain, hostport, port, prefix; -1 when there is none or it does not fit.")]
    public Outcome Rewrite(Frame frame, AttributeArgument attribute, [Literal] Utf8Text part = default)
    {
        var value = attribute.Read(frame);
        if (value.IsNull)
            return Outcome.False;
        var text = value.ToText(frame.Arena);
        var uri = frame.RequestUri;
        bool isMade;
        switch (part.ToString().ToLowerInvariant())
        {
            case "" or "uri":
                isMade = UriParser.TryParse(text.Span, out _);
                uri = text;
                break;
            case "user" or "username":
                isMade = UriEditor.TrySetUser(frame.Arena, uri, text.Span, out uri);
                break;
            case "userpass":
                isMade = UriEditor.TrySetUserPassword(frame.Arena, uri, text.Span, out uri);
                break;
            case "host" or "domain":
                isMade = UriEditor.TrySetHost(frame.Arena, uri, text.Span, out uri);
                break;
            case "hostport":
                isMade = UriEditor.TrySetHostPort(frame.Arena, uri, text.Span, out uri);
                break;
            case "port":
                isMade = UriEditor.TrySetPort(frame.Arena, uri, text.Span, out uri);
                break;
            case "prefix":
                isMade = UriEditor.TrySetUser(frame.Arena, uri, frame.Arena.Concat(text.Span, UriParts.User(uri).Text.Span).Span, out uri);
                break;
            default:
                return Outcome.False;
        }
        if (isMade)
            frame.NewUri = uri;
        return Outcome.From(isMade);
    }

    [SipFunction("attr_destination", Requests, "Makes an attribute the next hop; -1 when it holds no URI.")]
    public Outcome SetDestination(Frame frame, AttributeArgument attribute) => Send(frame, attribute.Read(frame).ToText(frame.Arena));

    [SipFunction("xlset_destination", Requests, "Makes a text in print format the next hop; -1 when it is no URI.")]
    public Outcome PrintDestination(Frame frame, PrintedArgument text) => Send(frame, text.Format.Render(frame));

    [SipFunction("append_attr_hf", Requests, "Adds a header with the value of an attribute behind the others; -1 when there is none.")]
    public Outcome AppendHeader(Frame frame, HeaderName name, AttributeArgument attribute)
    {
        var line = Line(frame, name, attribute);
        if (!line.IsEmpty)
            frame.Edits.Insert(frame.Message.HeadersEnd, line.Span);
        return Outcome.From(!line.IsEmpty);
    }

    [SipFunction("insert_attr_hf", Requests, "Adds a header with the value of an attribute in front of the others; -1 when there is none.")]
    public Outcome InsertHeader(Frame frame, HeaderName name, AttributeArgument attribute)
    {
        var line = Line(frame, name, attribute);
        if (!line.IsEmpty)
            frame.Edits.Insert(frame.Message.HeaderCount == 0 ? frame.Message.HeadersEnd : frame.Message.Header(0).Line.Offset, line.Span);
        return Outcome.From(!line.IsEmpty);
    }

    [SipFunction("replace_attr_hf", Requests, "Puts a header with the value of an attribute in the place of all of that name; -1, and nothing changed, when there is none.")]
    public Outcome ReplaceHeader(Frame frame, HeaderName name, AttributeArgument attribute)
    {
        var outcome = AppendHeader(frame, name, attribute);
        if (outcome.Code < 0)
            return outcome;
        var message = frame.Message;
        for (var row = message.FindNext(name.Id, name.Name.Span, -1); row >= 0; row = message.FindNext(name.Id, name.Name.Span, row))
            frame.Edits.Delete(message.Header(row).Line);
        return Outcome.True;
    }

    [SipFunction("attr_to_reply", Requests, "Adds a header with the value of an attribute to the replies made here; -1 when there is none.")]
    public Outcome AppendToReply(Frame frame, HeaderName name, AttributeArgument attribute)
    {
        var line = Line(frame, name, attribute);
        if (!line.IsEmpty)
            frame.ReplyHeaders = frame.Arena.Concat(frame.ReplyHeaders.Span, line.Span);
        return Outcome.From(!line.IsEmpty);
    }

    private static Outcome Set(Frame frame, AttributeArgument attribute, in Value value)
    {
        attribute.Remove(frame);
        return Outcome.From(attribute.Write(frame, value));
    }

    private static Outcome EqualsText(Frame frame, AttributeArgument attribute, Utf8Text text)
    {
        var value = attribute.Read(frame);
        return Outcome.From(!value.IsNull && value.ToText(frame.Arena) == text);
    }

    private static Outcome Send(Frame frame, Utf8Text uri)
    {
        if (!UriParser.TryParse(uri.Span, out _))
            return Outcome.False;
        frame.DestinationUri = uri;
        return Outcome.True;
    }

    // A line end in a value from the network must not become a header.
    private static Utf8Text Line(Frame frame, HeaderName name, AttributeArgument attribute)
    {
        var value = attribute.Read(frame);
        var text = value.ToText(frame.Arena);
        if (value.IsNull || text.Span.IndexOfAny((byte)'\r', (byte)'\n') >= 0)
            return default;
        var room = frame.Arena.Reserve(name.Name.Length + text.Length + 4);
        var writer = new SpanWriter(room);
        writer.Write(name.Name);
        writer.Write(": "u8);
        writer.Write(text);
        writer.Write("\r\n"u8);
        return frame.Arena.Commit(writer.Length);
    }
}
