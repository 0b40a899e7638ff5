using System.Diagnostics;
using System.Text;
using ScriptedSip.Modules.UsrLoc;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Bench;

/// <summary>
/// What a binding costs in memory, and whether look-up and refresh stay flat as the table grows. The last column is what this machine takes to read one
/// word at random in as much memory: with a million bindings that, not the table, is most of a look-up, which needs three.
/// </summary>
internal static class LocationBench
{
    private const int Operations = 1_000_000;

    // Short enough that most run through without the system giving the processor to somebody else; the median of all is shown.
    private const int Batch = 2_000;

    public static int Run()
    {
        Console.WriteLine("bindings   bytes each   look-up ns   refresh ns   memory ns");
        foreach (var count in new[] { 1_000, 10_000, 100_000, 1_000_000 })
            Measure(count);
        return 0;
    }

    private static void Measure(int count)
    {
        var table = new LocationTable("location", new LocationRules());
        var update = new BindingUpdate();
        var found = new BindingList();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < count; i++)
            Bind(table, update, found, Key(i), Contact(i, 1), 0);
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;

        // Prepared keys in random order, so that caches help no more than they would a real registrar.
        var random = new Random(1);
        var picks = new (byte[] Key, Binding Contact)[Math.Min(count, 100_000)];
        // A look-up finds its key in the message just received, so here they lie side by side.
        var keys = new byte[picks.Length * 16];
        for (var i = 0; i < picks.Length; i++)
        {
            var who = random.Next(count);
            picks[i] = (Key(who), Contact(who, 0));
            picks[i].Key.CopyTo(keys, i * 16);
            keys[(i * 16) + 15] = (byte)picks[i].Key.Length;
        }
        var lookup = MedianOf(i =>
        {
            found.Clear();
            var at = i % picks.Length * 16;
            if (!table.Find(keys.AsSpan(at, keys[at + 15]), 0, found))
                throw new InvalidOperationException("a binding was lost");
        });
        var refresh = MedianOf(i =>
        {
            ref var pick = ref picks[i % picks.Length];
            pick.Contact.CSeq = (uint)i + 2;
            Bind(table, update, found, pick.Key, pick.Contact, 0);
        });
        Console.WriteLine($"{count,8} {(double)bytes / count,12:F0} {lookup,12:F0} {refresh,12:F0} {MemoryAccess(bytes),11:F0}");
        GC.KeepAlive(table);
    }

    private static double MedianOf(Action<int> operation)
    {
        var times = new double[Operations / Batch];
        for (var batch = 0; batch < times.Length; batch++)
        {
            var watch = Stopwatch.StartNew();
            for (var i = batch * Batch; i < (batch + 1) * Batch; i++)
                operation(i);
            times[batch] = watch.Elapsed.TotalNanoseconds / Batch;
        }
        Array.Sort(times);
        return times[times.Length / 2];
    }

    // Each read says where the next one is, so that none can begin before it has ended.
    private static double MemoryAccess(long bytes)
    {
        const int Piece = 1 << 16;
        var pieces = new int[Math.Max(1, bytes / 4 / Piece)][];
        var random = new Random(2);
        for (var i = 0; i < pieces.Length; i++)
        {
            pieces[i] = new int[(int)Math.Min(Piece, bytes / 4)];
            foreach (ref var word in pieces[i].AsSpan())
                word = random.Next();
        }
        var at = 0;
        var step = 0;
        return MedianOf(_ =>
        {
            var piece = pieces[(uint)(at ^ step++) % (uint)pieces.Length];
            at = piece[(uint)at % (uint)piece.Length];
        });
    }

    private static void Bind(LocationTable table, BindingUpdate update, BindingList found, byte[] key, in Binding contact, long now)
    {
        update.Clear();
        found.Clear();
        update.Contacts.Add() = contact;
        if (table.Update(key, update, now, found) is not (UpdateOutcome.Inserted or UpdateOutcome.Refreshed))
            throw new InvalidOperationException("an update was refused");
    }

    internal static byte[] Key(int who) => Encoding.ASCII.GetBytes($"user{who}");

    internal static Binding Contact(int who, uint cseq) => new()
    {
        Contact = Utf8Text.From($"sip:user{who}@192.168.{who & 255}.{(who >> 8) & 255}:5060;transport=udp"),
        CallId = Utf8Text.From($"{who}-0123456789abcdef@192.168.100.10"),
        UserAgent = Utf8Text.From("Grandstream BT110 1.0.8.33"),
        Received = Utf8Text.From("sip:203.0.113.77:40123"),
        CSeq = cseq,
        ExpiresAt = 3_600_000,
        Methods = Binding.AllMethods,
    };
}
