using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Sl;

/// <summary>Reason phrases of the status codes the dialect has for failures of the proxy itself.</summary>
internal static class Failures
{
    public static ReadOnlySpan<byte> ReasonOf(int code) => code switch
    {
        476 or 478 => "Unresolvable destination"u8,
        477 => "Next hop cannot be reached"u8,
        479 => "Destination not allowed"u8,
        _ => StatusCodes.ReasonOf(code),
    };
}
