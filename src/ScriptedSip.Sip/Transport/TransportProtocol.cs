namespace ScriptedSip.Sip.Transport;

/// <summary>Transport protocols a socket can speak. Scripts may name others; they cannot be opened.</summary>
public enum TransportProtocol : byte
{
    None = 0,
    Udp = 1,
    Tcp = 2,
    Tls = 3,
}
