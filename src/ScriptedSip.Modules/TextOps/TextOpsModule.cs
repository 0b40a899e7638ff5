using ScriptedSip.Modules.Core;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.TextOps;

/// <summary>
/// The textops module: search and change of the message as text. Regular expressions ignore case and work line by line. Searches see the
/// message as received; changes are made when it is sent.
/// </summary>
internal sealed class TextOpsModule : HeaderFunctions
{
    [ResultMatters]
    [SipFunction("search", RouteKinds.Any, "1 when the message matches a regular expression, else -1.")]
    public Outcome Search(Frame frame, [Linewise] BytePattern pattern) => Outcome.From(pattern.IsMatch(frame, frame.Message.Span));

    [ResultMatters]
    [SipFunction("search_body", RouteKinds.Any, "1 when the body matches a regular expression, else -1.")]
    public Outcome SearchBody(Frame frame, [Linewise] BytePattern pattern)
    {
        var body = frame.Message.Body;
        return Outcome.From(!body.IsEmpty && pattern.IsMatch(frame, frame.Message[body]));
    }

    [SipFunction("search_append", RouteKinds.Any, "Inserts a text behind the first match in the headers and body; 1, or -1 without a match.")]
    public Outcome SearchAppend(Frame frame, [Linewise] BytePattern pattern, Utf8Text text) => Append(frame, BehindStartLine(frame.Message), pattern, text);

    [SipFunction("search_append_body", RouteKinds.Any, "Inserts a text behind the first match in the body; 1, or -1 without a match.")]
    public Outcome SearchAppendBody(Frame frame, [Linewise] BytePattern pattern, Utf8Text text) => Append(frame, frame.Message.Body, pattern, text);

    [SipFunction("replace", RouteKinds.Any, "Replaces the first match in headers and body; 1, or -1 without a match.")]
    public Outcome Replace(Frame frame, [Linewise] BytePattern pattern, Utf8Text text) =>
        Replace(frame, BehindStartLine(frame.Message), pattern, text, all: false);

    [SipFunction("replace_all", RouteKinds.Any, "Replaces every match in headers and body; 1, or -1 without a match.")]
    public Outcome ReplaceAll(Frame frame, [Linewise] BytePattern pattern, Utf8Text text) =>
        Replace(frame, BehindStartLine(frame.Message), pattern, text, all: true);

    [SipFunction("replace_body", RouteKinds.Any, "Replaces the first match in the body; 1, or -1 without a match.")]
    public Outcome ReplaceBody(Frame frame, [Linewise] BytePattern pattern, Utf8Text text) => Replace(frame, frame.Message.Body, pattern, text, all: false);

    [SipFunction("replace_body_all", RouteKinds.Any, "Replaces every match in the body; 1, or -1 without a match.")]
    public Outcome ReplaceBodyAll(Frame frame, [Linewise] BytePattern pattern, Utf8Text text) => Replace(frame, frame.Message.Body, pattern, text, all: true);

    [SipFunction("subst", RouteKinds.Any, "Substitutes /regex/replacement/flags in headers and body; 1, or -1 without a match.")]
    public Outcome Substitute(Frame frame, Substitution substitution) => Substitute(frame, BehindStartLine(frame.Message), substitution);

    [SipFunction("subst_body", RouteKinds.Any, "Substitutes /regex/replacement/flags in the body; 1, or -1 without a match.")]
    public Outcome SubstituteBody(Frame frame, Substitution substitution) => Substitute(frame, frame.Message.Body, substitution);

    [SipFunction("subst_hf", RouteKinds.Any, "Substitutes in the values of a header: in all (a), the first (f) or the last (l); 1, or -1 without a match.")]
    public Outcome SubstituteHeader(Frame frame, HeaderName name, Substitution substitution, Utf8Text which)
    {
        var message = frame.Message;
        var mode = which.IsEmpty ? (byte)'a' : which.Span[0];
        var matched = false;
        var last = -1;
        for (var row = message.FindNext(name.Id, name.Name.Span, -1); row >= 0; row = message.FindNext(name.Id, name.Name.Span, row))
        {
            last = row;
            if (mode == 'l')
                continue;
            matched |= Substitute(frame, message.Header(row).Value, substitution).Code > 0;
            if (mode == 'f')
                break;
        }
        return mode == 'l' && last >= 0 ? Substitute(frame, message.Header(last).Value, substitution) : Outcome.From(matched);
    }

    [SipFunction("subst_uri", Requests, "Substitutes in the Request-URI; 1, or -1 without a match or when the result is no URI.")]
    public Outcome SubstituteUri(Frame frame, Substitution substitution)
    {
        if (!Substitutions.TryApply(frame, frame.RequestUri, substitution, out var uri) || !UriParser.TryParse(uri.Span, out _))
            return Outcome.False;
        frame.NewUri = uri;
        return Outcome.True;
    }

