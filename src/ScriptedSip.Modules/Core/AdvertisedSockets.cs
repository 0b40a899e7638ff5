using System.Collections.Concurrent;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.Core;

/// <summary>Listening sockets under another name: what a script advertises for single messages. Each is made once.</summary>
internal sealed class AdvertisedSockets
{
    // Scripts advertise a handful of constant names; a script that makes them up must not fill the memory.
    private const int MostKept = 1000;

    private readonly ConcurrentDictionary<(ListenSocket Socket, Utf8Text Host, int Port), ListenSocket> _made = new();

    public ListenSocket With(ListenSocket socket, Utf8Text host, int port)
    {
        if (_made.TryGetValue((socket, host, port), out var found))
            return found;
        var made = new ListenSocket(socket.Index, socket.Endpoint, host.ToString(), port, socket.Name);
        if (_made.Count < MostKept)
            _made.TryAdd((socket, Utf8Text.CopyOf(host.Span), port), made);
        return made;
    }
}
