using System.Text;
using ScriptedSip.Modules.UsrLoc;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Tests.Modules.UsrLoc;

public sealed class LocationTableTests
{
    private const long Now = 1_000_000;
    private const long Hour = 3_600_000;

    private LocationTable _table = null!;

    [SetUp]
    public void Empty() => _table = new LocationTable("location", new LocationRules());

    [Test]
    public void Find_unknown_address_finds_nothing() => Assert.That(Contacts("bob"), Is.Empty);

    [Test]
    public void Update_new_contact_is_inserted_and_found()
    {
        Assert.That(Bind("bob", Contact("sip:bob@10.0.0.1")), Is.EqualTo(UpdateOutcome.Inserted));
        Assert.That(Contacts("bob"), Is.EqualTo(new[] { "sip:bob@10.0.0.1" }));
        Assert.That(Contacts("alice"), Is.Empty);
    }

    [Test]
    public void Update_keeps_all_that_the_contact_says()
    {
        var contact = Contact("sip:bob@10.0.0.1", q: 300, callId: "call", cseq: 7);
        contact.Received = Text("sip:1.2.3.4:999");
        contact.Path = Text("<sip:edge;lr>");
        contact.UserAgent = Text("Phone 1.0");
        contact.Flags = 1;
        contact.BranchFlags = 64;
        contact.Methods = SipMethod.Invite | SipMethod.Ack;
        Bind("bob", contact);

        var found = Found("bob")[0];
        Assert.That(found.Contact.ToString(), Is.EqualTo("sip:bob@10.0.0.1"));
        Assert.That(found.CallId.ToString(), Is.EqualTo("call"));
        Assert.That(found.CSeq, Is.EqualTo(7));
        Assert.That(found.ExpiresAt, Is.EqualTo(Now + Hour));
        Assert.That(found.Q, Is.EqualTo(300));
        Assert.That(found.Received.ToString(), Is.EqualTo("sip:1.2.3.4:999"));
        Assert.That(found.Path.ToString(), Is.EqualTo("<sip:edge;lr>"));
        Assert.That(found.UserAgent.ToString(), Is.EqualTo("Phone 1.0"));
        Assert.That(found.Flags, Is.EqualTo(1));
        Assert.That(found.BranchFlags, Is.EqualTo(64));
        Assert.That(found.Methods, Is.EqualTo(SipMethod.Invite | SipMethod.Ack));
    }

    [Test]
    public void Found_text_survives_a_change_of_the_binding()
    {
        Bind("bob", Contact("sip:bob@10.0.0.1", callId: "first"));
        var before = Found("bob")[0];
        Bind("bob", Contact("sip:bob@10.0.0.1", callId: "a rather different one"));
        Assert.That(before.CallId.ToString(), Is.EqualTo("first"));
    }

    [Test]
    public void Find_puts_the_highest_q_first_and_equals_in_order_of_binding()
    {
        Bind("bob", Contact("sip:low@h", q: 100));
        Bind("bob", Contact("sip:none@h"));
        Bind("bob", Contact("sip:high1@h", q: 900));
        Bind("bob", Contact("sip:high2@h", q: 900));
        Assert.That(Contacts("bob"), Is.EqualTo(new[] { "sip:high1@h", "sip:high2@h", "sip:low@h", "sip:none@h" }));
    }

    [Test]
    public void Update_with_another_q_moves_the_contact()
    {
        Bind("bob", Contact("sip:a@h", q: 900));
        Bind("bob", Contact("sip:b@h", q: 500));
        Bind("bob", Contact("sip:a@h", q: 100, cseq: 2));
        Assert.That(Contacts("bob"), Is.EqualTo(new[] { "sip:b@h", "sip:a@h" }));
    }

    [Test]
    public void Newest_first_puts_the_last_written_contact_first()
    {
        _table = new LocationTable("location", new LocationRules(NewestFirst: true));
        Bind("bob", Contact("sip:a@h", q: 900));
        Bind("bob", Contact("sip:b@h", q: 100));
        Assert.That(Contacts("bob"), Is.EqualTo(new[] { "sip:b@h", "sip:a@h" }));
        Bind("bob", Contact("sip:a@h", q: 900, cseq: 2));
        Assert.That(Contacts("bob"), Is.EqualTo(new[] { "sip:a@h", "sip:b@h" }));
    }

