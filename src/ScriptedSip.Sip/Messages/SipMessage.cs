using ScriptedSip.Sip.Parsing;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Sip.Messages;

/// <summary>
/// One received message: the bytes as they came, a flat table of header lines, and the values every proxy needs already cut out.
/// Filled by the parser, never changed afterwards (changes are <see cref="MessageEdits"/>), reused for the next message.
/// </summary>
public sealed class SipMessage
{
    private HeaderRow[] _rows = new HeaderRow[32];
    private readonly short[] _first = new short[(int)HeaderId.Count];
    private readonly short[] _last = new short[(int)HeaderId.Count];
    private ulong _seen;

    /// <summary>The array that holds the message, from index 0.</summary>
    public byte[] Buffer { get; private set; } = [];

    /// <summary>Length of the message in bytes, body included, trailing octets of the datagram excluded.</summary>
    public int Length { get; internal set; }

    /// <summary>Where the message came from; the connection is in it for streams.</summary>
    public SipEndpoint Source { get; set; }

    /// <summary>The socket it arrived at.</summary>
    public ListenSocket Local { get; set; } = null!;

    /// <summary>What the receiving side has to write into the topmost Via of a request (RFC 3261 18.2.1, RFC 3581 4); part of every copy and reply.</summary>
    public ViaStamp Stamp { get; set; }

    /// <summary>What the transaction floor found out about a request when it arrived.</summary>
    public RequestMatch Match { get; set; }

    /// <summary>Running number of the message in this process, for <c>$mi</c>.</summary>
    public long Id { get; set; }

    /// <summary>Why the message cannot be processed as it is; <see cref="ParseFailure.None"/> for a good one.</summary>
    public ParseFailure Failure { get; internal set; }

    public bool IsRequest { get; internal set; }

    /// <summary>Method of a request; for a reply the method in its CSeq.</summary>
    public SipMethod Method { get; internal set; }

    /// <summary>The method token: of the request line, or of the CSeq of a reply.</summary>
    public Slice MethodText { get; internal set; }

    /// <summary>The Request-URI as received.</summary>
    public Slice RequestUri { get; internal set; }

    /// <summary>The start line without its line end.</summary>
    public Slice StartLine { get; internal set; }

    /// <summary>100–699 for a reply, else 0.</summary>
    public int StatusCode { get; internal set; }

    /// <summary>What a reply route makes of a reply on its way; the bytes are changed by an edit.</summary>
    public void ChangeStatus(int code) => StatusCode = code;

    /// <summary>Reason phrase of a reply; may be empty.</summary>
    public Slice Reason { get; internal set; }

    /// <summary>Offset of the empty line that ends the headers: where a header is appended.</summary>
    public int HeadersEnd { get; internal set; }

    /// <summary>The body; empty when there is none.</summary>
    public Slice Body { get; internal set; }

    /// <summary>The value of Content-Length; -1 when the header is missing.</summary>
    public int ContentLength { get; internal set; }

    /// <summary>The value of Max-Forwards; -1 when the header is missing.</summary>
    public int MaxForwards { get; internal set; }

    /// <summary>The topmost Via.</summary>
    public ViaView Via;

    public NameAddrView From;

    public NameAddrView To;

    public CSeqView CSeq;

    public Slice CallId { get; internal set; }

    /// <summary>Number of header lines.</summary>
    public int HeaderCount { get; private set; }

    /// <summary>All bytes of the message.</summary>
    public ReadOnlySpan<byte> Span => new(Buffer, 0, Length);

    /// <summary>The bytes at a slice of this message.</summary>
    public ReadOnlySpan<byte> this[Slice slice] => slice.Length == 0 ? default : new ReadOnlySpan<byte>(Buffer, slice.Offset, slice.Length);

    /// <summary>A slice of this message as text; valid as long as the message is.</summary>
    public Utf8Text Text(Slice slice) => slice.Length == 0 ? default : new Utf8Text(Buffer, slice.Offset, slice.Length);

    /// <summary>A header line by row number, 0 to <see cref="HeaderCount"/> - 1, in the order received.</summary>
    public ref readonly HeaderRow Header(int row) => ref _rows[row];

    /// <summary>True when at least one line of that header is there; <see cref="HeaderId.Other"/> counts unknown names.</summary>
    public bool Has(HeaderId id) => (_seen & (1UL << (int)id)) != 0;

    /// <summary>Row of the first line of a header, or -1. Follow <see cref="HeaderRow.NextSame"/> for the others.</summary>
    public int First(HeaderId id) => Has(id) ? _first[(int)id] : -1;

    /// <summary>Row of the last line of a header, or -1.</summary>
    public int Last(HeaderId id) => Has(id) ? _last[(int)id] : -1;

    /// <summary>Value of the first line of a header; absent when there is none.</summary>
    public Slice FirstValue(HeaderId id) => Has(id) ? _rows[_first[(int)id]].Value : Slice.None;

    /// <summary>Row of the first line with that name (known names by id, others by bytes without regard to case), or -1.</summary>
    public int Find(ReadOnlySpan<byte> name) => FindNext(HeaderNames.Parse(name), name, -1);

    /// <summary>Row of the next line of that header behind <paramref name="after"/> (-1: from the start), or -1.</summary>
    public int FindNext(HeaderId id, ReadOnlySpan<byte> name, int after)
    {
        var row = after < 0 ? First(id) : _rows[after].NextSame;
        if (id != HeaderId.Other)
            return row;
        while (row >= 0 && !System.Text.Ascii.EqualsIgnoreCase(this[_rows[row].Name], name))
            row = _rows[row].NextSame;
        return row;
    }

    /// <summary>Makes the object ready for the bytes of another message.</summary>
    internal void Reset(byte[] buffer, int length)
    {
        Buffer = buffer;
        Length = length;
        HeaderCount = 0;
        _seen = 0;
        Failure = ParseFailure.None;
        IsRequest = false;
        Method = SipMethod.None;
        MethodText = RequestUri = StartLine = Reason = CallId = Body = Slice.None;
        StatusCode = 0;
        HeadersEnd = length;
        ContentLength = -1;
        MaxForwards = -1;
        Via = default;
        Via.Whole = Via.Host = Via.Branch = Via.Received = Via.RportParameter = Via.Maddr = Via.Transport = Slice.None;
        Via.Row = -1;
        From = default;
        To = default;
        From.Whole = From.Uri = From.Tag = From.DisplayName = From.Parameters = Slice.None;
        To.Whole = To.Uri = To.Tag = To.DisplayName = To.Parameters = Slice.None;
        CSeq = default;
        CSeq.NumberText = CSeq.MethodText = Slice.None;
    }

    /// <summary>Notes why the message cannot be processed; the first reason stays.</summary>
    internal void Refuse(ParseFailure failure)
    {
        if (Failure == ParseFailure.None)
            Failure = failure;
    }

    /// <summary>Appends a header line to the table. The parser refuses messages with more than 32,767 lines.</summary>
    internal void AddHeader(HeaderId id, Slice name, Slice value, Slice line)
    {
        var row = HeaderCount++;
        if (row == _rows.Length)
            Array.Resize(ref _rows, row * 2);
        _rows[row] = new HeaderRow { Id = id, NextSame = -1, Name = name, Value = value, Line = line };
        var bit = 1UL << (int)id;
        if ((_seen & bit) == 0)
        {
            _seen |= bit;
            _first[(int)id] = (short)row;
        }
        else
        {
            _rows[_last[(int)id]].NextSame = (short)row;
        }
        _last[(int)id] = (short)row;
    }
}
