using ScriptedSip.Script.Api;
using ScriptedSip.Sip;
using ScriptedSip.Sip.Parsing;
using ScriptedSip.Sip.Transactions;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Server;

/// <summary>Runs the <c>onsend_route</c> on requests that are ready to leave. It sees them as they will be on the wire, and can only hold them back.</summary>
internal sealed class SendRoutes(Func<ScriptVersion> currentScript)
{
    /// <summary>False when the script drops the request.</summary>
    public bool Allows(ProcessingContext context, in Departure departure)
    {
        var script = currentScript();
        if (script.SendRoute is not { } route)
            return true;
        var scripts = (ScriptContext)context;
        var message = context.RentMessage();
        MessageParser.Parse(message, departure.Bytes.Bytes, departure.Bytes.Length, departure.To.Protocol != TransportProtocol.Udp);
        message.Source = departure.Source;
        message.Local = departure.ReceivedAt;
        var frame = scripts.Rent(message, RouteKinds.OnSend, script);
        frame.SendSocket = departure.From;
        frame.SendDestination = departure.To;
        try
        {
            route.Run(frame);
            return !frame.Dropped;
        }
        finally
        {
            scripts.Return(frame);
            context.Return(message);
        }
    }
}
