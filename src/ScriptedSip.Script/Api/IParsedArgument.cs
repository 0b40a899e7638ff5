namespace ScriptedSip.Script.Api;

/// <summary>
/// An argument in a little language of its own, such as avpops' <c>"$avp(x)/gd"</c>: a class that is one can be the type of a script function's parameter.
/// It is made once, when the script is loaded; runs share it.
/// </summary>
public interface IParsedArgument<TSelf>
    where TSelf : class, IParsedArgument<TSelf>
{
    /// <summary>What the text has to look like, for the finding when it does not.</summary>
    static abstract string Form { get; }

    /// <summary>The argument; null when its text is malformed.</summary>
    static abstract TSelf? Parse(ArgumentText argument);
}

/// <summary>The text of an argument while a script is loaded, and what parts of it may be.</summary>
public abstract class ArgumentText
{
    /// <summary>The text as written, without quotes.</summary>
    public abstract string Text { get; }

    /// <summary>The module whose function is called.</summary>
    public abstract ScriptModule Module { get; }

    /// <summary>The pseudo-variable a part of the text names; null when it names none.</summary>
    public abstract VariableRef? Variable(string part);

    /// <summary>A part of the text, in which pseudo-variables are expanded.</summary>
    public abstract Format Format(string part);

    /// <summary>A part of the text in the manner of SER's print functions: %ru, %@to.uri, %$f.uid.</summary>
    public abstract Format PercentFormat(string part);

    /// <summary>The text with the pseudo-variables in it apart from what is around them. What looks like one and is none, as "$HOME", stays text.</summary>
    public abstract IReadOnlyList<(string Text, Format? Variable)> Split();

    /// <summary>The same with variables in the manner of SER's print functions.</summary>
    public abstract IReadOnlyList<(string Text, Format? Variable)> SplitPercent();

    /// <summary>A part of the text as regular expression; null when it is none.</summary>
    public abstract BytePattern? Pattern(string part);
}
