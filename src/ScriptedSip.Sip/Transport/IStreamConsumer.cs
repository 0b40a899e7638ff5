namespace ScriptedSip.Sip.Transport;

/// <summary>Handles messages that came over streams. Called on many threads at once, but for one connection one after the other.</summary>
public interface IStreamConsumer
{
    /// <summary>One whole message at the beginning of the buffer. The bytes belong to the connection again when this returns.</summary>
    void OnMessage(byte[] buffer, int length, in SipEndpoint source, ListenSocket local);
}
