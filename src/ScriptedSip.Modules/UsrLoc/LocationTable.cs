using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.UsrLoc;

/// <summary>
/// A table of bindings in memory: stripes, each with its own growing hash table, so that neither the growth of the table nor the removal of
/// expired bindings ever holds up more than a thousandth of it. Look-ups take no lock.
/// </summary>
internal sealed class LocationTable : ILocationTable
{
    private readonly LocationStripe[] _stripes;
    private readonly LocationRules _rules;
    private int _nextStripe;
    private long _sweepCredit;

    /// <param name="name">Name in scripts.</param>
    /// <param name="rules">The rules of usrloc.</param>
    /// <param name="stripeBits">The number of stripes as a power of two, 0–16.</param>
    public LocationTable(string name, LocationRules rules, int stripeBits = 10)
    {
        Name = Utf8Text.From(name);
        _rules = rules;
        _stripes = new LocationStripe[1 << stripeBits];
        for (var i = 0; i < _stripes.Length; i++)
            _stripes[i] = new LocationStripe();
    }

    public Utf8Text Name { get; }

    /// <summary>What keeps the table beyond this run of the program; null for nothing.</summary>
    public LocationDatabase? Database { get; init; }

    /// <inheritdoc/>
    public bool CanKeep => Database?.CanKeep ?? true;

    /// <summary>Bindings kept, expired ones that are not removed yet included.</summary>
    public long BindingCount
    {
        get
        {
            var count = 0L;
            foreach (var stripe in _stripes)
                count += stripe.BindingCount;
            return count;
        }
    }

    /// <inheritdoc/>
    public bool Find(ReadOnlySpan<byte> addressOfRecord, long now, BindingList found)
    {
        var hash = Hash(addressOfRecord);
        return StripeOf(hash).Find(hash, addressOfRecord, now, found);
    }

    /// <inheritdoc/>
    public int PartCount => _stripes.Length;

    /// <inheritdoc/>
    public void CopyPart(int part, long now, BindingList found)
    {
        var stripe = _stripes[part];
        lock (stripe.Lock)
        {
            foreach (var record in stripe.Records)
                record.Collect(now, found);
        }
    }

    /// <summary>Goes through the address-of-records that have live bindings, one part after the other, and stops when more than so many bindings have been seen.</summary>
    public void ForEach(long now, Action<Utf8Text, BindingList> visit, int most)
    {
        var found = new BindingList();
        foreach (var stripe in _stripes)
        {
            lock (stripe.Lock)
            {
                foreach (var record in stripe.Records)
                {
                    found.Clear();
                    if (record.Collect(now, found))
                        visit(Utf8Text.CopyOf(record.Key), found);
                    most -= found.Count;
                    if (most <= 0)
                        return;
                }
            }
        }
    }

    /// <inheritdoc/>
    public UpdateOutcome Update(ReadOnlySpan<byte> addressOfRecord, BindingUpdate update, long now, BindingList result)
    {
        var hash = Hash(addressOfRecord);
        var stripe = StripeOf(hash);
        using (stripe.Write())
        {
            var record = stripe.Find(hash, addressOfRecord);
            if (record is not null)
                stripe.BindingCount -= record.RemoveExpired(now);
            if (Refusal(record, update, now) is { } refusal)
            {
                stripe.Drop(record);
                return refusal;
            }
            var outcome = Apply(stripe, ref record, hash, addressOfRecord, update, now);
            if (record is not null)
                record.Collect(now, result);
            stripe.Drop(record);
            return outcome;
        }
    }

    /// <inheritdoc/>
    public int Remove(ReadOnlySpan<byte> addressOfRecord, ReadOnlySpan<byte> contact, long now)
    {
        var hash = Hash(addressOfRecord);
        var stripe = StripeOf(hash);
        using (stripe.Write())
        {
            var record = stripe.Find(hash, addressOfRecord);
            if (record is null)
                return 0;
            stripe.BindingCount -= record.RemoveExpired(now);
            var removed = record.Remove(contact, Database);
            stripe.BindingCount -= removed;
            stripe.Drop(record);
            return removed;
        }
    }

