using ScriptedSip.Script.Syntax.Generated;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Syntax;

/// <summary>
/// Reads the addresses of <c>listen</c>, <c>socket</c> and <c>alias</c> from tokens:
/// <c>[proto:]host[:port]</c> with its options, several after one another, in parentheses or in quotes.
/// </summary>
internal sealed class SocketReader(List<ScriptToken> tokens, DiagnosticBag diagnostics)
{
    private int _position;

    public List<SettingValue> ReadList()
    {
        var values = new List<SettingValue>();
        while (_position < tokens.Count)
        {
            if (At(SipScriptLexer.Comma) && PeekType(1) == SipScriptLexer.Number && PeekType(2) is not SipScriptLexer.Dot)
            {
                diagnostics.AddWithHint(DiagnosticCatalog.UnexpectedToken, Current.Span, Spelling.Question(":"), "','", " before a port");
                break;
            }

            if (At(SipScriptLexer.Comma) || At(SipScriptLexer.Semicolon))
            {
                _position++;
                continue;
            }

            var start = Current;
            var addresses = ReadAddresses();
            if (addresses.Count == 0)
            {
                diagnostics.Add(DiagnosticCatalog.UnexpectedToken, start.Span, $"'{start.Text}'", " in a list of addresses");
                break;
            }

            var options = new List<SocketOption>();
            while (_position < tokens.Count && ReadOption() is { } option)
                options.Add(option);
            values.Add(new SocketValue(start.Span.To(tokens[_position - 1].Span), addresses, options));
        }

        return values;
    }

    /// <summary>The one address the tokens are.</summary>
    public Expression ReadLiteral(TextSpan span)
    {
        if (ReadAddress() is { } address && _position == tokens.Count)
            return new SocketLiteral(span, address);
        diagnostics.Add(DiagnosticCatalog.UnexpectedToken, span, $"'{span.Text}'", ": it is no address");
        return new ErrorExpression(span);
    }

    private ScriptToken Current => tokens[Math.Min(_position, tokens.Count - 1)];

    private bool At(int type) => _position < tokens.Count && tokens[_position].Type == type;

    private bool Take(int type)
    {
        if (!At(type))
            return false;
        _position++;
        return true;
    }

    // host, or (host, host …) for a multi-homed socket, whose protocol may stand before the parenthesis and whose port behind it.
    private List<SocketAddress> ReadAddresses()
    {
        var addresses = new List<SocketAddress>();
        Word? protocol = null;
        if (At(SipScriptLexer.Word) && PeekType(1) == SipScriptLexer.Colon && PeekType(2) == SipScriptLexer.LeftParen)
        {
            protocol = new Word(Current.Text, Current.Span);
            _position += 2;
        }

        if (!Take(SipScriptLexer.LeftParen))
        {
            if (ReadAddress() is { } single)
                addresses.Add(single);
            return addresses;
        }

        while (_position < tokens.Count && !Take(SipScriptLexer.RightParen))
        {
            if (Take(SipScriptLexer.Comma))
                continue;
            if (ReadAddress() is not { } address)
                break;
            addresses.Add(protocol is null ? address : address with { Protocol = protocol });
        }

        if (Take(SipScriptLexer.Colon))
        {
            var port = WithPort(new SocketAddress(default, null, default, null, false));
            for (var i = 0; i < addresses.Count; i++)
                addresses[i] = addresses[i] with { Port = port.Port, AnyPort = port.AnyPort, PortName = port.PortName };
        }

        return addresses;
    }

    private SocketAddress? ReadAddress()
    {
        var start = _position;
        if (_position >= tokens.Count)
            return null;
        if (Current.Type is SipScriptLexer.DoubleString or SipScriptLexer.SingleString)
            return Quoted(tokens[_position++]);

        Word? protocol = null;
        if (PeekType(1) == SipScriptLexer.Colon && IsProtocol(Current))
        {
            protocol = new Word(Current.Text, Current.Span);
            _position += 2;
        }

        // udp::10.0.0.1: read as an IPv6 address behind a name.
        if (PeekType(1) == SipScriptLexer.Ipv6 && Current.Text is "udp" or "tcp" or "tls" or "sctp" or "ws" or "wss" && Current.Touches(tokens[_position + 1]))
        {
            diagnostics.AddWithHint(DiagnosticCatalog.UnexpectedToken, tokens[_position + 1].Span with { Length = 2 }, Spelling.Question(":"), "'::'", $" after '{Current.Text}'");
            protocol = new Word(Current.Text, Current.Span);
            _position++;
        }

        if (ReadHost() is not { } host)
        {
            _position = start;
            return null;
        }

        var address = new SocketAddress(default, protocol, host, null, false);
        if (Take(SipScriptLexer.Colon))
            address = WithPort(address);
        return address with { Span = tokens[start].Span.To(tokens[_position - 1].Span) };
    }

    private int PeekType(int ahead) => _position + ahead < tokens.Count ? tokens[_position + ahead].Type : 0;

    // What stands before the first colon is a protocol unless what follows can only be a port.
    private bool IsProtocol(ScriptToken token) =>
        token.Type == SipScriptLexer.Word && (PeekType(2) is not (SipScriptLexer.Number or SipScriptLexer.Star) || PeekType(3) is SipScriptLexer.Colon or SipScriptLexer.Dot
            || token.Text.ToLowerInvariant() is "udp" or "tcp" or "tls" or "sctp" or "ws" or "wss" || token.Text.Contains('_'));

