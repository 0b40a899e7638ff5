using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Tests.Sip.Transactions;

/// <summary>What must be true of all that a stateful proxy sends, whatever happens to it (RFC 3261 9, 16, 17; RFC 6026). Sees packets only.</summary>
internal sealed class WireRules(SipEndpoint client)
{
    private readonly Dictionary<string, Call> _calls = [];
    private readonly Dictionary<string, Branch> _branches = [];
    private readonly HashSet<string> _unreachable = [];
    private int _acks;
    private int _successes;

    /// <summary>Requests sent to callees, ACKs excepted.</summary>
    public List<Sent> ToAnswer { get; } = [];

    public void Received(string call, string method) => _calls[call + method] = new Call(call, method == "INVITE");

    /// <summary>The client's CANCEL came in time.</summary>
    public void Cancelled(string call) => _calls[call + "INVITE"].IsCancelled = true;

    /// <summary>The transport has reported that the branch of that id cannot be reached.</summary>
    public void GivenUp(string id) => _unreachable.Add(id);

    public void Sent(Sent packet)
    {
        if (packet.To == client)
            OnReply(packet);
        else
            OnRequest(packet);
    }

    /// <summary>A callee is about to answer, so many milliseconds from the start.</summary>
    public void Answering(Sent request, int code, long now)
    {
        _acks = _successes = 0;
        if (request.What == "CANCEL" || !_branches.TryGetValue(request.Header("Via"), out var branch))
            return;
        // Given up for certain not before the shortest time out; acknowledged for certain only before.
        branch.IsSurelyAlive = now - branch.SentAt < 3_000 && !branch.HasFinal && !_unreachable.Contains("z9hG4bK" + BranchOf(request.Header("Via")));
        branch.HadProvisional |= code < 200;
        branch.HasFinal |= code >= 200;
        branch.HasFailed |= code >= 300;
    }

    public void Answered(Sent request, int code, bool isOurs)
    {
        if (request.What != "INVITE" || !isOurs)
            return;
        var branch = _branches[request.Header("Via")];
        if (code is >= 200 and < 300 && !branch.HasSucceeded)
        {
            Assert.That(_successes, Is.EqualTo(1), $"16.7 step 5: the 2xx of {branch.Call.Name} is passed on at once");
            branch.HasSucceeded = true;
        }
        if (code >= 300 && branch.IsSurelyAlive)
            Assert.That(_acks, Is.EqualTo(1), $"17.1.1.3: the {code} of {branch.Call.Name} is acknowledged");
    }

    public void ExpectAllAnswered()
    {
        foreach (var call in _calls.Values)
            Assert.That(call.Final is not null || call.HasSuccess, $"{call.Name} was never answered");
    }

    private void OnReply(Sent reply)
    {
        var words = reply.What.Split(' ');
        var code = int.Parse(words[0], System.Globalization.CultureInfo.InvariantCulture);
        if (words[1] == "CANCEL")
            return;
        var call = _calls[BranchOf(reply.Header("Via")) + words[1]];
        Assert.That(reply.Headers("Via").Count(), Is.EqualTo(1), "16.7 step 3: our Via is taken off");
        if (code < 200)
        {
            Assert.That(call.Final is null && !call.HasSuccess, $"{call.Name}: a {code} after a final reply");
        }
        else if (code < 300 && call.IsInvite)
        {
            call.HasSuccess = true;
            _successes++;
        }
        else
        {
            // One that came before the 2xx is still repeated until its ACK comes.
            Assert.That(call.Final is null && call.HasSuccess, Is.False, $"{call.Name}: a {code} after a 2xx");
            call.Final ??= reply.Text;
            Assert.That(reply.Text, Is.EqualTo(call.Final), $"{call.Name}: a second final reply");
        }
    }

    private void OnRequest(Sent request)
    {
        var via = request.Header("Via");
        var method = request.What;
        if (method is "INVITE" or "OPTIONS")
            OnForwarded(request, method, via);
        else if (method == "ACK")
            OnAck(via);
        else
            OnCancel(request, via);
    }

    private void OnForwarded(Sent request, string method, string via)
    {
        if (_branches.TryGetValue(via, out var branch))
        {
            Assert.That(branch.HasFinal || (method == "INVITE" && branch.HadProvisional), Is.False, $"17.1: {branch.Call.Name} is sent again after an answer");
            return;
        }
        var call = _calls[BranchOf(request.Headers("Via").ElementAt(1)) + method];
        Assert.That(call.IsCancelled, Is.False, $"{call.Name}: a new branch after the CANCEL");
        Assert.That(call.HasSuccess, Is.False, $"{call.Name}: a new branch after a 2xx");
        _branches[via] = new Branch(call, request.At);
        ToAnswer.Add(request);
    }

    private void OnAck(string via)
    {
        Assert.That(_branches[via].HasFailed, $"{_branches[via].Call.Name}: an ACK to nothing");
        _acks++;
    }

    private void OnCancel(Sent request, string via)
    {
        var branch = _branches[via];
        Assert.That(branch.HadProvisional, $"9.1: {branch.Call.Name} is cancelled before a provisional");
        if (branch.IsCancelSent)
            return;
        Assert.That(branch.HasFinal, Is.False, $"9.1: {branch.Call.Name} is cancelled after its final reply");
        branch.IsCancelSent = true;
        ToAnswer.Add(request);
    }

    private static string BranchOf(string via) => via.Split("branch=z9hG4bK")[1].Split(';')[0];

    private sealed class Call(string name, bool isInvite)
    {
        public string Name { get; } = name;
        public bool IsInvite { get; } = isInvite;
        public bool IsCancelled { get; set; }
        public bool HasSuccess { get; set; }

        /// <summary>The final reply, 2xx to an INVITE excepted.</summary>
        public string? Final { get; set; }
    }

    private sealed class Branch(Call call, long sentAt)
    {
        public Call Call { get; } = call;
        public long SentAt { get; } = sentAt;
        public bool HadProvisional { get; set; }
        public bool HasFinal { get; set; }
        public bool HasFailed { get; set; }
        public bool HasSucceeded { get; set; }
        public bool IsSurelyAlive { get; set; }
        public bool IsCancelSent { get; set; }
    }
}
