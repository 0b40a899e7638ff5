namespace ScriptedSip.Script.Api;

/// <summary>
/// What a script function returns: above 0 is true, below 0 is false, 0 stops the script (LANGUAGE "return codes and truth").
/// The number itself is visible to the script as <c>$rc</c>.
/// </summary>
public readonly record struct Outcome(int Code)
{
    public static readonly Outcome True = new(1);
    public static readonly Outcome False = new(-1);

    /// <summary>Ends the script run, as when a retransmission was absorbed.</summary>
    public static readonly Outcome Stop = new(0);

    /// <summary>1 or -1.</summary>
    public static Outcome From(bool value) => value ? True : False;
}
