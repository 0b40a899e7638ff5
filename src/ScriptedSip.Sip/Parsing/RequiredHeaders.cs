using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Sip.Parsing;

/// <summary>
/// The headers a proxy cannot work without, cut out and judged once the rows are known. Every one is looked at even after a fault,
/// because the answer to a bad message copies them.
/// </summary>
internal static class RequiredHeaders
{
    private static readonly HeaderId[] Single =
        [HeaderId.From, HeaderId.To, HeaderId.CallId, HeaderId.CSeq, HeaderId.ContentLength];

    public static void Check(SipMessage message)
    {
        CheckVia(message);
        CheckAddress(message, HeaderId.From, ref message.From, ParseFailure.MissingFrom, ParseFailure.BadFrom);
        CheckAddress(message, HeaderId.To, ref message.To, ParseFailure.MissingTo, ParseFailure.BadTo);
        CheckCallId(message);
        CheckCSeq(message);
        CheckContentLength(message);
        foreach (var id in Single)
            CheckDuplicates(message, id);
        // A reply is passed on for the sake of the one who waits for it, whatever its Contact; a request can be sent back to its author.
        if (!message.IsRequest)
            return;
        CheckMaxForwards(message);
        CheckDuplicates(message, HeaderId.MaxForwards);
        CheckContacts(message);
        CheckRoutes(message);
    }

    private static void CheckVia(SipMessage message)
    {
        var row = message.First(HeaderId.Via);
        if (row < 0)
        {
            message.Refuse(ParseFailure.MissingVia);
            return;
        }
        var value = message.Header(row).Value;
        var isGood = ViaParser.TryParse(message.Buffer, value.Offset, value.End, out message.Via);
        message.Via.Row = (short)row;
        // The values behind the first are read only to be sure that they can be told apart.
        var last = message.Via;
        while (isGood && last.IsFollowed)
            isGood = ViaParser.TryParse(message.Buffer, ViaParser.NextStart(message.Span, last), value.End, out last);
        if (!isGood)
            message.Refuse(ParseFailure.BadVia);
    }

    private static void CheckAddress(SipMessage message, HeaderId id, ref NameAddrView view, ParseFailure missing, ParseFailure bad)
    {
        var row = message.First(id);
        if (row < 0)
        {
            message.Refuse(missing);
            return;
        }
        var value = message.Header(row).Value;
        if (!NameAddrParser.TryParse(message.Buffer, value.Offset, value.End, out view) || view.End != value.End || view.IsStar)
            message.Refuse(bad);
    }

    private static void CheckCallId(SipMessage message)
    {
        message.CallId = message.FirstValue(HeaderId.CallId);
        if (!message.CallId.IsPresent)
            message.Refuse(ParseFailure.MissingCallId);
        else if (!SipChars.IsAll(message[message.CallId], SipChars.CallId))
            message.Refuse(ParseFailure.BadCallId);
    }

    private static void CheckCSeq(SipMessage message)
    {
        var value = message.FirstValue(HeaderId.CSeq);
        if (!value.IsPresent)
        {
            message.Refuse(ParseFailure.MissingCSeq);
            return;
        }
        if (!TryReadCSeq(message, value))
        {
            message.Refuse(ParseFailure.BadCSeq);
        }
        else if (!message.IsRequest)
        {
            message.Method = message.CSeq.Method;
            message.MethodText = message.CSeq.MethodText;
        }
        else if (!message[message.CSeq.MethodText].SequenceEqual(message[message.MethodText]))
        {
            message.Refuse(ParseFailure.CSeqMethodMismatch);
        }
    }

    private static bool TryReadCSeq(SipMessage message, Slice value)
    {
        var text = message.Span;
        var numberEnd = SipChars.SkipToken(text, value.Offset, value.End);
        var methodStart = SipChars.SkipWhiteSpace(text, numberEnd, value.End);
        ref var cseq = ref message.CSeq;
        cseq.NumberText = Slice.Between(value.Offset, numberEnd);
        // RFC 3261 8.1.1.5: less than 2**31.
        if (methodStart == numberEnd || !SipChars.TryReadNumber(message[cseq.NumberText], int.MaxValue, out cseq.Number))
            return false;
        cseq.MethodText = Slice.Between(methodStart, value.End);
        cseq.Method = SipMethods.Parse(message[cseq.MethodText]);
        return SipChars.IsAll(message[cseq.MethodText], SipChars.Token);
    }

    private static void CheckMaxForwards(SipMessage message)
    {
        var value = message.FirstValue(HeaderId.MaxForwards);
        if (!value.IsPresent)
            return;
        if (SipChars.TryReadNumber(message[value], 255, out var number))
            message.MaxForwards = (int)number;
        else if (message[value].Length > 0 && !message[value].ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            // RFC 4475 3.1.2.4: a value that is too large does not by itself condemn the request.
            message.MaxForwards = 255;
        else
            message.Refuse(ParseFailure.BadMaxForwards);
    }

    private static void CheckContentLength(SipMessage message)
    {
        var value = message.FirstValue(HeaderId.ContentLength);
        if (!value.IsPresent)
            return;
        if (SipChars.TryReadNumber(message[value], int.MaxValue, out var number))
            message.ContentLength = (int)number;
        else
            message.Refuse(ParseFailure.BadContentLength);
    }

    // Of a request there must be one. The same value twice in a reply harms nobody but the one who waits for it.
    private static void CheckDuplicates(SipMessage message, HeaderId id)
    {
        var first = message.First(id);
        if (first == message.Last(id))
            return;
        var value = message[message.Header(first).Value];
        for (var row = message.Header(first).NextSame; row >= 0; row = message.Header(row).NextSame)
        {
            if (message.IsRequest || !message[message.Header(row).Value].SequenceEqual(value))
                message.Refuse(ParseFailure.DuplicateHeader);
        }
    }

    private static void CheckContacts(SipMessage message)
    {
        var count = 0;
        var hasStar = false;
        for (var row = message.First(HeaderId.Contact); row >= 0; row = message.Header(row).NextSame)
        {
            var value = message.Header(row).Value;
            for (var at = value.Offset; at <= value.End;)
            {
                if (!NameAddrParser.TryParse(message.Buffer, at, value.End, out var view))
                {
                    message.Refuse(ParseFailure.BadContact);
                    return;
                }
                count++;
                hasStar |= view.IsStar;
                at = view.End < value.End ? view.End + 1 : int.MaxValue;
            }
        }
        // RFC 3261 10.2.2: "*" stands alone.
        if (hasStar && count > 1)
            message.Refuse(ParseFailure.BadContact);
    }

    private static void CheckRoutes(SipMessage message)
    {
        for (var row = message.First(HeaderId.Route); row >= 0; row = message.Header(row).NextSame)
        {
            var value = message.Header(row).Value;
            for (var at = value.Offset; at <= value.End;)
            {
                // RFC 3261 20.34: a route is a name-addr, never a bare URI.
                if (!NameAddrParser.TryParse(message.Buffer, at, value.End, out var view) || !view.HasBrackets)
                {
                    message.Refuse(ParseFailure.BadRoute);
                    return;
                }
                at = view.End < value.End ? view.End + 1 : int.MaxValue;
            }
        }
    }
}
