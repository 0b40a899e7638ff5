using ScriptedSip.Modules.UsrLoc;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Modules.Registrar;

/// <summary>How <c>save()</c> ended; the numbers are those Kamailio scripts see.</summary>
internal enum SaveResult
{
    Inserted = 1,
    Refreshed = 2,
    Removed = 3,
    Listed = 4,
    Refused = -1,
    TooManyContacts = -2,
}

/// <summary>Carries out a REGISTER (RFC 3261 10.3).</summary>
internal sealed class RegisterProcessor(RegistrarRules rules, SocketTable sockets, RegisterReply reply)
{
    // One for each thread: a save never runs inside another.
    [ThreadStatic]
    private static BindingUpdate? _update;
    [ThreadStatic]
    private static BindingList? _result;

    private readonly RegisterRequest _request = new(rules);

    /// <summary>Binds what the request asks for under <paramref name="uri"/> (the To URI when empty), and answers unless told not to.</summary>
    public SaveResult Save(Frame frame, ILocationTable table, in SaveOptions options, Utf8Text uri)
    {
        var update = _update ??= new BindingUpdate();
        var result = _result ??= new BindingList();
        try
        {
            var fault = Process(frame, table, options, uri, update, result, out var outcome, out var path);
            if (fault != RegisterFault.None)
            {
                if (!options.IsSilent)
                    reply.SendRefusal(frame, fault);
                return fault == RegisterFault.TooManyContacts ? SaveResult.TooManyContacts : SaveResult.Refused;
            }
            if (!options.IsSilent && !reply.SendBindings(frame, options.ListsOwnOnly ? update.Contacts : result, path))
                return SaveResult.Refused;
            return outcome switch
            {
                UpdateOutcome.Inserted => SaveResult.Inserted,
                UpdateOutcome.Refreshed => SaveResult.Refreshed,
                UpdateOutcome.Removed => SaveResult.Removed,
                _ => update.Contacts.Count > 0 ? SaveResult.Refreshed : SaveResult.Listed,
            };
        }
        finally
        {
            update.Clear();
            result.Clear();
        }
    }

    private RegisterFault Process(Frame frame, ILocationTable table, in SaveOptions options, Utf8Text uri, BindingUpdate update, BindingList result,
        out UpdateOutcome outcome, out Utf8Text pathToShow)
    {
        var message = frame.Message;
        outcome = UpdateOutcome.Unchanged;
        pathToShow = default;
        var key = rules.Key.Of(frame.Arena, rules.AddressFor(frame, uri, message.Text(message.To.Uri)).Span);
        if (key.IsEmpty)
            return RegisterFault.NoAddressOfRecord;
        var common = _request.ReadCommon(frame);
        if (SocketNamedIn(frame) is { } socket)
            common.Socket = socket;
        var fault = ReadPath(frame, options, ref common, out pathToShow);
        if (fault == RegisterFault.None)
            fault = _request.Read(frame, common, update);
        if (fault != RegisterFault.None)
            return fault;
        update.ReplacesOthers = options.ReplacesOthers && update.Contacts.Count > 0;
        update.ReplacesOldest = options.ReplacesOldest;
        update.MaxContacts = options.MaxContacts >= 0 ? options.MaxContacts : rules.MaxContacts;
        var isChange = update.RemovesAll || update.Contacts.Count > 0;
        if (isChange && !options.IsForMemoryOnly && !table.CanKeep)
            return RegisterFault.CannotKeep;
        update.IsForMemoryOnly = options.IsForMemoryOnly;
        table.Prepare(frame, key.Span);
        outcome = table.Update(key.Span, update, frame.Context.Now, result);
        if (isChange && !options.IsForMemoryOnly && !table.Keep(frame, outcome == UpdateOutcome.Unchanged))
            return RegisterFault.CannotKeep;
        return outcome switch
        {
            UpdateOutcome.StaleSequence => RegisterFault.StaleSequence,
            UpdateOutcome.TooManyContacts => RegisterFault.TooManyContacts,
            _ => RegisterFault.None,
        };
    }

    private RegisterFault ReadPath(Frame frame, in SaveOptions options, ref Binding common, out Utf8Text pathToShow)
    {
        pathToShow = default;
        if ((!rules.UsesPath && options.Path is null) || !frame.Message.Has(HeaderId.Path))
            return RegisterFault.None;
        if (!RegisterPath.TryRead(frame, out var path))
            return RegisterFault.PathTooLong;
        var isSupported = RegisterPath.IsSupported(frame.Message);
        var mode = options.Path ?? rules.PathMode;
        if (mode == PathMode.Strict && !isSupported)
            return RegisterFault.PathNotSupported;
        common.Path = path;
        if (rules.UsesReceivedOfPath && RegisterPath.ReceivedOf(path, rules.ReceivedParameter.Span) is { IsEmpty: false } received)
            common.Received = received;
        if (mode != PathMode.Off && isSupported)
            pathToShow = path;
        return RegisterFault.None;
    }

    private ListenSocket? SocketNamedIn(Frame frame)
    {
        if (rules.SocketHeader.IsEmpty || (rules.SocketFlag >= 0 && (frame.Flags & (1u << rules.SocketFlag)) == 0))
            return null;
        var row = frame.Message.Find(rules.SocketHeader.Span);
        if (row < 0)
            return null;
        var name = frame.Message[frame.Message.Header(row).Value];
        foreach (var socket in sockets.All)
        {
            if (socket.SocketText.EqualsIgnoreCase(name))
                return socket;
        }
        return null;
    }
}
