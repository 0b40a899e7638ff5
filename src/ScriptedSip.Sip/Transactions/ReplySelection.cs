namespace ScriptedSip.Sip.Transactions;

/// <summary>The best final reply over all branches (RFC 3261 16.7, step 6).</summary>
public static class ReplySelection
{
    /// <summary>What a status made here counts behind a received one by default: it comes behind those of its class.</summary>
    public const int LocalHandicap = 400;

    /// <summary>
    /// A 6xx if there is one, else the lowest class; within 4xx those that tell the client how to try again (401, 407, 415, 420, 484) come first, and
    /// what was made here (408) comes behind what was received. Null when no branch has a final status.
    /// </summary>
    public static ClientBranch? Best(ReadOnlySpan<ClientBranch> branches, int localHandicap = LocalHandicap)
    {
        ClientBranch? best = null;
        foreach (var branch in branches)
        {
            if (branch.StatusCode >= 300 && branch is { IsDropped: false, IsReplica: false } && (best is null || Rank(branch, localHandicap) < Rank(best, localHandicap)))
                best = branch;
        }
        return best;
    }

    private static int Rank(ClientBranch branch, int localHandicap)
    {
        var code = branch.StatusCode;
        if (code >= 600)
            return code;
        // 16.7: 503 means only that this server is overloaded; any other reply says more.
        if (code == 503)
            return 9000;
        var rank = code / 100 * 1000;
        if (code is 401 or 407 or 415 or 420 or 484)
            rank -= 500;
        return rank + (branch.IsLocal ? localHandicap : 0) + (code % 100);
    }
}
