using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Modules.Core;

/// <summary>Headers that are lists (RFC 3261 7.3.1): their values counted across lines and commas, and the parts of a Via.</summary>
internal sealed class HeaderListVariables : ScriptModule
{
    [SipVariable("hfl", "The value of that index in a header that is a list, counted across lines and commas from 0, from the last with a negative one; [*] is all of them with commas.")]
    public Value At(Frame frame, HeaderName name, int index)
    {
        var message = frame.Message;
        if (index == SipVariableAttribute.AllValues)
            return All(frame, name);
        if (index < 0)
            index += Count(message, name);
        var cursor = new Cursor(message, name);
        while (index >= 0 && cursor.MoveNext())
        {
            if (index-- == 0)
                return Value.FromText(message.Text(cursor.Current));
        }
        return Value.Null;
    }

    [SipVariable("hflc", "How many values a header that is a list has.")]
    public Value ValueCount(Frame frame, HeaderName name, int index) => Value.FromInt(Count(frame.Message, name));

    [SipVariable("via0", "A part of the topmost Via: host, port, proto, branch, rport, received, ttl, maddr or params.")]
    public Value FirstVia(Frame frame, Utf8Text part, int index) => ViaPart(frame, 0, part);

    [SipVariable("via1", "The same of the second Via.")]
    public Value SecondVia(Frame frame, Utf8Text part, int index) => ViaPart(frame, 1, part);

    [SipVariable("viaZ", "The same of the last Via.")]
    public Value LastVia(Frame frame, Utf8Text part, int index) => ViaPart(frame, -1, part);

    private static readonly HeaderName Via = new(HeaderId.Via, Utf8Text.From("Via"));

    private Value ViaPart(Frame frame, int index, Utf8Text part)
    {
        var text = At(frame, Via, index).Text;
        if (text.IsEmpty || !ViaParser.TryParse(text.Array!, text.Offset, text.Offset + text.Length, out var via))
            return Value.Null;
        if (part.EqualsIgnoreCase("host"u8))
            return Own(text, via.Host);
        if (part.EqualsIgnoreCase("port"u8))
            return Value.FromInt(via.Port == 0 ? Sip.Transport.ListenSocket.DefaultPort : via.Port);
        if (part.EqualsIgnoreCase("proto"u8))
            return Own(text, via.Transport);
        if (part.EqualsIgnoreCase("branch"u8))
            return Own(text, via.Branch);
        if (part.EqualsIgnoreCase("received"u8))
            return Own(text, via.Received);
        if (part.EqualsIgnoreCase("rport"u8))
            return via.Rport == 0 ? Value.Null : Value.FromInt(via.Rport);
        var semicolon = text.Span.IndexOf((byte)';');
        var parameters = semicolon < 0 ? default : text[Slice.Between(semicolon + 1, text.Length)];
        if (part.EqualsIgnoreCase("params"u8))
            return parameters.IsEmpty ? Value.Null : Value.FromText(parameters);
        var value = ParameterList.Find(parameters.Span, part.Span);
        return value.IsPresent ? Value.FromText(parameters[value]) : Value.Null;
    }

    // The parser counts from the start of the array the text lies in.
    private static Value Own(Utf8Text text, Slice part) =>
        part.IsPresent ? Value.FromText(new Utf8Text(text.Array!, part.Offset, part.Length)) : Value.Null;

    private static int Count(SipMessage message, HeaderName name)
    {
        var count = 0;
        for (var cursor = new Cursor(message, name); cursor.MoveNext();)
            count++;
        return count;
    }

    private static Value All(Frame frame, HeaderName name)
    {
        var message = frame.Message;
        var length = 0;
        for (var cursor = new Cursor(message, name); cursor.MoveNext();)
            length += cursor.Current.Length + 1;
        if (length == 0)
            return Value.Null;
        var writer = new SpanWriter(frame.Arena.Reserve(length));
        for (var cursor = new Cursor(message, name); cursor.MoveNext();)
        {
            if (writer.Length > 0)
                writer.Write((byte)',');
            writer.Write(message[cursor.Current]);
        }
        return Value.FromText(frame.Arena.Commit(writer.Length));
    }

    /// <summary>Goes from value to value; a comma in quotes or angle brackets belongs to the value.</summary>
    private ref struct Cursor(SipMessage message, HeaderName name)
    {
        private int _row = -1;
        private int _at;
        private int _end;

        public Slice Current { get; private set; }

        public bool MoveNext()
        {
            while (_at >= _end)
            {
                _row = message.FindNext(name.Id, name.Name.Span, _row);
                if (_row < 0)
                {
                    // The next look would begin anew.
                    _at = 0;
                    _end = -1;
                    return false;
                }
                var value = message.Header(_row).Value;
                (_at, _end) = (value.Offset, value.End);
                if (value.IsEmpty)
                    break;
            }
            var start = _at;
            var quoted = false;
            var bracketed = false;
            for (; _at < _end; _at++)
            {
                var c = message.Buffer[_at];
                if (c == '\\' && quoted)
                    _at++;
                else if (c == '"' && !bracketed)
                    quoted = !quoted;
                else if (c is (byte)'<' or (byte)'>' && !quoted)
                    bracketed = c == '<';
                else if (c == ',' && !quoted && !bracketed)
                    break;
            }
            Current = Trimmed(start, Math.Min(_at, _end));
            _at++;
            return true;
        }

        private readonly Slice Trimmed(int start, int end)
        {
            var text = message.Buffer.AsSpan(start, end - start);
            var first = text.IndexOfAnyExcept(" \t\r\n"u8);
            return first < 0 ? new Slice(start, 0) : Slice.Between(start + first, start + text.LastIndexOfAnyExcept(" \t\r\n"u8) + 1);
        }
    }
}