    [Test]
    public void Expired_contact_is_not_found_and_goes_with_the_sweep()
    {
        Bind("bob", Contact("sip:a@h", lifetime: 2000));
        Bind("bob", Contact("sip:b@h"));
        Assert.That(Contacts("bob", Now + 1999), Has.Length.EqualTo(2));
        Assert.That(Contacts("bob", Now + 2000), Is.EqualTo(new[] { "sip:b@h" }));
        Assert.That(_table.BindingCount, Is.EqualTo(2));
        Assert.That(_table.Sweep(Now + 2000, 60_000, 60_000), Is.EqualTo(1));
        Assert.That(_table.BindingCount, Is.EqualTo(1));
    }

    [Test]
    public void Sweep_visits_everything_once_in_an_interval_in_even_slices()
    {
        for (var i = 0; i < 500; i++)
            Bind($"user{i}", Contact("sip:a@h", lifetime: 1000));
        var slices = new List<int>();
        for (var second = 0; second < 60; second++)
            slices.Add(_table.Sweep(Now + 1000, 1000, 60_000));
        Assert.That(slices.Sum(), Is.EqualTo(500));
        Assert.That(slices, Has.All.LessThan(60));
        Assert.That(_table.BindingCount, Is.Zero);
    }

    [Test]
    public void Permanent_contact_never_goes()
    {
        var contact = Contact("sip:a@h");
        contact.ExpiresAt = Binding.Never;
        Bind("bob", contact);
        _table.Sweep(long.MaxValue - 1, 60_000, 60_000);
        Assert.That(Contacts("bob", long.MaxValue - 1), Has.Length.EqualTo(1));
    }

    [Test]
    public void Update_that_ends_a_contact_removes_it_alone()
    {
        Bind("bob", Contact("sip:a@h"));
        Bind("bob", Contact("sip:b@h"));
        Assert.That(Bind("bob", Contact("sip:a@h", cseq: 2, lifetime: 0)), Is.EqualTo(UpdateOutcome.Removed));
        Assert.That(Contacts("bob"), Is.EqualTo(new[] { "sip:b@h" }));
    }

    [Test]
    public void Update_that_ends_an_unknown_contact_changes_nothing()
    {
        Assert.That(Bind("bob", Contact("sip:a@h", lifetime: 0)), Is.EqualTo(UpdateOutcome.Unchanged));
        Assert.That(_table.BindingCount, Is.Zero);
    }

    /// <summary>RFC 3261 10.3 step 7.</summary>
    [Test]
    public void Update_with_lower_cseq_of_the_same_call_id_is_refused_whole()
    {
        Bind("bob", Contact("sip:a@h", cseq: 10));
        Assert.That(Bind("bob", Contact("sip:new@h", cseq: 9), Contact("sip:a@h", cseq: 9)), Is.EqualTo(UpdateOutcome.StaleSequence));
        Assert.That(Contacts("bob"), Is.EqualTo(new[] { "sip:a@h" }));
    }

    /// <summary>RFC 3261 10.3 step 7; the window is cseq_delay of usrloc.</summary>
    [Test]
    public void Update_with_equal_cseq_is_a_retransmission_at_first_and_stale_later()
    {
        Bind("bob", Contact("sip:a@h", cseq: 10));
        Assert.That(BindAt(Now + 19_999, "bob", Contact("sip:a@h", cseq: 10, lifetime: 9 * Hour)), Is.EqualTo(UpdateOutcome.Unchanged));
        Assert.That(Found("bob")[0].ExpiresAt, Is.EqualTo(Now + Hour));
        Assert.That(BindAt(Now + 20_000, "bob", Contact("sip:a@h", cseq: 10)), Is.EqualTo(UpdateOutcome.StaleSequence));
    }

    /// <summary>RFC 3261 10.3 step 7: the numbers of different Call-IDs have no order.</summary>
    [Test]
    public void Update_from_another_call_id_wins_whatever_its_cseq()
    {
        Bind("bob", Contact("sip:a@h", callId: "x", cseq: 10));
        Assert.That(Bind("bob", Contact("sip:a@h", callId: "y", cseq: 1, lifetime: 2 * Hour)), Is.EqualTo(UpdateOutcome.Refreshed));
        Assert.That(Found("bob")[0].ExpiresAt, Is.EqualTo(Now + (2 * Hour)));
    }

