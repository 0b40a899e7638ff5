using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Syntax;

/// <summary>A whole script, included files in their places.</summary>
/// <param name="Main">The file the author named.</param>
/// <param name="Items">Everything at top level, in the order it takes effect.</param>
internal sealed record ScriptFile(SourceFile Main, IReadOnlyList<TopLevelItem> Items, DialectDecision Dialect)
{
    /// <summary>False when a mistake may have cost a whole route block: then nobody knows which blocks the author wrote.</summary>
    public bool HasAllBlocks { get; init; } = true;

    /// <summary>Names that are defined at the end of the script.</summary>
    public IReadOnlyCollection<string> DefinedNames { get; init; } = [];

    /// <summary>The value of such a name as written; null when it is not defined.</summary>
    public Func<string, string?> DefinedValue { get; init; } = static _ => null;
}

internal abstract record TopLevelItem(TextSpan Span) : SyntaxNode(Span);

/// <summary><c>name = value</c>, <c>listen = a b</c>, <c>group.name = value desc "text"</c>.</summary>
/// <param name="Group">Set for a custom setting.</param>
/// <param name="Values">At least one; more than one for white-space lists.</param>
internal sealed record GlobalAssignment(TextSpan Span, Word? Group, Word Name, IReadOnlyList<SettingValue> Values, StringLiteral? Description) : TopLevelItem(Span);

internal abstract record SettingValue(TextSpan Span) : SyntaxNode(Span);

/// <summary>A number, string, name or address.</summary>
internal sealed record ScalarValue(TextSpan Span, Expression Value) : SettingValue(Span);

/// <summary>An entry of <c>listen</c>, <c>socket</c>, <c>alias</c>: addresses (more than one for multi-homed SCTP) and what follows them.</summary>
internal sealed record SocketValue(TextSpan Span, IReadOnlyList<SocketAddress> Addresses, IReadOnlyList<SocketOption> Options) : SettingValue(Span);

/// <param name="Protocol">As written, such as <c>udp</c>; null for every protocol.</param>
/// <param name="Host">Address without brackets, interface or host name; <c>*</c> for any.</param>
/// <param name="Port">Null when left out, <c>*</c> or a word.</param>
/// <param name="AnyPort">True for <c>:*</c>.</param>
internal sealed record SocketAddress(TextSpan Span, Word? Protocol, Word Host, int? Port, bool AnyPort) : SyntaxNode(Span)
{
    /// <summary>A word where the port belongs: a definition that was not made.</summary>
    public Word? PortName { get; init; }

    /// <summary>The server port of an <c>ipsec:host:client,server</c> socket.</summary>
    public int? SecondPort { get; init; }
}

/// <summary><c>advertise host:port</c>, <c>as host:port</c>, <c>use_workers 4</c>, <c>tag x</c>, <c>anycast</c> …</summary>
/// <param name="Address">Set for the options that carry one.</param>
/// <param name="Value">Set for the options that carry a name, string or number.</param>
internal sealed record SocketOption(TextSpan Span, Word Name, SocketAddress? Address, Expression? Value) : SyntaxNode(Span);

/// <summary><c>{ name = value; … }</c> as a value.</summary>
internal sealed record BlockValue(TextSpan Span, IReadOnlyList<GlobalAssignment> Settings) : SettingValue(Span);

/// <summary>A value of a shape nobody reads, such as the tuples of a black list; its text is all there is.</summary>
internal sealed record OpaqueValue(TextSpan Span) : SettingValue(Span);

/// <summary><c>tls_server_domain[ip:port] { name = value … }</c>.</summary>
internal sealed record SettingsBlock(TextSpan Span, Word Name, string? Selector, IReadOnlyList<GlobalAssignment> Settings) : TopLevelItem(Span);

/// <summary><c>loadmodule "tm.so"</c>.</summary>
/// <param name="Options">Second argument of Kamailio's <c>loadmodule("x", "g")</c> form, or null.</param>
internal sealed record LoadModule(TextSpan Span, Expression Path, Expression? Options) : TopLevelItem(Span)
{
    /// <summary>The name that counts: no directory, no <c>.so</c>.</summary>
    public string ModuleName
    {
        get
        {
            var text = Path switch { StringLiteral s => s.Value, NameLiteral n => n.Name, _ => "" };
            var name = text[(text.LastIndexOf('/') + 1)..];
            return name.EndsWith(".so", StringComparison.Ordinal) ? name[..^3] : name;
        }
    }
}

/// <summary><c>modparam("auth_db|usrloc", "name", value)</c>.</summary>
/// <param name="Module">A regular expression, anchored at both ends, over module names.</param>
/// <param name="Value">Null when missing, which is a mistake except for parameters without a value.</param>
internal sealed record ModuleParameter(TextSpan Span, Expression Module, Expression Name, Expression? Value) : TopLevelItem(Span);

/// <summary><c>mpath "dir"</c>, <c>loadpath "dir"</c>: as a word and a string without <c>=</c>.</summary>
internal sealed record ModulePath(TextSpan Span, Expression Path) : TopLevelItem(Span);

internal enum FlagKind
{
    /// <summary><c>flags</c>: message and transaction flags.</summary>
    Message,

    /// <summary><c>avpflags</c>: flags of attributes.</summary>
    Attribute,
}

/// <summary><c>flags NAME:1, OTHER;</c> (SER 2.0, Kamailio).</summary>
internal sealed record FlagDeclaration(TextSpan Span, FlagKind Kind, IReadOnlyList<DeclaredFlag> Flags) : TopLevelItem(Span);

/// <param name="Number">Position of the bit, or null for the next free one.</param>
internal sealed record DeclaredFlag(TextSpan Span, Word Name, int? Number) : SyntaxNode(Span);

internal enum RouteKind
{
    Request,
    Reply,
    Failure,
    Branch,
    Send,
    Error,
    Local,
    Startup,
    Timer,
    Event,
    BranchFailure,
}

/// <summary>A block that starts a run, or one that others call.</summary>
/// <param name="Keyword">As written: <c>route</c>, <c>onreply_route</c>, <c>request_route</c> …</param>
/// <param name="Name">What stands in brackets: a number, a name, <c>module:event</c>; null for the main block of its kind.</param>
/// <param name="Interval">Seconds of a timer route.</param>
/// <param name="Head">Keyword and brackets: where messages about the block point.</param>
internal sealed record RouteBlock(TextSpan Span, RouteKind Kind, Word Keyword, Word? Name, Expression? Interval, Block Body, TextSpan Head) : TopLevelItem(Span);
