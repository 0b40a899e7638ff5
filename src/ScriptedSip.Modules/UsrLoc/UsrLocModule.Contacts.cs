using ScriptedSip.Modules.Registrar;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.UsrLoc;

// SER 0.8 had no registrar module: what became save() and lookup() was usrloc's.
internal sealed partial class UsrLocModule
{
    private readonly RegistrarModule _registrar = new();

    public override void Started(ModuleHost host) => _registrar.Started(host);

    [Fate(RequestFate.Answered)]
    [SipFunction("save_contact", RouteKinds.Request | RouteKinds.Failure, "What save() of module registrar does, with its parameters as they are at first; for scripts of SER 0.8.")]
    public Outcome SaveContact(Frame frame, Utf8Text table) => _registrar.Save(frame, table);

    [SipFunction("lookup_contact", RouteKinds.Request | RouteKinds.Failure, "What lookup() of module registrar does, with its parameters as they are at first; for scripts of SER 0.8.")]
    public Outcome LookupContact(Frame frame, Utf8Text table) => _registrar.Lookup(frame, table);
}
