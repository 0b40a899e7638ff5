using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using ScriptedSip.Tests.Support;

namespace ScriptedSip.Tests.EndToEnd;

/// <summary>The built program and its control socket, asked by the built program and by hand.</summary>
internal sealed class ControlTests
{
    private const string Answers = "loadmodule \"sl\"\nloadmodule \"usrloc\"\nloadmodule \"registrar\"\nroute { sl_send_reply(\"200\", \"One\"); }\n";

    [Test]
    public void Commands_are_carried_out_and_what_they_show_is_json()
    {
        using var script = new ScriptFile(Answers);
        using var program = Start(script, out var path);

        Assert.That(Ctl(path, "version").Output, Does.StartWith("scriptedsip "));
        Assert.That(Json(path, "ps")["script"]!.GetValue<string>(), Is.EqualTo(script.Path));
        Assert.That(Json(path, "stats")["RequestsReceived"]!.GetValue<long>(), Is.Zero);
        Assert.That(Json(path, "help").AsArray().Select(c => c!["command"]!.GetValue<string>()), Does.Contain("ul add TABLE AOR CONTACT [EXPIRES]").And.Contain("reload"));
        Assert.That(Ctl(path, "ul", "add", "location", "Alice@example.com", "sip:alice@192.0.2.1", "60").Code, Is.Zero);
        Assert.That(Json(path, "ul", "show", "location", "alice@example.com")[0]!["contact"]!.GetValue<string>(), Is.EqualTo("sip:alice@192.0.2.1"));
        Assert.That(Json(path, "ul", "show", "location").AsArray(), Has.Count.EqualTo(1));
        Assert.That(Json(path, "ul", "rm", "location", "alice@example.com").GetValue<int>(), Is.EqualTo(1));
        Assert.That(Json(path, "ul", "show", "location").AsArray(), Is.Empty);
    }

    [Test]
    public void Wrong_commands_are_refused_with_the_reason()
    {
        using var script = new ScriptFile(Answers);
        using var program = Start(script, out var path);

        Assert.That(Ctl(path, "ul", "sow"), Is.EqualTo((1, "", "scriptedsip: unknown command 'ul sow'; help lists all\n")));
        Assert.That(Ctl(path, "ds", "list"), Is.EqualTo((1, "", "scriptedsip: the script does not load dispatcher, which has the command 'ds list'\n")));
        Assert.That(Ctl(path, "ul", "add", "location"), Is.EqualTo((1, "", "scriptedsip: usage: ul add TABLE AOR CONTACT [EXPIRES]\n")));
        Assert.That(Ctl(path, "ul", "add", "location", "a", "no uri").Errors, Does.Contain("'no uri' is not a URI"));
        Assert.That(Ctl(script.Beside("nothing"), "ps").Code, Is.EqualTo(3));
    }

    [Test]
    public void Reload_says_what_is_wrong_and_fails_or_takes_the_script()
    {
        using var script = new ScriptFile(Answers);
        using var program = Start(script, out var path);

        script.Replace(Answers.Replace("sl_send_reply", "sl_send_repl", StringComparison.Ordinal));
        var refused = Run("reload", "--ctl", path);
        Assert.That(refused.Code, Is.EqualTo(1));
        Assert.That(refused.Errors, Does.Contain($"{script.Path}:4:9: error SS2001: ").And.Contain("the one that runs goes on"));

        script.Replace(Answers);
        Assert.That(Run("--ctl", path, "reload").Code, Is.Not.Zero, "without a verb this names a script");
        Assert.That(Ctl(path, "reload").Code, Is.Zero);
        Assert.That(Json(path, "ps")["reloads"]!.GetValue<int>(), Is.EqualTo(1));
    }

    [Test]
    public void Socket_is_for_user_and_group_and_gone_when_the_program_stops()
    {
        using var script = new ScriptFile(Answers);
        using var program = Start(script, out var path);
        if (!OperatingSystem.IsWindows())
            Assert.That(File.GetUnixFileMode(path), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite));

        Assert.That(program.Stop(), Is.Zero);

