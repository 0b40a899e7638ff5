namespace ScriptedSip.Tests.Support;

/// <summary>Where the sources are: the directory with the solution, above the test's own.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>
    /// The program as it is built and shipped. The copy beside the tests has not all it needs: native libraries lie elsewhere there than its description says.
    /// </summary>
    public static string Program { get; } = Path($"src/ScriptedSip.Server/bin/{new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name}/net10.0/scriptedsip.dll");

    public static string Path(string relative) => System.IO.Path.Combine(Root, relative);

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(System.IO.Path.Combine(directory.FullName, "ScriptedSip.sln")))
            directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
