namespace ScriptedSip.Modules.TextOps;

/// <summary>The sipmsgops module of OpenSIPS: the header functions that are in textops elsewhere.</summary>
internal sealed class SipMsgOpsModule : HeaderFunctions;