    private Word? ReadHost()
    {
        if (Take(SipScriptLexer.LeftBracket))
        {
            if (!At(SipScriptLexer.Ipv6))
                return null;
            var address = tokens[_position++];
            return Take(SipScriptLexer.RightBracket) ? new Word(address.Text, address.Span) : null;
        }

        if (!IsHostPart(Current))
            return null;
        var first = _position++;

        // An address with a mask, and a name of words with dots and hyphens between.
        while (_position + 1 < tokens.Count && IsJoint(tokens[_position].Type) && IsHostPart(tokens[_position + 1])
            && (tokens[_position - 1].Touches(tokens[_position]) || tokens[_position].Type == SipScriptLexer.Slash))
        {
            _position += 2;
        }

        var text = _position == first + 1 ? tokens[first].Text : string.Concat(tokens.Skip(first).Take(_position - first).Select(token => token.Text));
        return new Word(text, tokens[first].Span.To(tokens[_position - 1].Span));
    }

    private static bool IsJoint(int type) => type is SipScriptLexer.Dot or SipScriptLexer.Minus or SipScriptLexer.Slash;

    private static bool IsHostPart(ScriptToken token) =>
        token.Type is SipScriptLexer.Ipv4 or SipScriptLexer.Ipv6 or SipScriptLexer.Star or SipScriptLexer.Number or SipScriptLexer.DigitWord
        || (token.Text.Length > 0 && (char.IsAsciiLetter(token.Text[0]) || token.Text[0] == '_'));

    private SocketAddress WithPort(SocketAddress address)
    {
        if (Take(SipScriptLexer.Star))
            return address with { AnyPort = true };
        var token = Current;
        if (_position < tokens.Count && token.Type == SipScriptLexer.Word)
        {
            _position++;
            return address with { PortName = new Word(token.Text, token.Span) };
        }

        var port = ReadNumber();
        var second = port is not null && At(SipScriptLexer.Comma) && PeekType(1) == SipScriptLexer.Number ? NextNumber() : null;
        return address with { Port = port, SecondPort = second };
    }

    private int? NextNumber()
    {
        _position++;
        return ReadNumber();
    }

    private int? ReadNumber()
    {
        var token = Current;
        var behind = _position >= tokens.Count;
        if (!behind)
            _position++;
        if (!behind && token.Type == SipScriptLexer.Number && Literals.Number(token.Text) is >= 0 and <= 65535 and var number)
            return (int)number;
        diagnostics.AddWithHint(DiagnosticCatalog.BadNumber, behind ? token.Span.After : token.Span, "a port is a number from 0 to 65535", behind ? "" : token.Text);
        return null;
    }

    private SocketOption? ReadOption()
    {
        var name = Current;
        switch (name.Text)
        {
            case "advertise" or "as":
                _position++;
                var address = ReadAddress();
                if (address is null)
                    diagnostics.Add(DiagnosticCatalog.MissingToken, name.Span.After, "address", $" after '{name.Text}'");
                return new SocketOption(name.Span.To(tokens[_position - 1].Span), new Word(name.Text, name.Span), address, null);
            case "use_workers" or "workers" or "tag" or "name" or "accept_subscriptions" or "auto_scaling_profile" or "use_auto_scaling_profile" or "agname" or "bind" when _position + 1 < tokens.Count:
                _position++;
                var value = tokens[_position++];
                return new SocketOption(name.Span.To(value.Span), new Word(name.Text, name.Span), null, OptionValue(value));
            case "anycast" or "virtual" or "frag" or "reuse_port" or "allow_proxy_protocol" or "send_proxy_protocol":
                _position++;
                return new SocketOption(name.Span, new Word(name.Text, name.Span), null, null);
            default:
                return null;
        }
    }

    private static Expression OptionValue(ScriptToken token) => token.Type switch
    {
        SipScriptLexer.DoubleString or SipScriptLexer.SingleString => Literals.String([token]),
        SipScriptLexer.Number when Literals.Number(token.Text) is { } number => new IntLiteral(token.Span, number, token.Text),
        _ => new NameLiteral(token.Span, token.Text),
    };

    // "udp:10.0.0.1:5060": the same inside quotes. A name with nothing around it may hold anything.
    private SocketAddress Quoted(ScriptToken token)
    {
        var text = token.Text[1..^1];
        var source = new FileTokens(new SourceFile("", text), new DiagnosticBag());
        var inner = new List<ScriptToken>();
        for (var next = source.Next(); next.Type > 0; next = source.Next())
            inner.Add(new ScriptToken(next.Type, token.Span, next.Text));
        var silent = new DiagnosticBag();
        var reader = new SocketReader(inner, silent);
        var address = inner.Count > 0 && inner[0].Type is not (SipScriptLexer.DoubleString or SipScriptLexer.SingleString) ? reader.ReadAddress() : null;
        address = address is not null && reader._position == inner.Count && silent.Count == 0
            ? address with { Span = token.Span }
            : new SocketAddress(token.Span, null, new Word(text, token.Span), null, false);
        return Take(SipScriptLexer.Colon) ? WithPort(address) : address;
    }
}
