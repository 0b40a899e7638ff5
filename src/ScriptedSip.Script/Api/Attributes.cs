namespace ScriptedSip.Script.Api;

/// <summary>
/// Makes a public method of a <see cref="ScriptModule"/> a script function. Signature: <c>Outcome Name(Frame, args…)</c>; the C# signature is the
/// argument contract. Parameter types: <c>int</c>, <c>Utf8Text</c> (any expression, strings with pseudo-variables are expanded when the attribute
/// of the argument says so), <see cref="Format"/>, <see cref="BytePattern"/>, <see cref="Substitution"/>, <see cref="RouteRef"/>, <see cref="HeaderName"/>, <see cref="VariableRef"/>, or a class that is an
/// <see cref="IParsedArgument{TSelf}"/>, which reads a little language of its own ("$avp(x)/g") when the script is loaded;
/// a C# default value makes an argument optional; an <c>int</c> named <c>flag</c> also takes the name of a declared flag. Several methods may share a name when their numbers of arguments differ.
/// </summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class SipFunctionAttribute(string name, RouteKinds routes, string summary) : Attribute
{
    public string Name { get; } = name;

    /// <summary>Route kinds it may be called from.</summary>
    public RouteKinds Routes { get; } = routes;

    /// <summary>One sentence for docs/functions.md: what it does, what it returns.</summary>
    public string Summary { get; } = summary;

    /// <summary>Other names of the same function, space-separated.</summary>
    public string Aliases { get; init; } = "";

    /// <summary>Accepted, and nothing has to be done for it; not counted among what a module does.</summary>
    public bool HasNoEffect { get; init; }
}

/// <summary>
/// Makes a public method a pseudo-variable. Signatures: <c>Value Name(Frame)</c>; with an inner name <c>Value Name(Frame, T argument, int index)</c>
/// where T is <c>Utf8Text</c>, <see cref="HeaderName"/> or <c>int</c> (an interned AVP name when <see cref="InternArgument"/>). Index: 0 the first,
/// negative from the end, <see cref="AllValues"/> for [*].
/// </summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class SipVariableAttribute(string name, string summary) : Attribute
{
    /// <summary>The index that stands for <c>[*]</c>.</summary>
    public const int AllValues = int.MinValue;

    /// <summary>Name without the dollar sign; several, space-separated, when they are synonyms.</summary>
    public string Name { get; } = name;

    public string Summary { get; } = summary;

    /// <summary>The inner name is an AVP name, resolved to its number at load.</summary>
    public bool InternArgument { get; init; }

    /// <summary>Name of the public method that assigns: <c>bool Set(Frame, in Value)</c> or <c>bool Set(Frame, T, int index, AssignKind, in Value)</c>; null when read-only.</summary>
    public string? Setter { get; init; }
}

/// <summary>How an assignment treats older values.</summary>
public enum AssignKind : byte
{
    /// <summary><c>=</c>: AVPs get a new value on top.</summary>
    Set,

    /// <summary><c>:=</c>, or <c>$(avp(x)[*]) =</c>: older values go.</summary>
    Replace,
}

/// <summary>
/// Makes a public settable property or a one-argument method of a module a <c>modparam</c>: of type int, bool or string, or, when it holds
/// pseudo-variables, <see cref="Format"/>, <see cref="VariableRef"/>, <see cref="NamedFormats"/> or <see cref="ScriptFlag"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Method, AllowMultiple = true)]
public sealed class ModParamAttribute(string name, string summary) : Attribute
{
    public string Name { get; } = name;

    /// <summary>One sentence with unit and range.</summary>
    public string Summary { get; } = summary;

    /// <summary>Of a parameter like <c>timer=x;route=NAME</c>: the key whose value names a <c>route[NAME]</c> the module runs; "*" when the first value does, as in <c>x=NAME,10</c>; null for none.</summary>
    public string? RouteKey { get; init; }

    /// <summary>True for a parameter that is accepted because scripts set it, but has no meaning here; one quiet note is logged.</summary>
    public bool Ignored { get; init; }
}

/// <summary>
/// On a <see cref="ScriptModule"/>: functions the module has in other servers and not here. A script that calls one is refused with the reason.
/// </summary>
/// <param name="names">Their names, space-separated.</param>
/// <param name="reason">Half a sentence: why not, or what to do instead.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class NotOfferedAttribute(string names, string reason) : Attribute
{
    public string Names { get; } = names;

    public string Reason { get; } = reason;
}

/// <summary>On a module that scripts load and this server does not need: its parameters are accepted unread, and one note says what has taken its place.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SupersededAttribute(string instead) : Attribute
{
    /// <summary>The rest of a sentence that begins with the module's name and "is not needed".</summary>
    public string Instead { get; } = instead;
}

/// <summary>On a <see cref="RouteRef"/> parameter: which kind of route block it names.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class RouteKindAttribute(RouteKinds kind) : Attribute
{
    public RouteKinds Kind { get; } = kind;
}

/// <summary>On a <see cref="BytePattern"/> parameter: <c>^</c> and <c>$</c> match at line ends and <c>.</c> stops there, as textops compiles its expressions.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class LinewiseAttribute : Attribute;

/// <summary>On a <c>Utf8Text</c> parameter: the argument is taken as written, no pseudo-variable in it is expanded.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class LiteralAttribute : Attribute;

/// <summary>What a function does with the request it is called for, as far as the checks of a script need to know.</summary>
public enum RequestFate
{
    /// <summary>Neither of the others.</summary>
    None,

    /// <summary>It is answered; an argument named <c>code</c> from 100 to 199 makes it a provisional answer, which settles nothing.</summary>
    Answered,

    /// <summary>It is on its way to the next hop.</summary>
    SentOn,
}

/// <summary>On a script function: a request is settled by it when it returns true, so that one forgotten or settled twice can be pointed out.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FateAttribute(RequestFate fate) : Attribute
{
    public RequestFate Fate { get; } = fate;
}

/// <summary>On a script function that changes nothing, or must not be trusted to have worked: a call whose result nobody looks at is a mistake.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ResultMattersAttribute : Attribute;

/// <summary>On a <see cref="ScriptModule"/>: a module the script has to load as well.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class RequiresModuleAttribute(string name) : Attribute
{
    /// <summary>Its name as <c>loadmodule</c> has it.</summary>
    public string Name { get; } = name;

    /// <summary>The module's own parameter that makes it needed when a script sets it to something other than 0; null when it is needed always.</summary>
    public string? When { get; init; }
}
