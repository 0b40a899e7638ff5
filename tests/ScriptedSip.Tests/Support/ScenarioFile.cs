using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Tests.Support;

/// <summary>One step of a scenario, with the line it stands on.</summary>
internal abstract record ScenarioStep(int Line);

/// <summary>The script to run: a file of the repository, or text.</summary>
internal sealed record ScriptStep(int Line, string? Path, string? Text) : ScenarioStep(Line);

internal sealed record ListenStep(int Line, string Address) : ScenarioStep(Line);

internal sealed record ColorStep(int Line) : ScenarioStep(Line);

/// <summary>A host name and the address it has.</summary>
internal sealed record HostStep(int Line, string Host, SipEndpoint Address) : ScenarioStep(Line);

/// <summary>A rewriting rule (NAPTR) DNS has for a name.</summary>
internal sealed record RuleStep(int Line, string Domain, NaptrRule Rule) : ScenarioStep(Line);

/// <summary>A file the script reads; "{files}" in the script is the folder it lies in.</summary>
internal sealed record FileStep(int Line, string Name, string Text) : ScenarioStep(Line);

/// <summary>A definition the script is loaded with; "{files}" in it is the folder of the scenario's files.</summary>
internal sealed record DefineStep(int Line, string Name, string Value) : ScenarioStep(Line);

/// <summary>A user in the table subscriber of a database; "{files}" in its URL is the folder of the scenario's files.</summary>
internal sealed record UserStep(int Line, string Name, string Password, string Database) : ScenarioStep(Line);

/// <summary>A message arrives. Text is null when the named one arrives once more.</summary>
internal sealed record ReceiveStep(int Line, SipEndpoint From, SipEndpoint To, string? Name, string? Text) : ScenarioStep(Line);

/// <summary>The receiver of a packet the proxy sent answers it.</summary>
internal sealed record AnswerStep(int Line, string Name, int Code, string Reason, string ExtraHeaders, string? As) : ScenarioStep(Line);

/// <summary>The network reports that nobody is where a packet went (ICMP).</summary>
internal sealed record UnreachableStep(int Line, string Name) : ScenarioStep(Line);

/// <summary>A phone registers and gets its 200.</summary>
internal sealed record RegisterStep(int Line, string Uri, SipEndpoint Phone) : ScenarioStep(Line);

internal sealed record AdvanceStep(int Line, int Milliseconds) : ScenarioStep(Line);

/// <summary>A packet must have been sent. Text is null when the named one must have been sent once more.</summary>
internal sealed record ExpectStep(int Line, SipEndpoint To, string? Name, string? Text, bool Exactly) : ScenarioStep(Line);

internal sealed record ExpectNothingStep(int Line) : ScenarioStep(Line);

internal sealed record ExpectConsoleStep(int Line, string Text) : ScenarioStep(Line);

/// <summary>Whatever has been sent is of no interest.</summary>
internal sealed record IgnoreStep(int Line) : ScenarioStep(Line);

/// <summary>Reads scenario files; tests/README.md describes the form.</summary>
internal sealed partial class ScenarioFile
{
    private readonly string[] _lines;
    private int _at;

    private ScenarioFile(string[] lines) => _lines = lines;

    public static IReadOnlyList<ScenarioStep> Read(string path) => Parse(File.ReadAllText(path));

    public static IReadOnlyList<ScenarioStep> Parse(string scenario)
    {
        var file = new ScenarioFile(scenario.ReplaceLineEndings("\n").Split('\n'));
        var steps = new List<ScenarioStep>();
        while (file._at < file._lines.Length)
        {
            var text = file._lines[file._at].Trim();
            if (text.Length == 0 || text[0] == '#')
                file._at++;
            else
                steps.Add(file.ReadStep(text));
        }
        return steps;
    }

