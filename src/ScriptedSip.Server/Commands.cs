using System.Reflection;
using ScriptedSip.Data;
using ScriptedSip.Script.Api;
using ScriptedSip.Server.Checking;
using ScriptedSip.Server.Control;
using ScriptedSip.Server.Reload;
using ScriptedSip.Server.Tables;

namespace ScriptedSip.Server;

/// <summary>Carries out what the command line asks for. The results are the exit codes of the program.</summary>
internal static class Commands
{
    public const int Done = 0, ScriptMistakes = 1, WrongUsage = 2, CannotStart = 3;

    public static string Version => typeof(Commands).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    public static int Execute(CommandLine line)
    {
        if (line.Error is not null)
        {
            Console.Error.WriteLine($"scriptedsip: {line.Error}\nTry --help");
            return WrongUsage;
        }
        switch (line.Command)
        {
            case Command.Help:
                Console.WriteLine(CommandHelp.Text);
                return Done;
            case Command.Version:
                Console.WriteLine($"scriptedsip {Version}");
                return Done;
            case Command.Functions:
                Console.Write(FunctionCatalog.Build());
                return Done;
            case Command.Modules:
                Console.Write(ModulePage.Build());
                return Done;
            case Command.Diagnostics:
                Console.Write(DiagnosticsPage.Build());
                return Done;
            case Command.Control:
                return ControlClient.Run(line.ControlSocket ?? ControlPath.Default, line.Words);
            case Command.Explain:
                return Explain(line.Name);
            case Command.Tables:
                return TableCommands.Run([.. line.Words], Console.In, Console.Out, Console.Error);
        }
        if (line.Files.FirstOrDefault(static file => !File.Exists(file)) is { } missing)
        {
            Console.Error.WriteLine($"scriptedsip: cannot read {missing}: {(Directory.Exists(missing) ? "it is a folder" : "there is no such file")}");
            return ScriptMistakes;
        }
        try
        {
            return line.Command switch
            {
                Command.Check => ScriptCheck.Run(line),
                Command.Format => ScriptFormat.Run(line),
                Command.Ast => ScriptSource.PrintTree(line) ? Done : ScriptMistakes,
                _ => Run(line),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"scriptedsip: cannot read {line.File}: {e.Message}");
            return ScriptMistakes;
        }
    }

    private static int Explain(string name)
    {
        if (Explanation.Of(name) is { } text)
        {
            Console.WriteLine(text);
            return Done;
        }
        Console.Error.WriteLine($"scriptedsip: nothing is called {name}{(Explanation.Nearest(name) is { } hint ? "; " + hint : "")}");
        return ScriptMistakes;
    }

    // A path that was asked for must be had; at the usual one another program may be already.
    private static ControlSocket? OpenControl(CommandLine line, ControlCommands commands, ConsoleLog log)
    {
        if (line.ControlSocket is "")
            return null;
        try
        {
            var socket = ControlSocket.Open(line.ControlSocket ?? ControlPath.Default, commands, log);
            socket.Start();
            return socket;
        }
        catch (StartFailure failure) when (line.ControlSocket is null)
        {
            log.Write(LogLevel.Warning, $"{failure.Message}; --ctl PATH gives this program one of its own");
            return null;
        }
    }

    private static int Run(CommandLine line)
    {
        using var log = new ConsoleLog(Console.OpenStandardError(), line.ForceColor || ConsoleLog.TerminalWantsColor());
        foreach (var note in line.Notes)
            log.Announce(note);
        if (ScriptSource.Load(line, log) is not { } script)
            return ScriptMistakes;
        var settings = script.Version.Settings;
        log.Threshold = Math.Clamp(settings.Debug + line.MoreDebug, (int)LogLevel.Alert, (int)LogLevel.Debug);
        try
        {
            if (line.WorkingDirectory is not null)
                Directory.SetCurrentDirectory(line.WorkingDirectory);
            var news = new DatabaseNews(log);
            using var databases = new Databases(line.Databases) { StandardUrl = settings.DefaultDatabase, OnNews = news.Take };
            using var server = new ProxyServer(line.Listen, settings, log);
            var host = new ScriptHost(script, server, log, databases);
            host.Start();
            news.Tell();
            var reloader = new ScriptReloader(line, host, log, script.Files);
            server.OnHangup = () => reloader.ReloadInBackground("SIGHUP");
            using var watch = line.Watch ? new ScriptWatch(reloader) : null;
            var program = new ProgramCommands(line, server, host, reloader);
            using var control = OpenControl(line, new ControlCommands(() => [program, .. host.Modules.All]), log);
            if (line.PidFile is not null)
                File.WriteAllText(line.PidFile, $"{Environment.ProcessId}\n");
            log.Announce($"ScriptedSip {Version} runs {line.File}, listening on {string.Join(", ", server.Sockets.All)}");
            server.WaitForStop();
            host.Stop();
            log.Announce("stopped");
        }
        catch (DatabaseException e) when (e.IsUnavailable)
        {
            log.Announce($"cannot start without a database the script needs: {e.Message}", LogLevel.Error);
            return CannotStart;
        }
        catch (Exception e) when (e is StartFailure or DatabaseException or IOException or UnauthorizedAccessException)
        {
            log.Announce(e.Message, LogLevel.Error);
            return CannotStart;
        }
        if (line.PidFile is not null)
            File.Delete(line.PidFile);
        return Done;
    }
}
