using ScriptedSip.Modules.UsrLoc;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Registrar;

/// <summary>Turns the bindings of an address-of-record into the target set of a request (RFC 3261 16.5).</summary>
internal sealed class ContactLookup(RegistrarRules rules)
{
    [ThreadStatic]
    private static BindingList? _found;

    private static readonly Outcome NoMethod = new(-2);
    private static readonly Outcome Error = new(-3);

    /// <summary>
    /// 1: the best contact is the Request-URI, others may be branches; -1: no contact; -2: none takes the method; -3: the URI has no user.
    /// </summary>
    public Outcome Find(Frame frame, ILocationTable table, Utf8Text uri, bool filtersMethods, bool appendsBranches)
    {
        var key = rules.Key.Of(frame.Arena, rules.AddressFor(frame, uri, frame.RequestUri).Span);
        if (key.IsEmpty)
            return Error;
        table.Prepare(frame, key.Span);
        var found = _found ??= new BindingList();
        try
        {
            if (!table.Find(key.Span, frame.Context.Now, found))
                return Outcome.False;
            var hasTarget = false;
            foreach (ref readonly var binding in found.Items)
            {
                if (filtersMethods && (binding.Methods & frame.Message.Method) == 0)
                    continue;
                if (!hasTarget)
                    SetTarget(frame, binding);
                else if (!appendsBranches || !frame.AppendBranch(TargetOf(frame, binding)))
                    break;
                hasTarget = true;
            }
            return hasTarget ? Outcome.True : NoMethod;
        }
        finally
        {
            found.Clear();
        }
    }

    /// <summary>True when the address-of-record has a binding.</summary>
    public bool Exists(Frame frame, ILocationTable table, Utf8Text uri)
    {
        var key = rules.Key.Of(frame.Arena, rules.AddressFor(frame, uri, frame.RequestUri).Span);
        if (!key.IsEmpty)
            table.Prepare(frame, key.Span);
        var found = _found ??= new BindingList();
        var exists = !key.IsEmpty && table.Find(key.Span, frame.Context.Now, found);
        found.Clear();
        return exists;
    }

    private void SetTarget(Frame frame, in Binding binding)
    {
        var target = TargetOf(frame, binding);
        frame.NewUri = target.Uri;
        frame.DestinationUri = target.DestinationUri;
        frame.Path = target.Path;
        frame.SendSocket = target.Socket;
        frame.BranchFlags = target.Flags;
        frame.Q = target.Q;
        if (rules.LoadNatFlag >= 0 && (binding.Flags & BindingFlags.BehindNat) != 0)
            frame.Flags |= 1u << rules.LoadNatFlag;
    }

    // A path leads past the edge proxy that knows the phone's address, so it goes before what that proxy received from.
    private static BranchTarget TargetOf(Frame frame, in Binding binding) => new()
    {
        Uri = RequestUriForm.Of(frame.Arena, binding.Contact),
        DestinationUri = binding.Path.IsEmpty ? binding.Received : RegisterPath.FirstUri(binding.Path),
        Path = binding.Path,
        Socket = binding.Socket,
        Flags = binding.BranchFlags,
        Q = binding.Q,
    };
}
