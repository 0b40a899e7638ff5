namespace ScriptedSip.Server.Control;

/// <summary>Where the control socket is when nobody says.</summary>
internal static class ControlPath
{
    private const string Name = "scriptedsip.sock";

    /// <summary>In the directory for the run-time files of the service or the user, else in the one for temporary files.</summary>
    public static string Default
    {
        get
        {
            // What a service manager makes for a service of this name.
            if (Environment.GetEnvironmentVariable("RUNTIME_DIRECTORY") is { Length: > 0 } ofService)
                return Path.Combine(ofService, Name);
            if (Directory.Exists("/run/scriptedsip"))
                return Path.Combine("/run/scriptedsip", Name);
            return Path.Combine(Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } ofUser ? ofUser : Path.GetTempPath(), Name);
        }
    }
}