    /// <summary>RFC 3261 10.3 step 6.</summary>
    [Test]
    public void Remove_all_takes_everything_but_not_with_a_stale_cseq()
    {
        Bind("bob", Contact("sip:a@h", callId: "x", cseq: 5), Contact("sip:b@h", callId: "x", cseq: 5));
        Assert.That(RemoveAll("bob", "x", 5), Is.EqualTo(UpdateOutcome.StaleSequence));
        Assert.That(Contacts("bob"), Has.Length.EqualTo(2));
        Assert.That(RemoveAll("bob", "y", 1), Is.EqualTo(UpdateOutcome.Removed));
        Assert.That(Contacts("bob"), Is.Empty);
        Assert.That(_table.BindingCount, Is.Zero);
    }

    /// <summary>RFC 3261 19.1.4.</summary>
    [Test]
    public void Contacts_are_the_same_by_the_rules_for_uris()
    {
        Bind("bob", Contact("sip:bob@Example.com;x=y"));
        Bind("bob", Contact("sip:bob@example.COM;X=Y", cseq: 2));
        Assert.That(Contacts("bob"), Has.Length.EqualTo(1));
        Bind("bob", Contact("sip:BOB@example.com;x=y", cseq: 3));
        Assert.That(Contacts("bob"), Has.Length.EqualTo(2));
    }

    [TestCase(0, "sip:a@h", "c2", "", 1)]
    [TestCase(1, "sip:a@h", "c2", "", 2)]
    [TestCase(1, "sip:a@h", "c1", "", 1)]
    [TestCase(2, "sip:a@h", "c1", "<sip:p>", 2)]
    [TestCase(2, "sip:a@h", "c2", "", 1)]
    [TestCase(3, "sip:other@h", "c1", "", 1)]
    [TestCase(3, "sip:a@h", "c2", "", 2)]
    public void Matching_mode_decides_what_is_one_binding(int mode, string uri, string callId, string path, int count)
    {
        _table = new LocationTable("location", new LocationRules((MatchingMode)mode));
        Bind("bob", Contact("sip:a@h", callId: "c1"));
        var second = Contact(uri, callId: callId, cseq: 2);
        second.Path = Text(path);
        Bind("bob", second);
        Assert.That(Contacts("bob"), Has.Length.EqualTo(count));
    }

    [Test]
    public void Contact_limit_refuses_new_contacts_but_not_refreshes()
    {
        Bind("bob", Contact("sip:a@h"), Contact("sip:b@h"));
        Assert.That(BindWithLimit(2, "bob", Contact("sip:c@h")), Is.EqualTo(UpdateOutcome.TooManyContacts));
        Assert.That(BindWithLimit(1, "bob", Contact("sip:a@h", cseq: 2)), Is.EqualTo(UpdateOutcome.Refreshed));
        Assert.That(BindWithLimit(2, "bob", Contact("sip:a@h", cseq: 3, lifetime: 0), Contact("sip:c@h", cseq: 3)), Is.EqualTo(UpdateOutcome.Inserted));
        Assert.That(Contacts("bob"), Is.EqualTo(new[] { "sip:b@h", "sip:c@h" }));
    }

    [Test]
    public void Replacing_update_removes_the_other_contacts()
    {
        Bind("bob", Contact("sip:a@h"), Contact("sip:b@h"));
        var update = new BindingUpdate { ReplacesOthers = true, MaxContacts = 1 };
        update.Contacts.Add() = Contact("sip:c@h");
        Assert.That(_table.Update("bob"u8, update, Now, new BindingList()), Is.EqualTo(UpdateOutcome.Inserted));
        Assert.That(Contacts("bob"), Is.EqualTo(new[] { "sip:c@h" }));
        Assert.That(_table.BindingCount, Is.EqualTo(1));
    }

