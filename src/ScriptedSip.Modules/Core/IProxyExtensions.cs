namespace ScriptedSip.Modules.Core;

/// <summary>The SIP extensions a request may require of this proxy (RFC 3261 20.29); none unless a module exports this.</summary>
public interface IProxyExtensions
{
    /// <summary>True for an option tag that is supported.</summary>
    bool Supports(ReadOnlySpan<byte> optionTag);
}
