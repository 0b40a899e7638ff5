namespace ScriptedSip.Sip.Messages;

/// <summary>One header field line of a message: where its name, value and whole line are, and the next line with the same id.</summary>
public struct HeaderRow
{
    /// <summary>Which header; <see cref="HeaderId.Other"/> is told apart by its name bytes.</summary>
    public HeaderId Id;

    /// <summary>Row number of the next line with the same id, or -1. Rows with id Other are linked too.</summary>
    public short NextSame;

    /// <summary>The field name as written.</summary>
    public Slice Name;

    /// <summary>The field value, folded lines included, without surrounding white space and line end.</summary>
    public Slice Value;

    /// <summary>The whole line with its line end(s): what a removal deletes.</summary>
    public Slice Line;
}
