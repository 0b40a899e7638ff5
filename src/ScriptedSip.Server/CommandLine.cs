using System.Globalization;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Server;

/// <summary>What the program was asked to do.</summary>
internal enum Command
{
    Run,
    Check,
    Ast,
    Functions,
    Modules,
    Diagnostics,
    Explain,
    Control,

    /// <summary>db, user and cdr: work on a database.</summary>
    Tables,

    /// <summary>fmt</summary>
    Format,
    Version,
    Help,
}

/// <summary>How <c>check</c> writes what it found.</summary>
internal enum OutputFormat
{
    Text,
    Json,
    Sarif,
}

/// <summary>
/// The command line as SER users write it: single-letter options that may be run together, their values attached or apart,
/// and a verb in front for what those servers have no letter for.
/// </summary>
internal sealed class CommandLine
{
    private readonly List<string> _files = [];
    private readonly List<ListenSetting> _listen = [];
    private readonly Dictionary<string, string> _defines = [];
    private readonly Dictionary<string, string> _databases = [];
    private readonly List<string> _notes = [];
    private readonly List<string> _words = [];

    private CommandLine() { }

    public Command Command { get; private set; }

    /// <summary>The script, the first of several; empty for commands that need none.</summary>
    public string File => _files.Count > 0 ? _files[0] : "";

    /// <summary>The scripts to check.</summary>
    public IReadOnlyList<string> Files => _files;

    /// <summary>What to explain.</summary>
    public string Name => File;

    /// <summary>Where the control socket is to be; null for the usual place.</summary>
    public string? ControlSocket { get; private set; }

    /// <summary>The script is to be read again whenever one of its files changes.</summary>
    public bool Watch { get; private set; }

    /// <summary>The dialect scripts are to be read in; null to let them tell.</summary>
    public ScriptDialect? Dialect { get; private set; }

    public OutputFormat Output { get; private set; }

    /// <summary><c>fmt</c> only says which files it would write.</summary>
    public bool ChangesNothing { get; private set; }

    /// <summary>Warnings make a check fail.</summary>
    public bool IsStrict { get; private set; }

    /// <summary>Addresses to listen on instead of the script's.</summary>
    public IReadOnlyList<ListenSetting> Listen => _listen;

    /// <summary>Preprocessor definitions; the last of a name counts.</summary>
    public IReadOnlyDictionary<string, string> Defines => _defines;

    /// <summary>Database URLs that take the place of those with a scheme.</summary>
    public IReadOnlyDictionary<string, string> Databases => _databases;

    /// <summary>The whole line, for commands with words of their own.</summary>
    public IReadOnlyList<string> Words { get; private set; } = [];

    /// <summary>Sentences about options that were accepted and have no effect.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>By how much the script's <c>debug</c> is raised.</summary>
    public int MoreDebug { get; private set; }

    /// <summary>Colours even when standard error is not a terminal.</summary>
    public bool ForceColor { get; private set; }

    public string? PidFile { get; private set; }

    public string? WorkingDirectory { get; private set; }

    /// <summary>Why the line cannot be understood; null when it can.</summary>
    public string? Error { get; private set; }

    public static CommandLine Parse(IReadOnlyList<string> arguments)
    {
        var line = new CommandLine();
        var at = 0;
        if (arguments.Count > 0 && arguments[0] is "db" or "user" or "cdr")
        {
            line.Command = Command.Tables;
            line.Words = arguments;
            return line;
        }
        if (arguments.Count > 0 && VerbOf(arguments[0]) is { } verb)
        {
            line.Command = verb;
            line.Words = line._words;
            // The commands of the control socket that have a verb of their own are their first word.
            if (verb == Command.Control && arguments[0] != "ctl")
                line._words.Add(arguments[0]);
            at = 1;
        }
        while (at < arguments.Count && line.Error is null)
        {
            var argument = arguments[at++];
            if (line.Command == Command.Control && (line._words.Count > 0 || !argument.StartsWith('-')) && argument != "--ctl")
                line._words.Add(argument);
            else if (argument.StartsWith("--", StringComparison.Ordinal))
                line.LongOption(argument, arguments, ref at);
            else if (argument.Length > 1 && argument[0] == '-')
                line.Letters(argument, arguments, ref at);
            else
                line.SetFile(argument);
        }
        if (line.Error is null && line.File.Length == 0 && line.Command is Command.Run or Command.Check or Command.Ast or Command.Format)
            line.Error = "no script given";
        if (line.Error is null && line._files.Count == 0 && line.Command is Command.Explain)
            line.Error = "no name given: explain t_relay";
        if (line.Error is null && line._words.Count == 0 && line.Command is Command.Control)
            line.Error = "no command given: ctl help lists them";
        if (line.Error is null && line._files.Count > 1 && line.Command is not (Command.Check or Command.Format))
            line.Error = $"one script at a time, not both {line._files[0]} and {line._files[1]}";
        return line;
    }

    private static Command? VerbOf(string argument) => argument switch
    {
        "check" => Command.Check,
        "ast" => Command.Ast,
        "functions" => Command.Functions,
        "modules" => Command.Modules,
        "diagnostics" => Command.Diagnostics,
        "explain" => Command.Explain,
        "ctl" or "reload" => Command.Control,
        "fmt" => Command.Format,
        _ => null,
    };