    /// <inheritdoc/>
    public void Prepare(Frame frame, ReadOnlySpan<byte> addressOfRecord) => Database?.Refresh(frame, this, addressOfRecord);

    /// <inheritdoc/>
    public bool Keep(Frame frame, bool isRepeated) => Database?.Keep(frame, isRepeated) ?? true;

    /// <summary>
    /// Takes over a binding that is in the database: a new one, or newer values, or the end of one. The binding as it is then stored; null when there
    /// is none.
    /// </summary>
    public StoredBinding? Load(ReadOnlySpan<byte> addressOfRecord, in Binding binding, long modifiedAt, long now)
    {
        var hash = Hash(addressOfRecord);
        var stripe = StripeOf(hash);
        using (stripe.Write())
        {
            var record = stripe.Find(hash, addressOfRecord);
            var stored = record?.Match(_rules, binding);
            if (stored is not null && (stored.CallId == binding.CallId ? binding.CSeq < stored.CSeq : modifiedAt < stored.ModifiedAt))
                return stored;
            if (stored is not null)
            {
                record!.Unlink(stored);
                stripe.BindingCount--;
            }
            if (!binding.IsLive(now))
            {
                stripe.Drop(record);
                return null;
            }
            record ??= stripe.Add(hash, addressOfRecord);
            stored ??= new StoredBinding();
            stored.Write(binding, modifiedAt);
            record.Insert(stored, _rules.NewestFirst);
            stripe.BindingCount++;
            return stored;
        }
    }

    /// <summary>Puts others in place of all bindings of an address-of-record.</summary>
    public void Replace(ReadOnlySpan<byte> addressOfRecord, IEnumerable<(Binding Binding, long ModifiedAt)> bindings, long now)
    {
        var hash = Hash(addressOfRecord);
        var stripe = StripeOf(hash);
        using (stripe.Write())
        {
            var record = stripe.Find(hash, addressOfRecord);
            stripe.BindingCount -= record?.Remove(default, null) ?? 0;
            foreach (var (binding, modifiedAt) in bindings)
            {
                if (!binding.IsLive(now))
                    continue;
                record ??= stripe.Add(hash, addressOfRecord);
                var stored = new StoredBinding();
                stored.Write(binding, modifiedAt);
                record.Insert(stored, _rules.NewestFirst);
                stripe.BindingCount++;
            }
            stripe.Drop(record);
        }
    }

    /// <summary>
    /// Removes expired bindings from as many stripes as <paramref name="elapsed"/> is of <paramref name="interval"/>, both in milliseconds, so that
    /// every stripe is visited once in an interval without one long pause; the number removed. For one caller, the timer.
    /// </summary>
    public int Sweep(long now, long elapsed, long interval)
    {
        _sweepCredit += elapsed * _stripes.Length;
        var removed = 0;
        for (var visits = 0; _sweepCredit >= interval && visits < _stripes.Length; visits++)
        {
            _sweepCredit -= interval;
            var stripe = _stripes[_nextStripe];
            _nextStripe = (_nextStripe + 1) & (_stripes.Length - 1);
            using (stripe.Write())
                removed += stripe.RemoveExpired(now);
        }
        return removed;
    }

    private UpdateOutcome? Refusal(LocationRecord? record, BindingUpdate update, long now)
    {
        if (update.RemovesAll)
        {
            // RFC 3261 10.3 step 6: bindings of the same Call-ID go only when the sequence number is higher.
            for (var stored = record?.First; stored is not null; stored = stored.Next)
            {
                if (stored.CSeq >= update.CSeq && stored.CallId == update.CallId)
                    return UpdateOutcome.StaleSequence;
            }
            return null;
        }
        var count = record?.Count ?? 0;
        var kept = 0;
        foreach (ref readonly var contact in update.Contacts.Items)
        {
            var live = contact.IsLive(now);
            if (record?.Match(_rules, contact) is not { } stored)
            {
                count += live ? 1 : 0;
                kept += live ? 1 : 0;
                continue;
            }
            if (IsStale(stored, contact, now))
                return UpdateOutcome.StaleSequence;
            count -= live ? 0 : 1;
            kept += live ? 1 : 0;
        }
        var left = update.ReplacesOthers ? kept : count;
        if (update.MaxContacts == 0 || update.ReplacesOldest || left <= update.MaxContacts || left <= (record?.Count ?? 0))
            return null;
        return UpdateOutcome.TooManyContacts;
    }

