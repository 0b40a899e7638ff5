namespace ScriptedSip.Data;

/// <summary>A database did not do what it was asked. The message says what, without any secret.</summary>
public sealed class DatabaseException : Exception
{
    /// <param name="message">A sentence for the operator.</param>
    /// <param name="isUnavailable">True when the database cannot be reached, so that the same may work later.</param>
    /// <param name="inner">What the driver said.</param>
    public DatabaseException(string message, bool isUnavailable = false, Exception? inner = null) : base(message, inner) => IsUnavailable = isUnavailable;

    /// <summary>True when the same may work later; false when it is refused for what it is.</summary>
    public bool IsUnavailable { get; }
}