        Assert.That(File.Exists(path), Is.False);
    }

    [Test]
    public void Second_program_does_not_take_the_socket_of_the_first_but_that_of_a_dead_one()
    {
        using var script = new ScriptFile(Answers);
        string path;
        using (var first = Start(script, out path))
        {
            var second = Run("-l", $"udp:127.0.0.1:{Sipp.FreePort()}", "--ctl", path, script.Path);
            Assert.That(second.Code, Is.EqualTo(3));
            Assert.That(second.Errors, Does.Contain($"cannot use {path} as the control socket: another program listens there"));
            Assert.That(Ctl(path, "version").Code, Is.Zero);
            first.Signal("KILL");
        }
        Assert.That(File.Exists(path), Is.True);

        using var third = Start(script, out _);
        Assert.That(Ctl(path, "version").Code, Is.Zero);
    }

    [Test]
    public void File_that_is_no_socket_is_left_alone()
    {
        using var script = new ScriptFile(Answers);
        File.WriteAllText(script.Beside("ctl"), "precious");

        var refused = Run("-l", $"udp:127.0.0.1:{Sipp.FreePort()}", "--ctl", script.Beside("ctl"), script.Path);

        Assert.That(refused.Code, Is.EqualTo(3));
        Assert.That(File.ReadAllText(script.Beside("ctl")), Is.EqualTo("precious"));
    }

    [TestCase("")]
    [TestCase("\n")]
    [TestCase("{}\n")]
    [TestCase("{\"command\":[1,null]}\n")]
    [TestCase("{\"command\":[]}\n")]
    [TestCase("[[[[[[[[\n")]
    [TestCase("\0\x7f\n")]
    public void Hostile_client_is_answered_or_dropped_and_the_program_goes_on(string request)
    {
        using var script = new ScriptFile(Answers);
        using var program = Start(script, out var path);
        using (var client = Connect(path))
        {
            client.Send(Encoding.UTF8.GetBytes(request));
            client.Shutdown(SocketShutdown.Send);
            var answer = Encoding.UTF8.GetString(Drain(client));
            Assert.That(answer, request.EndsWith('\n') ? Does.Contain("\"ok\":false") : Is.Empty);
        }
        Assert.That(Ctl(path, "version").Code, Is.Zero);
    }

    [Test]
    public void Clients_that_say_nothing_or_too_much_do_not_keep_others_out()
    {
        using var script = new ScriptFile(Answers);
        using var program = Start(script, out var path);
        var silent = Enumerable.Range(0, 20).Select(_ => Connect(path)).ToList();
        using (var endless = Connect(path))
        {
            // Sixteen places are taken for a while; then each of the silent ones has had its time.
            Assert.That(Ctl(path, "version").Code, Is.Zero);
            Assert.That(() =>
            {
                for (var i = 0; i < 1000; i++)
                    endless.Send(new byte[64 * 1024]);
            }, Throws.InstanceOf<SocketException>());
        }
        silent.ForEach(s => s.Dispose());
        Assert.That(Ctl(path, "version").Code, Is.Zero);
    }

    [Test]
    public void Watch_reads_the_script_again_when_a_file_it_includes_changes()
    {
        using var script = new ScriptFile("loadmodule \"sl\"\ninclude_file \"part.cfg\"\nimport_file \"missing.cfg\"\nroute { route(P); }\n");
        File.WriteAllText(script.Beside("part.cfg"), "route[P] { sl_send_reply(\"200\", \"One\"); }\n");
        using var program = Start(script, out _, "--watch");

        File.WriteAllText(script.Beside("part.cfg"), "route[P] { sl_send_repl(\"200\", \"Two\"); }\n");
        program.WaitUntil(text => text.Contains("goes on", StringComparison.Ordinal));
        File.WriteAllText(script.Beside("part.cfg"), "route[P] { sl_send_reply(\"200\", \"Three\"); }\n");
        program.WaitUntil(text => Swaps(text) == 1);
        File.WriteAllText(script.Beside("missing.cfg"), "# here it is\n");
        Assert.That(Swaps(program.WaitUntil(text => Swaps(text) == 2)), Is.EqualTo(2), program.Output);

        static int Swaps(string output) => output.Split("watch: ").Count(part => part.Contains(" runs now, ", StringComparison.Ordinal));
    }

    private static RunningProgram Start(ScriptFile script, out string path, params string[] options)
    {
        path = script.Beside("ctl");
        return new RunningProgram(script.Path, $"udp:127.0.0.1:{Sipp.FreePort()}", ["--ctl", path, .. options]);
    }

    private static Socket Connect(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = 20_000, SendTimeout = 20_000 };
        socket.Connect(new UnixDomainSocketEndPoint(path));
        return socket;
    }

    private static byte[] Drain(Socket socket)
    {
        var all = new MemoryStream();
        var chunk = new byte[4096];
        for (var count = socket.Receive(chunk); count > 0; count = socket.Receive(chunk))
            all.Write(chunk, 0, count);
        return all.ToArray();
    }

    private static JsonNode Json(string path, params string[] words)
    {
        var (code, output, errors) = Ctl(path, words);
        Assert.That(code, Is.Zero, errors);
        return JsonNode.Parse(output)!;
    }

    private static (int Code, string Output, string Errors) Ctl(string path, params string[] words) => Run(["ctl", "--ctl", path, .. words]);

    private static (int Code, string Output, string Errors) Run(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Repository.Program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}
