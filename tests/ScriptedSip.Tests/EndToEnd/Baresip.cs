using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace ScriptedSip.Tests.EndToEnd;

/// <summary>A softphone, baresip, with an account at a proxy of 127.0.0.1; it takes every call and sends silence.</summary>
internal sealed class Baresip : IDisposable
{
    private static readonly string? Modules = Directory.Exists("/usr/lib")
        ? Directory.EnumerateDirectories("/usr/lib", "baresip", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 })
            .Select(d => Path.Combine(d, "modules")).FirstOrDefault(Directory.Exists)
        : null;

    private readonly string _directory = Directory.CreateTempSubdirectory("baresip").FullName;
    private readonly StringBuilder _output = new();
    private readonly Process _process;

    /// <param name="proxy">Port of the proxy.</param>
    /// <param name="user">Its user at example.com.</param>
    /// <param name="password">What it believes its password to be.</param>
    /// <param name="options">Further arguments, such as a command to begin with.</param>
    public Baresip(int proxy, string user, string password, params string[] options)
    {
        var silence = Path.Combine(_directory, "silence.wav");
        File.WriteAllBytes(silence, Silence(seconds: 60));
        File.WriteAllText(Path.Combine(_directory, "config"), string.Create(CultureInfo.InvariantCulture, $"""
            sip_listen 127.0.0.1:{Sipp.FreePort()}
            module_path {Modules}
            module g711.so
            module aufile.so
            audio_source aufile,{silence}
            audio_player aufile,{_directory}/heard.wav
            module_tmp account.so
            module_app menu.so

            """));
        File.WriteAllText(Path.Combine(_directory, "accounts"), string.Create(CultureInfo.InvariantCulture,
            $"<sip:{user}@example.com>;auth_user={user};auth_pass={password};outbound=\"sip:127.0.0.1:{proxy}\";regint=600;answermode=auto\n"));
        File.WriteAllText(Path.Combine(_directory, "contacts"), "");
        _process = Process.Start(new ProcessStartInfo("baresip", ["-f", _directory, .. options]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true })!;
        _process.OutputDataReceived += (_, e) => Add(e.Data);
        _process.ErrorDataReceived += (_, e) => Add(e.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Whether it is there; on the build server it must be.</summary>
    public static void Require()
    {
        if (Modules is not null && File.Exists("/usr/bin/baresip"))
            return;
        Assert.That(Environment.GetEnvironmentVariable("CI"), Is.Null.Or.Empty, "baresip is missing on the build server");
        Assert.Ignore("baresip is not installed (Debian: apt-get install baresip-core)");
    }

    /// <summary>Everything it has said so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public bool WaitFor(string words) => SpinWait.SpinUntil(() => Output.Contains(words, StringComparison.Ordinal) || _process.HasExited, TimeSpan.FromSeconds(30))
        && Output.Contains(words, StringComparison.Ordinal);

    /// <summary>Ends it as its user would: calls are hung up.</summary>
    public void Quit()
    {
        using var kill = Process.Start("kill", ["-INT", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        _process.WaitForExit(TimeSpan.FromSeconds(10));
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private void Add(string? line)
    {
        lock (_output)
            _output.AppendLine(line);
    }

    // PCM, one channel, 8,000 samples of 16 bits a second.
    private static byte[] Silence(int seconds)
    {
        const int rate = 8000;
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write("RIFF"u8);
        writer.Write(36 + (seconds * rate * 2));
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write((short)1);
        writer.Write((short)1);
        writer.Write(rate);
        writer.Write(rate * 2);
        writer.Write((short)2);
        writer.Write((short)16);
        writer.Write("data"u8);
        writer.Write(seconds * rate * 2);
        writer.Write(new byte[seconds * rate * 2]);
        return bytes.ToArray();
    }
}
