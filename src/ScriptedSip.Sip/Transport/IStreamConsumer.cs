namespace ScriptedSip.Sip.Transport;

/// <summary>Handles messages that came over streams. Called on many threads at once, but for one connection one after the other.</summary>
public interface IStreamConsumer
{
    /// <summary>One whole message at the beginning of the buffer. The bytes belong to the connection again when this returns.</summary>
    void OnMessage(byte[] buffer, int length, in SipEndpoint source, ListenSocket local, IMessageStream stream);
}

/// <summary>The stream a message came over, as its consumer sees it.</summary>
public interface IMessageStream
{
    /// <summary>
    /// For a consumer that is going to block: what comes after the message is read and handed on by another thread at once. Callable only within
    /// <see cref="IStreamConsumer.OnMessage"/>, once; the bytes of the message stay good until that returns.
    /// </summary>
    void Detach();
}
