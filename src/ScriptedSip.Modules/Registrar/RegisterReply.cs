using ScriptedSip.Modules.Core;
using ScriptedSip.Modules.Sl;
using ScriptedSip.Modules.UsrLoc;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Registrar;

/// <summary>Answers a REGISTER: 200 with the bindings (RFC 3261 10.3 step 8), or the refusal with the reason in P-Registrar-Error.</summary>
internal sealed class RegisterReply(RegistrarRules rules, IReplies replies)
{
    private static readonly Utf8Text Ok = Utf8Text.From("OK");
    private static readonly Utf8Text BadRequest = Utf8Text.From("Bad Request");
    private static readonly Utf8Text BadExtension = Utf8Text.From("Bad Extension");
    private static readonly Utf8Text IntervalTooBrief = Utf8Text.From("Interval Too Brief");
    private static readonly Utf8Text ServiceUnavailable = Utf8Text.From("Service Unavailable");

    // Seconds after which a phone may try again when the database is gone: RFC 3261 20.33; soon, as outages mostly are restarts.
    private const int OutageRetryAfter = 5;

    // A field name, "expires=4294967295", q, brackets and separators.
    private const int RoomPerContact = 64;

    public bool SendBindings(Frame frame, BindingList bindings, Utf8Text path)
    {
        var length = path.Length + 16;
        foreach (ref readonly var binding in bindings.Items)
            length += binding.Contact.Length + binding.Received.Length + rules.ReceivedParameter.Length + RoomPerContact;
        var writer = new SpanWriter(frame.Arena.Reserve(length));
        var now = frame.Context.Now;
        for (var i = 0; i < bindings.Count; i++)
        {
            writer.Write(i == 0 ? "Contact: <"u8 : ", <"u8);
            WriteContact(ref writer, bindings[i], now);
        }
        if (bindings.Count > 0)
            writer.Write("\r\n"u8);
        if (!path.IsEmpty)
        {
            writer.Write("Path: "u8);
            writer.Write(path);
            writer.Write("\r\n"u8);
        }
        return Send(frame, 200, Ok, frame.Arena.Commit(writer.Length));
    }

    public bool SendRefusal(Frame frame, RegisterFault fault)
    {
        var writer = new SpanWriter(frame.Arena.Reserve(256));
        var (code, reason) = CodeOf(fault);
        writer.Write("P-Registrar-Error: "u8);
        writer.Write(Describe(fault));
        writer.Write("\r\n"u8);
        if (fault == RegisterFault.IntervalTooBrief)
            WriteNumber(ref writer, "Min-Expires: "u8, rules.MinExpires);
        if (fault == RegisterFault.PathNotSupported)
            writer.Write("Unsupported: path\r\n"u8);
        if (code >= 500 && rules.RetryAfter > 0)
            WriteNumber(ref writer, "Retry-After: "u8, rules.RetryAfter);
        else if (fault == RegisterFault.CannotKeep)
            WriteNumber(ref writer, "Retry-After: "u8, OutageRetryAfter);
        return Send(frame, code, reason, frame.Arena.Commit(writer.Length));
    }

    private void WriteContact(ref SpanWriter writer, in Binding binding, long now)
    {
        writer.Write(binding.Contact);
        writer.Write((byte)'>');
        if (binding.Q != BranchTarget.NoQ)
        {
            writer.Write(";q="u8);
            QValue.Write(ref writer, binding.Q);
        }
        writer.Write(";expires="u8);
        writer.Write(binding.ExpiresAt == Binding.Never ? uint.MaxValue : (binding.ExpiresAt - now + 999) / 1000);
        if (binding.Received.IsEmpty)
            return;
        writer.Write((byte)';');
        writer.Write(rules.ReceivedParameter);
        writer.Write("=\""u8);
        writer.Write(binding.Received);
        writer.Write((byte)'"');
    }

    private static void WriteNumber(ref SpanWriter writer, ReadOnlySpan<byte> name, long number)
    {
        writer.Write(name);
        writer.Write(number);
        writer.Write("\r\n"u8);
    }

    private bool Send(Frame frame, int code, Utf8Text reason, Utf8Text headers)
    {
        var before = frame.ReplyHeaders;
        frame.ReplyHeaders = before.IsEmpty ? headers : frame.Arena.Concat(before.Span, headers.Span);
        var outcome = replies.Reply(frame, code, reason);
        frame.ReplyHeaders = before;
        return outcome.Code > 0;
    }

    private static (int Code, Utf8Text Reason) CodeOf(RegisterFault fault) => fault switch
    {
        RegisterFault.TooManyContacts or RegisterFault.CannotKeep => (503, ServiceUnavailable),
        RegisterFault.IntervalTooBrief => (423, IntervalTooBrief),
        RegisterFault.PathNotSupported => (420, BadExtension),
        _ => (400, BadRequest),
    };

    private static ReadOnlySpan<byte> Describe(RegisterFault fault) => fault switch
    {
        RegisterFault.BadStar => "'*' must be the only contact, with Expires: 0"u8,
        RegisterFault.BadQ => "Malformed q parameter"u8,
        RegisterFault.ContactTooLong => "Contact too long"u8,
        RegisterFault.CallIdTooLong => "Call-ID too long"u8,
        RegisterFault.PathTooLong => "Path malformed or too long"u8,
        RegisterFault.NoAddressOfRecord => "No address-of-record in To"u8,
        RegisterFault.StaleSequence => "CSeq is not higher than that of the binding"u8,
        RegisterFault.TooManyContacts => "Too many contacts"u8,
        RegisterFault.IntervalTooBrief => "Expires too short"u8,
        RegisterFault.CannotKeep => "The database cannot be reached"u8,
        RegisterFault.PathNotSupported => "Path without support for it"u8,
        _ => "Malformed Contact"u8,
    };
}