    [Test]
    public void Remove_takes_one_contact_or_all()
    {
        Bind("bob", Contact("sip:a@h"), Contact("sip:b@h"), Contact("sip:c@h"));
        Assert.That(_table.Remove("bob"u8, "sip:b@h"u8, Now), Is.EqualTo(1));
        Assert.That(_table.Remove("bob"u8, default, Now), Is.EqualTo(2));
        Assert.That(_table.Remove("bob"u8, default, Now), Is.Zero);
        Assert.That(_table.BindingCount, Is.Zero);
    }

    [Test]
    public void Table_grows_and_shrinks_without_losing_anyone()
    {
        _table = new LocationTable("location", new LocationRules(), stripeBits: 2);
        for (var i = 0; i < 5000; i++)
            Bind($"user{i}", Contact($"sip:{i}@h"));
        for (var i = 0; i < 5000; i += 2)
            _table.Remove(Encoding.ASCII.GetBytes($"user{i}"), default, Now);
        for (var i = 0; i < 5000; i++)
            Assert.That(Contacts($"user{i}"), Is.EqualTo(i % 2 == 0 ? Array.Empty<string>() : [$"sip:{i}@h"]));
        Assert.That(_table.BindingCount, Is.EqualTo(2500));
    }

    [Test]
    public void Concurrent_updates_lose_nothing()
    {
        Parallel.For(0, 8, thread =>
        {
            for (var i = 0; i < 500; i++)
            {
                Bind("bob", Contact($"sip:{thread}@h", callId: $"c{thread}", cseq: (uint)i + 1));
                Bind($"user{i}", Contact($"sip:{thread}@h", callId: $"c{thread}", cseq: (uint)i + 1));
            }
        });
        Assert.That(Contacts("bob"), Has.Length.EqualTo(8));
        Assert.That(_table.BindingCount, Is.EqualTo(8 + (500 * 8)));
    }

    /// <summary>Look-ups take no lock: whatever they see of a change, they see all of it.</summary>
    [Test]
    public void Lookup_during_changes_sees_each_of_them_whole()
    {
        _table = new LocationTable("location", new LocationRules(), stripeBits: 0);
        var names = Enumerable.Range(0, 40).Select(i => Encoding.ASCII.GetBytes(i % 2 == 0 ? $"user{i}" : $"user{i}@a-domain-whose-name-is-longer.example.com")).ToArray();
        foreach (var name in names.Take(8))
            Both(name, 1);
        using var isOver = new CancellationTokenSource();
        var writer = Task.Run(() =>
        {
            for (var cseq = 2u; !isOver.IsCancellationRequested; cseq++)
            {
                foreach (var name in names.Take(8))
                    Both(name, cseq);
                // Others come and go, so that records move to other places.
                foreach (var name in names.Skip(8))
                    Both(name, cseq);
                foreach (var name in names.Skip(8))
                    _table.Remove(name, default, Now);
            }
        });
        var seen = 0L;
        try
        {
            var found = new BindingList();
            for (var i = 0; i < 200_000; i++)
            {
                found.Clear();
                Assert.That(_table.Find(names[i % 8], Now, found), Is.True);
                Assert.That(found.Count, Is.EqualTo(2));
                Assert.That((found[0].CSeq, found[0].ExpiresAt), Is.EqualTo((found[1].CSeq, found[1].ExpiresAt)), "both contacts of one REGISTER");
                Assert.That(found[0].ExpiresAt, Is.EqualTo(Now + Hour + found[0].CSeq));
                Assert.That(found[0].CallId.ToString(), Is.EqualTo($"call-{new string('x', (int)(found[0].CSeq % 40))}-end"));
                seen = Math.Max(seen, found[0].CSeq);
            }
        }
        finally
        {
            isOver.Cancel();
            writer.Wait();
        }
        Assert.That(seen, Is.GreaterThan(1), "there were changes");

        void Both(byte[] name, uint cseq)
        {
            var update = new BindingUpdate();
            foreach (var contact in (string[])["sip:1@h", "sip:2@h"])
            {
                ref var binding = ref update.Contacts.Add();
                binding = Contact(contact, callId: $"call-{new string('x', (int)(cseq % 40))}-end", cseq: cseq);
                binding.ExpiresAt = Now + Hour + cseq;
            }
            _table.Update(name, update, Now, new BindingList());
        }
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void Random_changes_leave_what_a_dictionary_would(int seed)
    {
        _table = new LocationTable("location", new LocationRules(), stripeBits: 0);
        var random = new Random(seed);
        var expected = new Dictionary<string, long>();
        for (var step = 0; step < 20_000; step++)
        {
            var name = $"user{random.Next(60)}";
            switch (random.Next(12))
            {
                case < 6:
                    var contact = Contact("sip:a@h", callId: $"{step}");
                    contact.ExpiresAt = expected[name] = Now + step + random.Next(1, 400);
                    BindAt(Now + step, name, contact);
                    break;
                case < 11:
                    Assert.That(_table.Remove(Encoding.ASCII.GetBytes(name), default, Now + step), Is.EqualTo(expected.Remove(name, out var until) && until > Now + step ? 1 : 0));
                    break;
                default:
                    _table.Sweep(Now + step, 1, 1);
                    Assert.That(_table.BindingCount, Is.EqualTo(expected.Count(e => e.Value > Now + step)));
                    break;
            }
            var other = $"user{random.Next(60)}";
            Assert.That(_table.Find(Encoding.ASCII.GetBytes(other), Now + step, new BindingList()), Is.EqualTo(expected.TryGetValue(other, out var end) && end > Now + step));
        }
    }

    [Test]
    public void Lookup_and_refresh_allocate_nothing()
    {
        var update = new BindingUpdate();
        var list = new BindingList();
        var contact = Contact("sip:bob@10.0.0.1:5070;transport=udp");
        Round(1);
        Round(2);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var cseq = 3u; cseq < 103; cseq++)
            Round(cseq);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Round(uint cseq)
        {
            update.Clear();
            list.Clear();
            contact.CSeq = cseq;
            update.Contacts.Add() = contact;
            _table.Update("bob"u8, update, Now + cseq, list);
            list.Clear();
            _table.Find("bob"u8, Now, list);
        }
    }

