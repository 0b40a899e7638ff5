using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Server;

/// <summary>What the threads of the server hand their work to.</summary>
internal interface IMessageSink
{
    /// <summary>Handles one received message. The bytes belong to the caller again when this returns; packets to send are left in the context's queue.</summary>
    void Process(ScriptContext context, byte[] buffer, int length, in SipEndpoint source, ListenSocket local);

    /// <summary>Called on the timer thread when something is due, and now and then when nothing is.</summary>
    void OnTimer(ScriptContext context);

    /// <summary>When <see cref="OnTimer"/> is needed next, in milliseconds of the clock.</summary>
    long NextDue { get; }

    /// <summary>The run of a frame is about to wait for something slow, on the thread that calls.</summary>
    void OnWait(Frame frame);
}
