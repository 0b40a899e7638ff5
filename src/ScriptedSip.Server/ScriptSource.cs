namespace ScriptedSip.Server;

/// <summary>Reads the script a command line names.</summary>
internal static class ScriptSource
{
    /// <summary>The script, or null when it has mistakes, which have been printed.</summary>
    public static LoadedScript? Load(CommandLine line)
    {
        Console.Error.WriteLine($"scriptedsip: {line.File}: scripts cannot be loaded yet");
        return null;
    }
}
