using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Sip.Transactions;

/// <summary>Loop detection (RFC 3261 16.3, step 4; RFC 5393), without a hash in the branch: the earlier pass is still here to be compared with.</summary>
public sealed partial class TransactionEngine
{
    // The last pass stands on top. Somebody who writes our Vias himself must not make us compare without end; Max-Forwards ends what is longer.
    private const int MostComparisons = 8;

    /// <summary>
    /// True when a request that is passing again through this server is the same as at an earlier pass and comes from the same place: nothing a script
    /// decides by has changed, so it would go round for ever. A spiral, which comes back changed, is none.
    /// </summary>
    public bool HasLooped(ProcessingContext context, SipMessage request)
    {
        var comparisons = 0;
        if (PassedWith(context, request, request[request.Via.Branch], ref comparisons))
            return true;
        for (var via = request.Via; comparisons < MostComparisons && TryReadNext(request, ref via);)
        {
            if (PassedWith(context, request, request[via.Branch], ref comparisons))
                return true;
        }
        return false;
    }

    private static bool TryReadNext(SipMessage request, ref ViaView via)
    {
        var row = via.Row;
        var end = request.Header(row).Value.End;
        var start = ViaParser.NextStart(request.Buffer.AsSpan(0, end), via);
        if (!via.IsFollowed)
        {
            row = request.Header(row).NextSame;
            if (row < 0)
                return false;
            start = request.Header(row).Value.Offset;
            end = request.Header(row).Value.End;
        }
        var isRead = ViaParser.TryParse(request.Buffer, start, end, out via);
        via.Row = row;
        return isRead;
    }

    private bool PassedWith(ProcessingContext context, SipMessage request, ReadOnlySpan<byte> branch, ref int comparisons)
    {
        if (!TryReadBranchId(branch, out var slot, out var label, out _) || _table.At(slot) is not { } transaction || transaction.Label != label)
            return false;
        // An owner at work means the earlier pass has only just begun: the next one will tell.
        if (!transaction.TryEnter())
            return false;
        var isSame = false;
        if (transaction.Label == label && transaction.Request is not null && transaction.Source == request.Source)
        {
            var earlier = Reparse(context, transaction);
            isSame = IsSame(earlier, request);
            comparisons++;
            context.Return(earlier);
        }
        LeaveStranger(context, transaction);
        return isSame;
    }

    // All but what every hop changes.
    private static bool IsSame(SipMessage left, SipMessage right)
    {
        if (!left[left.StartLine].SequenceEqual(right[right.StartLine]) || !left[left.Body].SequenceEqual(right[right.Body]))
            return false;
        int l = -1, r = -1;
        while (true)
        {
            l = NextLasting(left, l);
            r = NextLasting(right, r);
            if (l == left.HeaderCount || r == right.HeaderCount)
                return l == left.HeaderCount && r == right.HeaderCount;
            if (!left[left.Header(l).Line].SequenceEqual(right[right.Header(r).Line]))
                return false;
        }
    }

    private static int NextLasting(SipMessage message, int row)
    {
        do
            row++;
        while (row < message.HeaderCount && message.Header(row).Id is HeaderId.Via or HeaderId.MaxForwards or HeaderId.RecordRoute);
        return row;
    }
}