    [SipFunction("subst_user", Requests, "Substitutes in the user of the Request-URI; 1, or -1 without a match.")]
    public Outcome SubstituteUser(Frame frame, Substitution substitution)
    {
        var old = frame.RequestUri;
        if (!UriParser.TryParse(old.Span, out var parts)
            || !Substitutions.TryApply(frame, old[parts.User], substitution, out var user)
            || !UriEditor.TrySetUser(frame.Arena, old, user.Span, out var uri))
            return Outcome.False;
        frame.NewUri = uri;
        return Outcome.True;
    }

    [SipFunction("set_body", Requests | RouteKinds.OnReply, "Gives the message another body of the given Content-Type; 1.")]
    public Outcome SetBody(Frame frame, Utf8Text body, Utf8Text type)
    {
        if (type.IsEmpty)
            return Outcome.False;
        BodyEdits.Replace(frame, body.Span, type.Span);
        return Outcome.True;
    }

    [SipFunction("set_reply_body", Requests, "Gives the replies made here for this request a body of the given Content-Type; 1.")]
    public Outcome SetReplyBody(Frame frame, Utf8Text body, Utf8Text type)
    {
        if (type.IsEmpty)
            return Outcome.False;
        frame.ReplyContentType = type;
        frame.ReplyBody = body;
        return Outcome.True;
    }

    [SipFunction("filter_body", RouteKinds.Any, "Leaves of a multipart body only the first part of the given Content-Type; -1 when there is no such part.")]
    public Outcome FilterBody(Frame frame, Utf8Text type)
    {
        var message = frame.Message;
        var contentType = message[message.FirstValue(HeaderId.ContentType)];
        if (message.Body.IsEmpty)
            return Outcome.False;
        if (!ContentTypes.IsMultipart(contentType))
            return Outcome.From(ContentTypes.IsOfType(contentType, type.Span));
        var body = message[message.Body];
        if (!ContentTypes.TryFindPart(contentType, body, type.Span, out var content, out var partType))
            return Outcome.False;
        var start = message.Body.Offset;
        frame.Edits.Delete(Slice.Between(start, start + content.Offset));
        frame.Edits.Delete(Slice.Between(start + content.End, message.Body.End));
        BodyEdits.ReplaceType(frame, partType.In(body));
        return Outcome.True;
    }

    [ResultMatters]
    [SipFunction("in_list", RouteKinds.Any, "1 when a text is one of a list with the given separator, else -1.")]
    public Outcome IsInList(Frame frame, Utf8Text subject, Utf8Text list, Utf8Text separator) =>
        Outcome.From(!separator.IsEmpty && Tokens.Contains(list.Span, subject.Span, separator.Span[0], ignoreCase: false));

    [ResultMatters]
    [SipFunction("cmp_str", RouteKinds.Any, "1 when two texts are equal, else -1.")]
    public Outcome AreEqual(Frame frame, Utf8Text first, Utf8Text second) => Outcome.From(first == second);

    [ResultMatters]
    [SipFunction("cmp_istr", RouteKinds.Any, "1 when two texts are equal but for the case of letters, else -1.")]
    public Outcome AreEqualIgnoringCase(Frame frame, Utf8Text first, Utf8Text second) => Outcome.From(first.EqualsIgnoreCase(second.Span));

    [ResultMatters]
    [SipFunction("starts_with", RouteKinds.Any, "1 when the first text begins with the second, else -1.")]
    public Outcome StartsWith(Frame frame, Utf8Text text, Utf8Text prefix) => Outcome.From(text.Span.StartsWith(prefix.Span));

    private static Slice BehindStartLine(SipMessage message) =>
        Slice.Between(message.HeaderCount == 0 ? message.HeadersEnd : message.Header(0).Line.Offset, message.Length);

    private static Outcome Append(Frame frame, Slice part, BytePattern pattern, Utf8Text text)
    {
        if (part.IsEmpty)
            return Outcome.False;
        var match = pattern.Find(frame, frame.Message[part]);
        if (!match.IsPresent)
            return Outcome.False;
        frame.Edits.Insert(part.Offset + match.End, text.Span);
        return Outcome.True;
    }

    private static Outcome Replace(Frame frame, Slice part, BytePattern pattern, Utf8Text text, bool all)
    {
        var message = frame.Message;
        var at = part.Offset;
        var replaced = false;
        while (at < part.End)
        {
            var match = pattern.Find(frame, message[Slice.Between(at, part.End)]).Shift(at);
            if (!match.IsPresent)
                break;
            frame.Edits.Replace(match, text.Span);
            replaced = true;
            if (!all)
                break;
            at = Math.Max(match.End, match.Offset + 1);
        }
        return Outcome.From(replaced);
    }

    private static Outcome Substitute(Frame frame, Slice part, Substitution substitution)
    {
        if (part.IsEmpty)
            return Outcome.False;
        var text = frame.Message[part];
        var from = 0;
        var replaced = false;
        while (from <= text.Length && substitution.TryMatch(frame, text, from, out var match, out var replacement))
        {
            frame.Edits.Replace(match.Shift(part.Offset), replacement.Span);
            replaced = true;
            if (!substitution.IsGlobal)
                break;
            from = Math.Max(match.End, match.Offset + 1);
        }
        return Outcome.From(replaced);
    }
}
