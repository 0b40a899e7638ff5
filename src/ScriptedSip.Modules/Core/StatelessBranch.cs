using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transactions;

namespace ScriptedSip.Modules.Core;

/// <summary>
/// Branch ids of requests forwarded without state: the same for a retransmission, for the CANCEL of a request and for the ACK to its failure,
/// different for anything else (RFC 3261 16.11).
/// </summary>
internal static class StatelessBranch
{
    /// <summary>Length of a branch id in bytes at most.</summary>
    public const int MaxLength = 32;

    /// <summary>Writes "z9hG4bK", a number in hexadecimal, and ".0": one group fewer than the branches of transactions.</summary>
    public static void Write(ref SpanWriter writer, SipMessage request)
    {
        // What makes a transaction one, its method left out.
        var key = TransactionKey.Of(request, SipMethod.None);
        writer.Write("z9hG4bK"u8);
        writer.WriteHex(key.High);
        writer.Write(".0"u8);
    }
}
