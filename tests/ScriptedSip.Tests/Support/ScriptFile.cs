namespace ScriptedSip.Tests.Support;

/// <summary>A script in a file of its own for as long as a test lasts.</summary>
internal sealed class ScriptFile : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("script").FullName;

    public ScriptFile(string text) => Replace(text);

    public string Path => System.IO.Path.Combine(_directory, "test.cfg");

    /// <summary>Other text, put there in one step as a careful editor does.</summary>
    public void Replace(string text)
    {
        File.WriteAllText(Path + ".new", text);
        File.Move(Path + ".new", Path, overwrite: true);
    }

    /// <summary>A file beside it.</summary>
    public string Beside(string name) => System.IO.Path.Combine(_directory, name);

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
