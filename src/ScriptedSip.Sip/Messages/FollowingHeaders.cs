namespace ScriptedSip.Sip.Messages;

/// <summary>Headers that an ACK or CANCEL made here has beyond what RFC 3261 9.1 and 17.1.1.3 name.</summary>
/// <param name="Prefix">Unknown headers of the INVITE whose names begin so go along; empty for none.</param>
/// <param name="Lines">Whole lines with CRLF, which the INVITE has as well; empty for none.</param>
/// <param name="Reason">Whole lines that say why (RFC 3326); empty for none.</param>
public readonly record struct FollowingHeaders(Utf8Text Prefix, Utf8Text Lines, Utf8Text Reason = default)
{
    /// <summary>Writes them.</summary>
    public void Write(ref SpanWriter writer, SipMessage invite)
    {
        writer.Write(Lines);
        writer.Write(Reason);
        if (Prefix.IsEmpty)
            return;
        for (var row = 0; row < invite.HeaderCount; row++)
        {
            ref readonly var header = ref invite.Header(row);
            var name = invite[header.Name];
            if (header.Id == HeaderId.Other && name.Length >= Prefix.Length && System.Text.Ascii.EqualsIgnoreCase(name[..Prefix.Length], Prefix.Span)
                && !Repeats(invite, header))
                writer.Write(invite[header.Line]);
        }
    }

    // What t_add_hdrs() has put into the INVITE stands in the lines already.
    private bool Repeats(SipMessage invite, in HeaderRow header) => Lines.Span.IndexOf(invite[header.Line]) >= 0;
}