    // RFC 3261 10.3 step 7; an equal number soon after the first is the same request once more.
    private bool IsStale(StoredBinding stored, in Binding contact, long now) =>
        contact.CSeq <= stored.CSeq && stored.CallId == contact.CallId && !IsRetransmission(stored, contact, now);

    private bool IsRetransmission(StoredBinding stored, in Binding contact, long now) =>
        contact.CSeq == stored.CSeq && now - stored.ModifiedAt < _rules.RetransmissionWindow && stored.CallId == contact.CallId;

    private UpdateOutcome Apply(LocationStripe stripe, ref LocationRecord? record, int hash, ReadOnlySpan<byte> addressOfRecord, BindingUpdate update, long now)
    {
        var outcome = UpdateOutcome.Unchanged;
        var journal = update.IsForMemoryOnly ? null : Database;
        if (update.RemovesAll || update.ReplacesOthers)
        {
            var removed = record?.RemoveOthers(_rules, update.Contacts, journal) ?? 0;
            stripe.BindingCount -= removed;
            if (removed > 0)
                outcome = UpdateOutcome.Removed;
        }
        foreach (ref readonly var contact in update.Contacts.Items)
        {
            var one = Apply(stripe, ref record, hash, addressOfRecord, contact, now, journal);
            if (one > outcome)
                outcome = one;
        }
        if (update.ReplacesOldest && update.MaxContacts > 0)
        {
            for (var over = (record?.Count ?? 0) - update.MaxContacts; over > 0; over--)
            {
                record!.RemoveOldest(journal);
                stripe.BindingCount--;
            }
        }
        return outcome;
    }

    private UpdateOutcome Apply(LocationStripe stripe, ref LocationRecord? record, int hash, ReadOnlySpan<byte> addressOfRecord, in Binding contact, long now,
        LocationDatabase? journal)
    {
        var stored = record?.Match(_rules, contact);
        if (stored is null)
        {
            if (!contact.IsLive(now))
                return UpdateOutcome.Unchanged;
            record ??= stripe.Add(hash, addressOfRecord);
            stored = new StoredBinding();
            stored.Write(contact, now);
            record.Insert(stored, _rules.NewestFirst);
            stripe.BindingCount++;
            journal?.Written(addressOfRecord, stored);
            return UpdateOutcome.Inserted;
        }
        if (IsRetransmission(stored, contact, now))
            return UpdateOutcome.Unchanged;
        if (!contact.IsLive(now))
        {
            record!.Unlink(stored);
            stripe.BindingCount--;
            journal?.Removed(addressOfRecord, stored);
            return UpdateOutcome.Removed;
        }
        // Equal contacts can be written differently, and rows are named by how they are written.
        if (journal is not null && (stored.Contact != contact.Contact || stored.CallId != contact.CallId || stored.Path != contact.Path))
            journal.Removed(addressOfRecord, stored);
        var moves = _rules.NewestFirst || stored.Q != contact.Q;
        stored.Write(contact, now);
        if (moves)
        {
            record!.Unlink(stored);
            record.Insert(stored, _rules.NewestFirst);
        }
        journal?.Written(addressOfRecord, stored);
        return UpdateOutcome.Refreshed;
    }

    // The hash is seeded anew in every process: names come from the network, and so would chosen collisions.
    private static int Hash(ReadOnlySpan<byte> addressOfRecord)
    {
        var hash = new HashCode();
        hash.AddBytes(addressOfRecord);
        return hash.ToHashCode();
    }

    private LocationStripe StripeOf(int hash) => _stripes[(uint)hash % (uint)_stripes.Length];
}
