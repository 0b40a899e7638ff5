using System.Net;
using System.Net.Sockets;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Sip.Transport;

/// <summary>
/// One stream to one peer. Reads whole messages, holding a buffer only while a part of one is there; writes from a bounded queue without making
/// anyone wait. Whatever goes wrong ends the connection and gives back what was not sent.
/// </summary>
internal sealed class TcpConnection : IMessageStream
{
    private const int FirstBufferSize = 4 * 1024;

    // A reset takes with it what the peer has not read yet: that is the last few messages at most.
    private const int RecentTickets = 16;

    private const int RoundsInATurn = 16;

    private readonly ConnectionTable _table;
    private readonly Socket _socket;
    private readonly Lock _gate = new();
    private readonly Queue<OutboundPacket> _queue = new();
    private readonly Queue<long> _recentTickets = new();
    private int _queuedBytes;
    private StreamFramer _framer;
    private int _reader;
    private (MessageBuffer Buffer, int Next, bool IsLast) _delivered;
    private bool _isWriting;
    private bool _isEnding;
    private bool _isClosed;
    private bool _wasOpen;
    private long _lastActivity;
    private long _readingSince = Never;
    private long _writingSince = Never;

    private const long Never = long.MaxValue;

    public TcpConnection(ConnectionTable table, Socket socket, ListenSocket local, in SipEndpoint remote)
    {
        _table = table;
        _socket = socket;
        _framer = new StreamFramer(table.Limits.MaxMessageBytes);
        _lastActivity = table.Clock.Milliseconds;
        Local = local;
        Remote = remote;
        socket.NoDelay = true;
        table.Limits.KeepAlive?.Apply(socket);
    }

    public ListenSocket Local { get; }

    /// <summary>The peer, with the number of this connection.</summary>
    public SipEndpoint Remote { get; }

    /// <summary>Further names of the peer; belongs to the table.</summary>
    public List<PeerKey> Aliases { get; } = [];

    /// <summary>True when nothing more can be sent here.</summary>
    public bool IsOver
    {
        get
        {
            lock (_gate)
                return _isClosed || _isEnding;
        }
    }

    /// <summary>Serves a connection that a peer has opened.</summary>
    public void Accept()
    {
        _wasOpen = true;
        _ = ReadAsync(null);
    }

    /// <summary>Has packets queued until <see cref="Connect"/> has opened the connection; before anybody else can find it.</summary>
    public void HoldBack()
    {
        lock (_gate)
            _isWriting = true;
    }

    /// <summary>Opens the connection, which has been held back.</summary>
    public void Connect() => _ = ConnectAsync();

    /// <summary>Takes a packet to send, with a hold of its own on the bytes; false when too much is waiting already or the connection is over.</summary>
    public bool TrySend(in OutboundPacket packet)
    {
        lock (_gate)
        {
            if (_isClosed || _isEnding || _queuedBytes + CostOf(packet) > _table.Limits.MaxQueuedBytes)
                return false;
            packet.Bytes.Retain();
            _queue.Enqueue(packet);
            _queuedBytes += CostOf(packet);
            if (_isWriting)
                return true;
            _isWriting = true;
        }
        _ = WriteAsync();
        return true;
    }

    /// <summary>Ends the connection when it has been silent or stuck for too long.</summary>
    public void CloseIfStale(long now)
    {
        var limits = _table.Limits;
        if (now - Volatile.Read(ref _lastActivity) >= limits.IdleMilliseconds
            || IsOverdue(Volatile.Read(ref _readingSince), limits.StallMilliseconds) || IsOverdue(Volatile.Read(ref _writingSince), limits.SendMilliseconds))
        {
            Close();
        }

        bool IsOverdue(long since, long longest) => since != Never && now - since >= longest;
    }

    /// <summary>Ends the connection. What was not sent goes over another one, or has failed when this one never was open.</summary>
    public void Close()
    {
        OutboundPacket[] unsent;
        lock (_gate)
        {
            if (_isClosed)
                return;
            _isClosed = true;
            unsent = [.. _queue];
            _queue.Clear();
            _queuedBytes = 0;
        }
        _socket.Dispose();
        _table.Remove(this);
        foreach (ref readonly var packet in unsent.AsSpan())
        {
            GiveBack(packet);
            packet.Bytes.Release();
        }
    }

    private void GiveBack(in OutboundPacket packet)
    {
        if (_wasOpen)
            _table.SendElsewhere(packet);
        else
            _table.Failed(packet);
    }

