using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Acc;

/// <summary>Records that another module wants written about the request at hand. Exported by acc.</summary>
internal interface IAccounts
{
    Outcome LogRequest(Frame frame, Utf8Text comment);

    Outcome StoreRequest(Frame frame, Utf8Text comment, Utf8Text table);
}
