using System.Diagnostics;
using System.Text;

namespace ScriptedSip.Modules.Exec;

/// <summary>How a command ended.</summary>
/// <param name="ExitCode">0 for success.</param>
/// <param name="Lines">What it has printed, without empty lines.</param>
internal sealed record ShellResult(int ExitCode, IReadOnlyList<string> Lines);

/// <summary>Runs commands.</summary>
internal static class Shell
{
    private const int MaxOutput = 64 * 1024;

    /// <summary>Runs a command to its end. When the token is cancelled before, it is killed with all it has started.</summary>
    public static async Task<ShellResult> RunAsync(string command, Dictionary<string, string> environment, byte[] input, CancellationToken token)
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(command);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start) ?? throw new InvalidOperationException("/bin/sh cannot be started");
        try
        {
            var writing = WriteAsync(process, input, token);
            var output = await ReadAsync(process.StandardOutput.BaseStream, token).ConfigureAwait(false);
            await writing.ConfigureAwait(false);
            await process.WaitForExitAsync(token).ConfigureAwait(false);
            return new ShellResult(process.ExitCode, output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static async Task WriteAsync(Process process, byte[] input, CancellationToken token)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input, token).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The command does not read its input, or no more of it.
        }
    }

    private static async Task<string> ReadAsync(Stream output, CancellationToken token)
    {
        var bytes = new MemoryStream();
        var chunk = new byte[4096];
        for (var length = 1; length > 0;)
        {
            length = await output.ReadAsync(chunk, token).ConfigureAwait(false);
            if (bytes.Length + length <= MaxOutput)
                bytes.Write(chunk, 0, length);
        }
        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }
}
