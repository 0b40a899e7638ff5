using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Modules.Core;

/// <summary>How long the contacts of a message want to be kept (RFC 3261 10.2.1.1): by their own parameters, else by the Expires header.</summary>
internal sealed class ExpiresVariables : ScriptModule
{
    [SipVariable("expires", "The smallest (min) or largest (max) number of seconds the Contacts ask for, each by its parameter, else by the Expires header; null when nothing says.")]
    public Value Expires(Frame frame, Utf8Text which, int index)
    {
        var wantsLargest = which.EqualsIgnoreCase("max"u8);
        if (!wantsLargest && !which.EqualsIgnoreCase("min"u8))
            return Value.Null;
        var message = frame.Message;
        long? found = null;
        for (var row = message.FindNext(HeaderId.Contact, default, -1); row >= 0; row = message.FindNext(HeaderId.Contact, default, row))
        {
            var value = message.Header(row).Value;
            var at = value.Offset;
            while (at < value.End && NameAddrParser.TryParse(message.Buffer, at, value.End, out var contact))
            {
                var parameters = message[contact.Parameters];
                if (ParameterList.Find(parameters, "expires"u8) is { IsPresent: true } written && Value.TryParseInt(parameters.Slice(written.Offset, written.Length), out var seconds))
                    found = found is not { } best ? seconds : wantsLargest ? Math.Max(best, seconds) : Math.Min(best, seconds);
                at = contact.End;
                while (at < value.End && message.Buffer[at] is (byte)',' or (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
                    at++;
            }
        }
        if (found is null && Value.TryParseInt(message[message.FirstValue(HeaderId.Expires)], out var ofHeader))
            found = ofHeader;
        return found is { } expires ? Value.FromInt(expires) : Value.Null;
    }
}