    private void LongOption(string argument, IReadOnlyList<string> arguments, ref int at)
    {
        var equals = argument.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? argument : argument[..equals];
        switch (name)
        {
            case "--db-url" or "--output" or "--dialect" or "--ctl" when equals >= 0 || at < arguments.Count:
                LongOption(name, equals >= 0 ? argument[(equals + 1)..] : arguments[at++]);
                break;
            case "--db-url" or "--output" or "--dialect" or "--ctl":
                Error = $"option {name} needs a value";
                break;
            case "--watch":
                Watch = true;
                break;
            case "--strict":
                IsStrict = true;
                break;
            case "--check":
                ChangesNothing = true;
                break;
            case "--version":
                Command = Command.Version;
                break;
            case "--help":
                Command = Command.Help;
                break;
            default:
                Error = $"unknown option {argument}";
                break;
        }
    }

    private void LongOption(string name, string value)
    {
        switch (name)
        {
            case "--output" when Enum.TryParse<OutputFormat>(value, ignoreCase: true, out var format) && !char.IsAsciiDigit(value[0]):
                Output = format;
                break;
            case "--output":
                Error = $"--output is text, json or sarif, not {value}";
                break;
            case "--ctl":
                ControlSocket = value;
                break;
            case "--dialect":
                Dialect = Checking.DialectName.Parse(value);
                Error = Dialect is null ? $"--dialect is ser, openser, kamailio or opensips, not {value}" : null;
                break;
            default:
                AddRedirect(value);
                break;
        }
    }

    private void AddRedirect(string value)
    {
        var equals = value.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0 || equals + 1 == value.Length)
            Error = "--db-url is written --db-url SCHEME=URL, as in --db-url mysql=sqlite:///var/lib/scriptedsip.db";
        else
            _databases[value[..equals].TrimEnd(':', '/').ToLowerInvariant()] = value[(equals + 1)..];
    }

    private void Letters(string argument, IReadOnlyList<string> arguments, ref int at)
    {
        for (var i = 1; i < argument.Length && Error is null; i++)
        {
            var letter = argument[i];
            if (Flag(letter))
                continue;
            if (!"flAPwmMnNL".Contains(letter, StringComparison.Ordinal))
            {
                Error = $"unknown option -{letter}";
                return;
            }
            // The rest of the word is the value; when nothing is left, the next word is.
            var value = argument[(i + 1)..];
            if (value.Length == 0)
            {
                if (at == arguments.Count)
                {
                    Error = $"option -{letter} needs a value";
                    return;
                }
                value = arguments[at++];
            }
            Option(letter, value);
            return;
        }
    }

    private bool Flag(char letter)
    {
        switch (letter)
        {
            case 'c':
                Command = Command.Check;
                return true;
            case 'v' or 'V':
                Command = Command.Version;
                return true;
            case 'h':
                Command = Command.Help;
                return true;
            case 'd':
                MoreDebug++;
                return true;
            case 'e':
                ForceColor = true;
                return true;
            case 'D' or 'E':
                // Foreground and standard error are how this program always runs.
                return true;
            default:
                return false;
        }
    }

    private void Option(char letter, string value)
    {
        switch (letter)
        {
            case 'f':
                SetFile(value);
                break;
            case 'l':
                AddListen(value);
                break;
            case 'A':
                var equals = value.IndexOf('=', StringComparison.Ordinal);
                _defines[equals < 0 ? value : value[..equals]] = equals < 0 ? "" : value[(equals + 1)..];
                break;
            case 'P':
                PidFile = value;
                break;
            case 'w':
                WorkingDirectory = value;
                break;
            default:
                _notes.Add($"option -{letter} is not needed here: {NotNeeded(letter)}");
                break;
        }
    }

    private static string NotNeeded(char letter) => letter switch
    {
        'm' or 'M' => "memory grows and shrinks by itself",
        'L' => "modules are part of the program",
        _ => "the number of workers follows the script and the processors",
    };

    private void SetFile(string file)
    {
        if (file.Length == 0)
            Error = "the name of the script is empty";
        else
            _files.Add(file);
    }

    private void AddListen(string text)
    {
        if (ParseListen(text) is { } setting)
            _listen.Add(setting);
        else
            Error = $"cannot read the address in -l {text}; it is written [udp:|tcp:]HOST[:PORT][/ADVERTISED[:PORT]]";
    }

    /// <summary>Reads <c>[proto:]host[:port][/advertised[:port]]</c>, IPv6 in brackets; null when it is something else.</summary>
    internal static ListenSetting? ParseListen(string text)
    {
        string? protocol = null;
        foreach (var candidate in (ReadOnlySpan<string>)["udp", "tcp", "tls"])
        {
            if (text.StartsWith(candidate + ":", StringComparison.OrdinalIgnoreCase))
            {
                protocol = candidate;
                text = text[(candidate.Length + 1)..];
                break;
            }
        }
        string? advertisedHost = null;
        var advertisedPort = 0;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash >= 0)
        {
            if (!TryHostPort(text[(slash + 1)..], out advertisedHost, out advertisedPort))
                return null;
            text = text[..slash];
        }
        return TryHostPort(text, out var host, out var port) ? new ListenSetting(protocol, host, port, advertisedHost, advertisedPort) : null;
    }

    private static bool TryHostPort(string text, out string host, out int port)
    {
        port = 0;
        var hostEnd = text.StartsWith('[') ? text.IndexOf(']', StringComparison.Ordinal) + 1 : text.IndexOf(':', StringComparison.Ordinal);
        if (hostEnd < 0)
            hostEnd = text.Length;
        host = text[..hostEnd];
        if (hostEnd == 0)
            return false;
        return hostEnd == text.Length
            || (text[hostEnd] == ':' && int.TryParse(text.AsSpan(hostEnd + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= 65535);
    }
}
