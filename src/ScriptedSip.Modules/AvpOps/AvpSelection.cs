using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.AvpOps;

/// <summary>The argument <c>"$avp(name)[/flags]"</c>.</summary>
internal sealed class AvpSelection : IParsedArgument<AvpSelection>
{
    public static string Form => "of the form \"$avp(name)\" or \"$avp(name)/flags\"";

    /// <summary>The number of the AVP.</summary>
    public required int Name { get; init; }

    public required AvpFlags Flags { get; init; }

    public static AvpSelection? Parse(ArgumentText argument)
    {
        var slash = argument.Text.IndexOf('/', StringComparison.Ordinal);
        var name = slash < 0 ? argument.Text : argument.Text[..slash];
        var all = AvpFlags.All | AvpFlags.Delete | AvpFlags.Number | AvpFlags.Text | AvpFlags.Empty;
        return argument.Variable(name.Trim()) is { AvpName: > 0 and var number } && AvpFlagLetters.TryParse(slash < 0 ? "" : argument.Text[(slash + 1)..], all, out var flags)
            ? new AvpSelection { Name = number, Flags = flags }
            : null;
    }
}

/// <summary>The argument <c>"$avp(source)[/$avp(target)[/flags]]"</c>; without a target the values are changed in place.</summary>
internal sealed class AvpSourceAndTarget : IParsedArgument<AvpSourceAndTarget>
{
    public static string Form => "of the form \"$avp(source)\", \"$avp(source)/$avp(target)\" or \"$avp(source)/$avp(target)/flags\"";

    public required int Source { get; init; }

    /// <summary>Equal to the source when none is given.</summary>
    public required int Target { get; init; }

    public required AvpFlags Flags { get; init; }

    public static AvpSourceAndTarget? Parse(ArgumentText argument)
    {
        var parts = argument.Text.Split('/', StringSplitOptions.TrimEntries);
        if (parts.Length > 3 || argument.Variable(parts[0]) is not { AvpName: > 0 and var source })
            return null;
        var target = source;
        if (parts.Length > 1 && parts[1].Length > 0)
            target = argument.Variable(parts[1])?.AvpName ?? 0;
        return target > 0 && AvpFlagLetters.TryParse(parts.Length > 2 ? parts[2] : "", AvpFlags.All | AvpFlags.Delete, out var flags)
            ? new AvpSourceAndTarget { Source = source, Target = target, Flags = flags }
            : null;
    }
}