    /// <summary>The project's bound is 1.45 KiB for each of a million bindings; twenty thousand are enough to measure.</summary>
    [Test]
    public void Binding_takes_less_than_half_a_kibibyte()
    {
        const int Count = 20_000;
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < Count; i++)
        {
            var contact = Contact($"sip:user{i}@192.168.100.{i % 250}:5060;transport=udp", callId: $"{i}-0123456789abcdef@192.168.100.10");
            contact.UserAgent = Text("Grandstream BT110 1.0.8.33");
            contact.Received = Text("sip:203.0.113.77:40123");
            Bind($"user{i}", contact);
        }
        var used = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.That(used / Count, Is.LessThan(512));
        GC.KeepAlive(_table);
    }

    private UpdateOutcome Bind(string address, params Binding[] contacts) => Bind(0, Now, address, contacts);

    private UpdateOutcome BindAt(long now, string address, params Binding[] contacts) => Bind(0, now, address, contacts);

    private UpdateOutcome BindWithLimit(int limit, string address, params Binding[] contacts) => Bind(limit, Now, address, contacts);

    private UpdateOutcome Bind(int limit, long now, string address, Binding[] contacts)
    {
        var update = new BindingUpdate { MaxContacts = limit };
        foreach (var contact in contacts)
            update.Contacts.Add() = contact;
        return _table.Update(Text(address).Span, update, now, new BindingList());
    }

    private UpdateOutcome RemoveAll(string address, string callId, uint cseq) =>
        _table.Update(Text(address).Span, new BindingUpdate { RemovesAll = true, CallId = Text(callId), CSeq = cseq }, Now, new BindingList());

    private string[] Contacts(string address, long now = Now) => [.. Found(address, now).Select(binding => binding.Contact.ToString())];

    private Binding[] Found(string address, long now = Now)
    {
        var list = new BindingList();
        var any = _table.Find(Text(address).Span, now, list);
        Assert.That(any, Is.EqualTo(list.Count > 0));
        return list.Items.ToArray();
    }

    private static Binding Contact(string uri, int q = BranchTarget.NoQ, string callId = "call-1", uint cseq = 1, long lifetime = Hour) => new()
    {
        Contact = Text(uri),
        CallId = Text(callId),
        CSeq = cseq,
        ExpiresAt = Now + lifetime,
        Q = q,
        Methods = Binding.AllMethods,
    };

    private static Utf8Text Text(string text) => Utf8Text.From(text);
}
