using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.UsrLoc;

/// <summary>Where bindings are kept. Exported by the usrloc module; a database can stand behind it.</summary>
internal interface ILocationStore
{
    /// <summary>True when the domain is part of an address-of-record (parameter <c>use_domain</c>).</summary>
    bool UsesDomain { get; }

    /// <summary>The tables there are at this moment.</summary>
    IReadOnlyList<ILocationTable> Tables { get; }

    /// <summary>The table of a name ("location", "aliases" …), made on first use.</summary>
    ILocationTable Table(ReadOnlySpan<byte> name);
}

/// <summary>The bindings of one table. Thread-safe; an update is seen whole or not at all. Times are clock readings in milliseconds.</summary>
internal interface ILocationTable
{
    /// <summary>Adds the live bindings of an address-of-record to a list, best first; false when there are none.</summary>
    bool Find(ReadOnlySpan<byte> addressOfRecord, long now, BindingList found);

    /// <summary>Into how many separately locked parts the table is divided.</summary>
    int PartCount { get; }

    /// <summary>Adds the live bindings of one part to a list: how to go through all of them without holding up look-ups.</summary>
    void CopyPart(int part, long now, BindingList found);

    /// <summary>
    /// Carries out what a REGISTER asks for, all of it or nothing (RFC 3261 10.3 step 7), and adds the bindings that are then there
    /// to <paramref name="result"/>.
    /// </summary>
    UpdateOutcome Update(ReadOnlySpan<byte> addressOfRecord, BindingUpdate update, long now, BindingList result);

    /// <summary>
    /// To be called before one of the others, with the run that may have to wait: where the database is the only truth, memory is brought up to date.
    /// </summary>
    void Prepare(Frame frame, ReadOnlySpan<byte> addressOfRecord);

    /// <summary>False while changes could not be kept as the mode promises (the database is gone, or too much waits to be written); then none must be made.</summary>
    bool CanKeep { get; }

    /// <summary>
    /// To be called after a change: waits until it is kept as the mode promises; false when it could not be. <paramref name="isRepeated"/> says that
    /// nothing was changed because the request came before.
    /// </summary>
    bool Keep(Frame frame, bool isRepeated);

    /// <summary>Removes all bindings of an address-of-record, or those with one contact when that is not empty; the number removed.</summary>
    int Remove(ReadOnlySpan<byte> addressOfRecord, ReadOnlySpan<byte> contact, long now);
}

/// <summary>How an update ended. Of several changes the one that comes last here is reported.</summary>
internal enum UpdateOutcome
{
    /// <summary>Nothing was asked for, or it was a retransmission.</summary>
    Unchanged,

    Removed,
    Refreshed,
    Inserted,

    /// <summary>Refused: the sequence number is not above that of a binding from the same Call-ID (RFC 3261 10.3 steps 6, 7).</summary>
    StaleSequence,

    /// <summary>Refused: more contacts than allowed would be bound.</summary>
    TooManyContacts,
}

/// <summary>What one REGISTER asks for. Reused from request to request.</summary>
internal sealed class BindingUpdate
{
    /// <summary>The contacts; one that is not live is to be removed. Call-ID and CSeq are those of the request in all of them.</summary>
    public BindingList Contacts { get; } = new();

    /// <summary><c>Contact: *</c>: remove everything; then there are no contacts, and the request is known by the next two.</summary>
    public bool RemovesAll { get; set; }

    public Utf8Text CallId { get; set; }

    public uint CSeq { get; set; }

    /// <summary>Bindings that are not among the contacts are to go.</summary>
    public bool ReplacesOthers { get; set; }

    /// <summary>Most contacts of an address-of-record; 0 for no limit.</summary>
    public int MaxContacts { get; set; }

    /// <summary>Beyond that limit the bindings written longest ago make room, instead of the update being refused.</summary>
    public bool ReplacesOldest { get; set; }

    /// <summary>The database is to hear nothing of it.</summary>
    public bool IsForMemoryOnly { get; set; }

    public void Clear()
    {
        Contacts.Clear();
        RemovesAll = ReplacesOthers = ReplacesOldest = IsForMemoryOnly = false;
        CallId = default;
        CSeq = 0;
        MaxContacts = 0;
    }
}
