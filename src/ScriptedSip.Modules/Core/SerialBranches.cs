using System.Buffers.Text;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.Core;

/// <summary>
/// Branches that wait for their turn in serial forking. They live in AVPs, so that they go with the transaction into its failure route;
/// one value per branch, its number the q, its text the fields with line feeds between them. The best lies on top.
/// </summary>
internal sealed class SerialBranches(SocketTable sockets)
{
    private const byte Separator = (byte)'\n';

    private static readonly int Name = AvpList.NameOf("\nserial branches");

    public bool IsEmpty(Frame frame) => frame.Avps.Get(Name).IsNull;

    public void Clear(Frame frame) => frame.Avps.Remove(Name, all: true);

    /// <summary>Sets the Request-URI and the appended branches aside; nothing when there are no appended ones.</summary>
    public void PutAside(Frame frame)
    {
        if (frame.BranchCount == 0)
            return;
        Span<int> order = stackalloc int[Frame.MaxBranches];
        var count = frame.BranchCount + 1;
        for (var i = 0; i < count; i++)
        {
            // Insertion sort, lowest q first: what is added last lies on top. Equal q keeps the order of appending.
            var at = i;
            while (at > 0 && QOf(frame, order[at - 1]) >= QOf(frame, i))
            {
                order[at] = order[at - 1];
                at--;
            }
            order[at] = i;
        }
        foreach (var branch in order[..count])
            Store(frame, Target(frame, branch));
        frame.ClearBranches();
    }

    /// <summary>Takes all waiting branches with the highest q: the first becomes the Request-URI, except in a failure route, where all become branches.</summary>
    public bool TakeNext(Frame frame)
    {
        var top = frame.Avps.Get(Name);
        if (top.IsNull)
            return false;
        var q = top.Number;
        frame.ClearBranches();
        var isFirst = (frame.Kind & (RouteKinds.Failure | RouteKinds.BranchFailure)) == 0;
        while (!top.IsNull && top.Number == q)
        {
            var target = Read(top);
            if (isFirst)
            {
                frame.NewUri = target.Uri;
                frame.DestinationUri = target.DestinationUri;
                frame.Path = target.Path;
                frame.SendSocket = target.Socket;
                frame.BranchFlags = target.Flags;
                frame.Q = target.Q;
                isFirst = false;
            }
            else if (!frame.AppendBranch(target))
            {
                break;
            }
            frame.Avps.Remove(Name, all: false);
            top = frame.Avps.Get(Name);
        }
        return true;
    }

    // No q is -1 and so comes last.
    private static int QOf(Frame frame, int branch) => branch == 0 ? frame.Q : frame.Branches[branch - 1].Q;

    private static BranchTarget Target(Frame frame, int branch) => branch > 0 ? frame.Branches[branch - 1] : new BranchTarget
    {
        Uri = frame.RequestUri,
        DestinationUri = frame.DestinationUri,
        Path = frame.Path,
        Socket = frame.SendSocket,
        Flags = frame.BranchFlags,
        Q = frame.Q,
    };

    private static void Store(Frame frame, in BranchTarget target)
    {
        var arena = frame.Arena;
        var writer = new SpanWriter(arena.Reserve(target.Uri.Length + target.DestinationUri.Length + target.Path.Length + 64));
        writer.Write(target.Uri);
        writer.Write(Separator);
        writer.Write(target.DestinationUri);
        writer.Write(Separator);
        writer.Write(target.Path);
        writer.Write(Separator);
        writer.Write((long)target.Flags);
        writer.Write(Separator);
        writer.Write(target.Socket?.Index ?? -1);
        frame.Avps.Add(Name, Value.FromBoth(target.Q, arena.Commit(writer.Length)));
    }

    private BranchTarget Read(in Value value)
    {
        var rest = value.Text;
        var target = new BranchTarget
        {
            Uri = NextField(ref rest),
            DestinationUri = NextField(ref rest),
            Path = NextField(ref rest),
            Q = (int)value.Number,
        };
        // Written by Store, so both are numbers.
        target.Flags = Utf8Parser.TryParse(NextField(ref rest).Span, out uint flags, out _) ? flags : 0;
        target.Socket = Utf8Parser.TryParse(rest.Span, out int socket, out _) && socket >= 0 ? sockets.All[socket] : null;
        return target;
    }

    private static Utf8Text NextField(ref Utf8Text rest)
    {
        var length = rest.Span.IndexOf(Separator);
        var field = rest[new Slice(0, length)];
        rest = rest[Slice.Between(length + 1, rest.Length)];
        return field;
    }
}