    private ScenarioStep ReadStep(string text)
    {
        var line = _at + 1;
        var block = ReadBlock(ref text);
        if (Receive().Match(text) is { Success: true } receive)
            return new ReceiveStep(line, Endpoint(receive.Groups["from"].Value), Endpoint(receive.Groups["to"].Value), Optional(receive.Groups["name"]), block);
        if (ReceiveAgain().Match(text) is { Success: true } again && block is null)
            return new ReceiveStep(line, Endpoint(again.Groups["from"].Value), default, again.Groups["name"].Value, null);
        if (Expect().Match(text) is { Success: true } expect && block is not null)
            return new ExpectStep(line, Endpoint(expect.Groups["to"].Value), Optional(expect.Groups["name"]), block, expect.Groups["exactly"].Success);
        if (text == "expect nothing")
            return new ExpectNothingStep(line);
        if (text == "expect console" && block is not null)
            return new ExpectConsoleStep(line, block);
        if (ExpectAgain().Match(text) is { Success: true } same && block is null)
            return new ExpectStep(line, default, same.Groups["name"].Value, null, true);
        if (Answer().Match(text) is { Success: true } answer)
            return new AnswerStep(line, answer.Groups["name"].Value, int.Parse(answer.Groups["code"].Value, CultureInfo.InvariantCulture),
                answer.Groups["reason"].Value.Trim(), block ?? "", Optional(answer.Groups["as"]));
        if (Unreachable().Match(text) is { Success: true } unreachable)
            return new UnreachableStep(line, unreachable.Groups["name"].Value);
        if (NamedFile().Match(text) is { Success: true } named && block is not null)
            return new FileStep(line, named.Groups["name"].Value, block);
        if (Define().Match(text) is { Success: true } define)
            return new DefineStep(line, define.Groups["name"].Value, define.Groups["value"].Value);
        if (User().Match(text) is { Success: true } user)
            return new UserStep(line, user.Groups["name"].Value, user.Groups["password"].Value, user.Groups["database"].Value);
        if (Register().Match(text) is { Success: true } register)
            return new RegisterStep(line, register.Groups["uri"].Value, Endpoint(register.Groups["phone"].Value));
        if (Advance().Match(text) is { Success: true } advance)
            return new AdvanceStep(line, int.Parse(advance.Groups["n"].Value, CultureInfo.InvariantCulture) * (advance.Groups["unit"].Value == "s" ? 1000 : 1));
        if (Host().Match(text) is { Success: true } host)
            return new HostStep(line, host.Groups["host"].Value, Endpoint(host.Groups["address"].Value));
        if (Rule().Match(text) is { Success: true } rule)
        {
            return new RuleStep(line, rule.Groups["name"].Value, new NaptrRule(int.Parse(rule.Groups["order"].Value, CultureInfo.InvariantCulture),
                int.Parse(rule.Groups["preference"].Value, CultureInfo.InvariantCulture), rule.Groups["flags"].Value.ToUpperInvariant(),
                rule.Groups["services"].Value.ToUpperInvariant(), rule.Groups["substitution"].Value));
        }
        if (text == "script" && block is not null)
            return new ScriptStep(line, null, block);
        if (text.StartsWith("script ", StringComparison.Ordinal))
            return new ScriptStep(line, text[7..].Trim(), null);
        if (text.StartsWith("listen ", StringComparison.Ordinal))
            return new ListenStep(line, text[7..].Trim());
        return text switch
        {
            "ignore" => new IgnoreStep(line),
            "color on" => new ColorStep(line),
            _ => throw new FormatException($"line {line}: cannot read this step: {text}"),
        };
    }

    /// <summary>A line that ends in "{" opens a block; it ends at the "}" that stands as far to the right as the opening line. Common indentation goes.</summary>
    private string? ReadBlock(ref string text)
    {
        var opening = _lines[_at++];
        if (!text.EndsWith('{'))
            return null;
        text = text[..^1].TrimEnd();
        var margin = opening.Length - opening.TrimStart().Length;
        var closing = new string(' ', margin) + "}";
        var content = new List<string>();
        while (_at < _lines.Length && _lines[_at].TrimEnd() != closing)
            content.Add(_lines[_at++]);
        if (_at++ == _lines.Length)
            throw new FormatException($"line {_at - content.Count}: the block is not closed");
        var indentation = content.Where(l => l.Trim().Length > 0).Select(l => l.Length - l.TrimStart(' ').Length).DefaultIfEmpty(0).Min();
        return string.Concat(content.Select(l => (l.Length >= indentation ? l[indentation..] : "") + "\n"));
    }

    internal static SipEndpoint Endpoint(string text)
    {
        if (text.Length == 0)
            return default;
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        var protocol = Enum.Parse<TransportProtocol>(text[..space], ignoreCase: true);
        var address = IPEndPoint.Parse(text[(space + 1)..]);
        return new SipEndpoint(protocol, address.Address, address.Port == 0 ? ListenSocket.DefaultPort : address.Port);
    }

    private static string? Optional(Group group) => group.Success ? group.Value : null;

    [GeneratedRegex(@"^recv (?<from>(udp|tcp) \S+)( to (?<to>(udp|tcp) \S+))?( as (?<name>\S+))?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Receive();

    [GeneratedRegex(@"^recv (?<name>\S+)( from (?<from>(udp|tcp) \S+))? again$", RegexOptions.ExplicitCapture)]
    private static partial Regex ReceiveAgain();

    [GeneratedRegex(@"^expect( (?<exactly>exactly))? (?<to>(udp|tcp) \S+)( as (?<name>\S+))?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Expect();

    [GeneratedRegex(@"^expect (?<name>\S+) again$", RegexOptions.ExplicitCapture)]
    private static partial Regex ExpectAgain();

    [GeneratedRegex(@"^answer (?<name>\S+) with (?<code>[1-6]\d\d) (?<reason>.*?)( as (?<as>[\w-]+))?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Answer();

    [GeneratedRegex(@"^unreachable (?<name>\S+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Unreachable();

    [GeneratedRegex(@"^register (?<uri>\S+) at (?<phone>(udp|tcp) \S+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Register();

    [GeneratedRegex(@"^advance (?<n>\d+) ?(?<unit>ms|s)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Advance();

    [GeneratedRegex(@"^file (?<name>[\w.-]+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex NamedFile();

    [GeneratedRegex(@"^define (?<name>\w+)=(?<value>.*)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Define();

    [GeneratedRegex(@"^user (?<name>\S+) with password (?<password>\S+) in (?<database>\S+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex User();

    [GeneratedRegex(@"^host (?<host>\S+) is (?<address>(udp|tcp) \S+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Host();

    [GeneratedRegex(@"^naptr (?<name>\S+) (?<order>\d+) (?<preference>\d+) ""(?<flags>\w*)"" ""(?<services>[^""]*)"" ""(?<substitution>.*)""$", RegexOptions.ExplicitCapture)]
    private static partial Regex Rule();
}