    private async Task ConnectAsync()
    {
        try
        {
            using var deadline = new CancellationTokenSource(_table.Limits.ConnectMilliseconds);
            await _socket.ConnectAsync(new IPEndPoint(Remote.ToIPAddress(), Remote.Port), deadline.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (IsPeerOrNetwork(e))
        {
            Close();
            return;
        }
        _wasOpen = true;
        _ = ReadAsync(null);
        await WriteAsync().ConfigureAwait(false);
    }

    private async Task WriteAsync()
    {
        while (TryTake(out var packet))
        {
            try
            {
                var left = new ReadOnlyMemory<byte>(packet.Bytes.Bytes, 0, packet.Bytes.Length);
                while (!left.IsEmpty)
                {
                    left = left[await _socket.SendAsync(left, SocketFlags.None).ConfigureAwait(false)..];
                    Volatile.Write(ref _lastActivity, _table.Clock.Milliseconds);
                }
                _table.Counters.Add(Counter.PacketsSent);
                Remember(packet.Ticket);
            }
            catch (Exception e) when (IsPeerOrNetwork(e))
            {
                // First the table forgets this connection, then the packet looks for another.
                Close();
                GiveBack(packet);
            }
            finally
            {
                packet.Bytes.Release();
            }
        }
    }

    // Invariant: the bytes being sent belong to the writer, not to the queue, so that a close cannot take them from under the socket.
    private bool TryTake(out OutboundPacket packet)
    {
        lock (_gate)
        {
            if (_queue.TryDequeue(out packet))
            {
                _queuedBytes -= CostOf(packet);
                Volatile.Write(ref _writingSince, _table.Clock.Milliseconds);
                return true;
            }
            _isWriting = false;
            Volatile.Write(ref _writingSince, Never);
            if (_isEnding && !_isClosed)
                _socket.Shutdown(SocketShutdown.Send);
            return false;
        }
    }

    /// <inheritdoc/>
    public void Detach()
    {
        var (buffer, next, isLast) = _delivered;
        // After the last message nothing is read; what is left to do for it comes when its consumer returns.
        if (isLast)
            return;
        var left = buffer.Span[next..];
        Volatile.Write(ref _readingSince, left.IsEmpty ? Never : Volatile.Read(ref _lastActivity));
        MessageBuffer? rest = null;
        if (!left.IsEmpty)
        {
            rest = _table.Buffers.Rent(Math.Max(left.Length, FirstBufferSize));
            left.CopyTo(rest.Bytes);
            rest.Length = left.Length;
        }
        Interlocked.Increment(ref _reader);
        ThreadPool.UnsafeQueueUserWorkItem(static start => _ = start.Connection.ReadAsync(start.Left), (Connection: this, Left: rest), preferLocal: false);
    }

    /// <param name="buffer">What an earlier reader has left to be looked through; null for nothing.</param>
    private async Task ReadAsync(MessageBuffer? buffer)
    {
        // Whoever finds another number here later has been detached and leaves the connection alone.
        var reader = Volatile.Read(ref _reader);
        try
        {
            for (var round = 1; ; round++)
            {
                // Who sends without pause never makes this thread wait; the others are to have their turn.
                if (round % RoundsInATurn == 0)
                    await Task.Yield();
                if (buffer is not null)
                {
                    if (!TryConsume(buffer, reader, out var consumed))
                        break;
                    buffer = Keep(buffer, consumed);
                }
                // An idle connection waits without a buffer.
                if (buffer is null)
                {
                    await _socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None).ConfigureAwait(false);
                    buffer = _table.Buffers.Rent(FirstBufferSize);
                }
                var received = await _socket.ReceiveAsync(buffer.Bytes.AsMemory(buffer.Length), SocketFlags.None).ConfigureAwait(false);
                if (received == 0)
                    break;
                Volatile.Write(ref _lastActivity, _table.Clock.Milliseconds);
                buffer.Length += received;
            }
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset)
        {
            FailRecent();
        }
        catch (Exception e) when (IsPeerOrNetwork(e))
        {
            // The peer went away, or the connection was closed from here.
        }
        finally
        {
            buffer?.Release();
            if (Volatile.Read(ref _reader) == reader)
                Close();
        }
    }

    private void Remember(long ticket)
    {
        if (ticket == 0)
            return;
        lock (_gate)
        {
            if (_recentTickets.Count == RecentTickets)
                _recentTickets.Dequeue();
            _recentTickets.Enqueue(ticket);
        }
    }

    // RFC 3261 18.4: what was sent last may never have been read. Who has an answer already does not listen to this.
    private void FailRecent()
    {
        long[] tickets;
        lock (_gate)
            tickets = [.. _recentTickets];
        foreach (var ticket in tickets)
            _table.Failed(new OutboundPacket { From = Local, To = Remote, Ticket = ticket });
    }

    /// <summary>Hands on the whole messages in the buffer; false when this reader is to stop at once.</summary>
    private bool TryConsume(MessageBuffer buffer, int reader, out int consumed)
    {
        consumed = 0;
        while (consumed < buffer.Length)
        {
            // What comes after an unreadable length is read only so that our last answer is not lost in a reset.
            if (_isEnding)
            {
                consumed = buffer.Length;
                return true;
            }
            var verdict = _framer.Next(buffer.Span[consumed..], out var length);
            if (verdict == StreamVerdict.NeedMore)
                return true;
            if (verdict == StreamVerdict.TooLong)
            {
                _table.Counters.Add(Counter.NotSip);
                return false;
            }
            if (verdict is StreamVerdict.Message or StreamVerdict.LastMessage)
            {
                _delivered = (buffer, consumed + length, verdict == StreamVerdict.LastMessage);
                Deliver(buffer, consumed, length);
                if (Volatile.Read(ref _reader) != reader)
                    return false;
            }
            else if (verdict == StreamVerdict.Ping)
            {
                AnswerPing();
            }
            if (verdict == StreamVerdict.LastMessage)
                End();
            consumed += length;
        }
        return true;
    }

    private void Deliver(MessageBuffer buffer, int start, int length)
    {
        if (start == 0)
        {
            _table.Consumer?.OnMessage(buffer.Bytes, length, Remote, Local, this);
            return;
        }
        var copy = _table.Buffers.Rent(length);
        buffer.Span.Slice(start, length).CopyTo(copy.Bytes);
        copy.Length = length;
        try
        {
            _table.Consumer?.OnMessage(copy.Bytes, length, Remote, Local, this);
        }
        finally
        {
            copy.Release();
        }
    }

    // RFC 5626 4.4.1: the answer to a ping is a single CRLF.
    private void AnswerPing()
    {
        _table.Counters.Add(Counter.KeepAlives);
        if (!_table.Limits.AnswersPings)
            return;
        var pong = _table.Buffers.Rent(2);
        "\r\n"u8.CopyTo(pong.Bytes);
        pong.Length = 2;
        TrySend(new OutboundPacket { From = Local, To = Remote, Bytes = pong });
        pong.Release();
    }

    /// <summary>Says goodbye once what waits has been sent; the peer has as long as a message may take to do the same.</summary>
    private void End()
    {
        _table.Forget(this);
        lock (_gate)
        {
            _isEnding = true;
            Volatile.Write(ref _readingSince, _table.Clock.Milliseconds);
            if (!_isWriting && !_isClosed)
                _socket.Shutdown(SocketShutdown.Send);
        }
    }

    /// <summary>The buffer for what comes next: none when nothing is left over, a larger one when it is full.</summary>
    private MessageBuffer? Keep(MessageBuffer buffer, int consumed)
    {
        var left = buffer.Span[consumed..];
        if (left.IsEmpty)
        {
            if (!_isEnding)
                Volatile.Write(ref _readingSince, Never);
            buffer.Release();
            return null;
        }
        if (consumed > 0 || Volatile.Read(ref _readingSince) == Never)
            Volatile.Write(ref _readingSince, Volatile.Read(ref _lastActivity));
        if (left.Length < buffer.Bytes.Length)
        {
            left.CopyTo(buffer.Bytes);
            buffer.Length = left.Length;
            return buffer;
        }
        var larger = _table.Buffers.Rent(buffer.Bytes.Length * 2);
        left.CopyTo(larger.Bytes);
        larger.Length = left.Length;
        buffer.Release();
        return larger;
    }

    // What it holds on to, not what it sends: a thousand short answers to pings cost a thousand buffers.
    private static int CostOf(in OutboundPacket packet) => packet.Bytes.Bytes.Length;

    private static bool IsPeerOrNetwork(Exception e) => e is SocketException or ObjectDisposedException or OperationCanceledException;
}
