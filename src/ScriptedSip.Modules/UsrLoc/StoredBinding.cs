using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.UsrLoc;

/// <summary>
/// A binding as it is kept: all its text packed into one array that is never changed once it is filled, so that a reader needs no copy
/// and no lock. Everything else is guarded by the lock of the stripe.
/// </summary>
internal sealed class StoredBinding
{
    private byte[] _text = [];
    private ushort _contactLength;
    private ushort _callIdLength;
    private ushort _receivedLength;
    private ushort _pathLength;
    private ushort _userAgentLength;
    private short _q;
    private ListenSocket? _socket;
    private uint _flags;
    private uint _branchFlags;
    private SipMethod _methods;

    /// <summary>The next binding of the same address-of-record.</summary>
    public StoredBinding? Next;

    public long ExpiresAt { get; private set; }

    /// <summary>When it was last written.</summary>
    public long ModifiedAt { get; private set; }

    public uint CSeq { get; private set; }

    public int Q => _q;

    public Utf8Text Contact => new(_text, 0, _contactLength);

    public Utf8Text CallId => new(_text, _contactLength, _callIdLength);

    public Utf8Text Path => new(_text, _contactLength + _callIdLength + _receivedLength, _pathLength);

    private Utf8Text Received => new(_text, _contactLength + _callIdLength, _receivedLength);

    private Utf8Text UserAgent => new(_text, _contactLength + _callIdLength + _receivedLength + _pathLength, _userAgentLength);

    /// <summary>Takes over what a REGISTER says; allocates only when some text is new.</summary>
    public void Write(in Binding binding, long now)
    {
        if (Contact != binding.Contact || CallId != binding.CallId || Received != binding.Received || Path != binding.Path
            || UserAgent != binding.UserAgent)
            Pack(binding);
        ExpiresAt = binding.ExpiresAt;
        ModifiedAt = now;
        CSeq = binding.CSeq;
        _q = (short)binding.Q;
        _socket = binding.Socket;
        _flags = binding.Flags;
        _branchFlags = binding.BranchFlags;
        _methods = binding.Methods;
    }

    public void CopyTo(ref Binding binding)
    {
        binding.Contact = Contact;
        binding.CallId = CallId;
        binding.CSeq = CSeq;
        binding.ExpiresAt = ExpiresAt;
        binding.Q = _q;
        binding.Received = Received;
        binding.Path = Path;
        binding.UserAgent = UserAgent;
        binding.Socket = _socket;
        binding.Flags = _flags;
        binding.BranchFlags = _branchFlags;
        binding.Methods = _methods;
    }

    private void Pack(in Binding binding)
    {
        // A new array: readers may still look at the old one.
        var text = GC.AllocateUninitializedArray<byte>(
            binding.Contact.Length + binding.CallId.Length + binding.Received.Length + binding.Path.Length + binding.UserAgent.Length);
        var writer = new SpanWriter(text);
        writer.Write(binding.Contact);
        writer.Write(binding.CallId);
        writer.Write(binding.Received);
        writer.Write(binding.Path);
        writer.Write(binding.UserAgent);
        _text = text;
        _contactLength = (ushort)binding.Contact.Length;
        _callIdLength = (ushort)binding.CallId.Length;
        _receivedLength = (ushort)binding.Received.Length;
        _pathLength = (ushort)binding.Path.Length;
        _userAgentLength = (ushort)binding.UserAgent.Length;
    }
}
