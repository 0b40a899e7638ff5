using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ScriptedSip.Data;
using ScriptedSip.Modules.UsrLoc;
using ScriptedSip.Sip;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Bench;

/// <summary>How long the program takes from its start to the answer of the first look-up, with so many bindings in a SQLite database.</summary>
internal static class RestartBench
{
    private const int BatchSize = 10_000;

    public static int Run(int count)
    {
        var directory = Directory.CreateTempSubdirectory("restart").FullName;
        try
        {
            var url = $"sqlite://{Path.Combine(directory, "location.db")}";
            Fill(url, count);
            for (var run = 1; run <= 3; run++)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} bindings: first look-up answered after {Start(directory, url, count).TotalSeconds:F2} s"));
            return 0;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static void Fill(string url, int count)
    {
        using var databases = new Databases(new Dictionary<string, string>());
        var database = databases.Open(url);
        database.Ensure(StandardSchema.Location);
        var clock = new SystemClock();
        var rows = new LocationRows(1, "location", new LocationColumns(), new LocationRules(), usesDomain: false, new SocketTable([]), clock);
        var batch = new List<Change>(BatchSize);
        for (var i = 0; i < count; i++)
        {
            var stored = new StoredBinding();
            stored.Write(LocationBench.Contact(i, 1) with { ExpiresAt = clock.Milliseconds + 3_600_000 }, clock.Milliseconds);
            batch.Add(rows.Write(LocationBench.Key(i), stored, null));
            if (batch.Count < BatchSize && i + 1 < count)
                continue;
            database.Apply(batch);
            batch.Clear();
        }
    }

    private static TimeSpan Start(string directory, string url, int count)
    {
        using var phone = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var free = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var proxy = (IPEndPoint)free.Client.LocalEndPoint!;
        free.Close();
        var script = Path.Combine(directory, "script.cfg");
        File.WriteAllText(script, $$"""
            loadmodule "sl"
            loadmodule "usrloc"
            loadmodule "registrar"
            modparam("usrloc", "db_mode", 1)
            modparam("usrloc", "db_url", "{{url}}")
            route {
                if (lookup("location")) {
                    sl_send_reply("200", "There");
                } else {
                    sl_send_reply("404", "Not There");
                }
            }
            """);
        var watch = Stopwatch.StartNew();
        using var program = Process.Start(new ProcessStartInfo("dotnet",
            [Path.Combine(AppContext.BaseDirectory, "scriptedsip.dll"), "-l", $"udp:{proxy}", "--ctl", Path.Combine(directory, "ctl"), script])
        { RedirectStandardError = true })!;
        try
        {
            var request = Encoding.ASCII.GetBytes($"MESSAGE sip:user{count - 1}@{proxy} SIP/2.0\r\nVia: SIP/2.0/UDP {phone.Client.LocalEndPoint};branch=z9hG4bK1\r\nMax-Forwards: 70\r\n"
                + $"From: <sip:a@b>;tag=1\r\nTo: <sip:user{count - 1}@{proxy}>\r\nCall-ID: 1\r\nCSeq: 1 MESSAGE\r\nContent-Length: 0\r\n\r\n");
            phone.Client.ReceiveTimeout = 20;
            while (true)
            {
                try
                {
                    IPEndPoint? from = null;
                    phone.Send(request, proxy);
                    var answer = Encoding.ASCII.GetString(phone.Receive(ref from));
                    if (!answer.StartsWith("SIP/2.0 200 ", StringComparison.Ordinal))
                        throw new InvalidOperationException("a binding was lost: " + answer);
                    return watch.Elapsed;
                }
                catch (SocketException)
                {
                    // It does not listen yet.
                }
            }
        }
        finally
        {
            program.Kill();
            program.WaitForExit();
        }
    }
}
