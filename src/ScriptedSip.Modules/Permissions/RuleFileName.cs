using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.Permissions;

/// <summary>The argument of a function that names a rule file, or the common part of two: read when the script is loaded.</summary>
internal sealed class RuleFileName : IParsedArgument<RuleFileName>
{
    private RuleFileName(RuleFiles files) => Files = files;

    public static string Form => "the name of a rule file";

    public RuleFiles Files { get; }

    public static RuleFileName? Parse(ArgumentText argument) =>
        argument.Text.Length == 0 ? null : new RuleFileName(((PermissionsModule)argument.Module).FilesNamed(argument.Text));
}

/// <summary>The rules a name stands for: of that very file, and of those with the suffixes for what is allowed and what is denied.</summary>
internal sealed class RuleFiles
{
    private volatile RuleSet _alone = RuleSet.Empty;
    private volatile RuleSet _allow = RuleSet.Empty;
    private volatile RuleSet _deny = RuleSet.Empty;

    public RuleSet Alone => _alone;

    /// <summary>A request is allowed when the first of the two has it, or the second does not.</summary>
    public static bool IsAllowed(Frame frame, RuleSet allow, RuleSet deny, ReadOnlySpan<byte> from, ReadOnlySpan<byte> target) =>
        allow.Matches(frame, from, target) || !deny.Matches(frame, from, target);

    public bool IsAllowed(Frame frame, ReadOnlySpan<byte> from, ReadOnlySpan<byte> target) => IsAllowed(frame, _allow, _deny, from, target);

    /// <summary>Reads the files that exist; false when there is none.</summary>
    /// <exception cref="FormatException">One is malformed; the message says where and how.</exception>
    public bool Read(string name, string allow, string deny, ScriptVersion script)
    {
        var alone = ReadOne(name, script);
        var allowed = ReadOne(allow, script);
        var denied = ReadOne(deny, script);
        _alone = alone ?? RuleSet.Empty;
        _allow = allowed ?? RuleSet.Empty;
        _deny = denied ?? RuleSet.Empty;
        return alone is not null || allowed is not null || denied is not null;
    }

    private static RuleSet? ReadOne(string path, ScriptVersion script)
    {
        if (!File.Exists(path))
            return null;
        try
        {
            return RuleSet.Parse(File.ReadLines(path), script);
        }
        catch (FormatException e)
        {
            throw new FormatException($"{path}: {e.Message}", e);
        }
    }
}
