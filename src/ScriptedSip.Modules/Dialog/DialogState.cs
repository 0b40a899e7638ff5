namespace ScriptedSip.Modules.Dialog;

/// <summary>How far a dialog has come; the numbers are those of <c>$DLG_status</c>.</summary>
internal enum DialogState
{
    /// <summary>The INVITE is on its way.</summary>
    Unconfirmed = 1,

    /// <summary>There was a provisional reply.</summary>
    Early = 2,

    /// <summary>Answered with a 2xx, no ACK seen.</summary>
    Answered = 3,

    Confirmed = 4,

    Ended = 5,
}
