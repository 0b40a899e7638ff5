using System.Buffers;
using System.Globalization;
using System.Net;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Binding;

/// <summary>What some variables can hold at all, so that a comparison with anything else is known to be pointless.</summary>
internal sealed class ValueShapes
{
    private static readonly SearchValues<char> NotInHosts = SearchValues.Create(" @/:;<>");
    private static readonly ValueShapes Status = new() { Lowest = 100, Highest = 699, Noun = "a status code" };
    private static readonly ValueShapes Port = new() { Lowest = 0, Highest = 65535, Noun = "a port" };
    private static readonly ValueShapes Protocol = new() { Words = ["udp", "tcp", "tls", "sctp", "ws", "wss"], Noun = "a transport protocol" };
    private static readonly ValueShapes UpperProtocol = new() { Words = ["UDP", "TCP", "TLS", "SCTP", "WS", "WSS"], Noun = "a transport protocol" };
    private static readonly ValueShapes Address = new() { IsPossible = static text => IPAddress.TryParse(text.Trim('[', ']'), out _) && (text.Contains(':', StringComparison.Ordinal) || text.Count(static c => c == '.') == 3), Noun = "an IP address" };
    private static readonly ValueShapes Host = new() { IsPossible = static text => text.StartsWith('[') || text.AsSpan().IndexOfAny(NotInHosts) < 0, Noun = "a host name or address" };
    private static readonly ValueShapes User = new() { IsPossible = static text => !text.Contains('@', StringComparison.Ordinal) && !StartsLikeUri(text), Noun = "the user part of a URI" };
    private static readonly ValueShapes Uri = new() { IsPossible = static text => text.Contains(':', StringComparison.Ordinal), Noun = "a URI" };

    private static readonly Dictionary<string, ValueShapes> Variables = new(StringComparer.Ordinal)
    {
        ["rs"] = Status,
        ["T_reply_code"] = Status,
        ["sp"] = Port,
        ["Rp"] = Port,
        ["rp"] = Port,
        ["dp"] = Port,
        ["pr"] = Protocol,
        ["proto"] = Protocol,
        ["rP"] = UpperProtocol,
        ["si"] = Address,
        ["src_ip"] = Address,
        ["Ri"] = Address,
        ["rd"] = Host,
        ["fd"] = Host,
        ["td"] = Host,
        ["od"] = Host,
        ["rU"] = User,
        ["fU"] = User,
        ["tU"] = User,
        ["oU"] = User,
        ["ru"] = Uri,
        ["fu"] = Uri,
        ["tu"] = Uri,
        ["ou"] = Uri,
        ["du"] = Uri,
    };

    private ValueShapes() { }

    private int? Lowest { get; init; }

    private int? Highest { get; init; }

    private string[]? Words { get; init; }

    private Func<string, bool>? IsPossible { get; init; }

    public required string Noun { get; init; }

    /// <summary>The shape of what stands on one side of a comparison; null when it can be anything.</summary>
    public static ValueShapes? Of(Expression expression) => expression switch
    {
        PseudoVariable { Transformations: [], Argument: null } variable => Variables.GetValueOrDefault(variable.Name.Text),
        CoreOperand { Kind: CoreOperandKind.Status } => Status,
        CoreOperand { Kind: CoreOperandKind.SourcePort or CoreOperandKind.DestinationPort or CoreOperandKind.UriPort } => Port,
        _ => null,
    };

    /// <summary>Why the value can never compare as asked, and what to write instead; null when it can, or when nothing is compared with nothing.</summary>
    public (string Reason, string? Hint)? Objection(BinaryOperator op, string value, bool isCaseSensitive)
    {
        if (value.Length == 0 || value == "<null>")
            return null;
        if (Lowest is { } lowest)
            return OutOfRange(op, value, lowest, Highest!.Value);
        if (op is not (BinaryOperator.Equal or BinaryOperator.NotEqual))
            return null;
        if (Words is not null)
            return Words.Contains(value, isCaseSensitive ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase) ? null
                : Words.FirstOrDefault(word => word.Equals(value, StringComparison.OrdinalIgnoreCase)) is { } other ? ("the case of letters matters here", $"write \"{other}\"")
                : ($"'{value}' is not {Noun}", Spelling.DidYouMean(value, Words));
        return IsPossible!(value) ? null : ($"'{value}' is not {Noun}", null);
    }

    private (string, string?)? OutOfRange(BinaryOperator op, string value, int lowest, int highest)
    {
        if (!long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return op is BinaryOperator.Equal or BinaryOperator.NotEqual ? ($"'{value}' is not {Noun}", null) : null;
        var isOut = op switch
        {
            BinaryOperator.Equal or BinaryOperator.NotEqual => number != 0 && (number < lowest || number > highest),
            BinaryOperator.Greater => number >= highest,
            BinaryOperator.GreaterOrEqual => number > highest,
            BinaryOperator.Less => number <= lowest,
            BinaryOperator.LessOrEqual => number < lowest,
            _ => false,
        };
        return isOut ? (string.Create(CultureInfo.InvariantCulture, $"{Noun} is from {lowest} to {highest}"), null) : null;
    }

    private static bool StartsLikeUri(string text) =>
        text.StartsWith("sip:", StringComparison.OrdinalIgnoreCase) || text.StartsWith("sips:", StringComparison.OrdinalIgnoreCase);
}
