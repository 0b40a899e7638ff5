using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ScriptedSip.Tests.Data;

namespace ScriptedSip.Tests.EndToEnd;

/// <summary>A thousand REGISTERs acknowledged in write-through mode, the program killed, started again: all are there.</summary>
internal sealed class DurabilityTests
{
    private const int Phones = 1000;
    private const int AtOnce = 40;

    [Test]
    public void Acknowledged_registrations_survive_a_kill_on_sqlite()
    {
        using var directory = new TemporaryDirectory();
        Survive($"sqlite://{directory.File("location.db")}", directory);
    }

    [Test]
    public void Acknowledged_registrations_survive_a_kill_on_postgres()
    {
        using var directory = new TemporaryDirectory();
        Survive(PrivatePostgres.NewTables(), directory);
    }

    private static void Survive(string url, TemporaryDirectory directory)
    {
        var script = directory.File("script.cfg");
        // The URL comes from the command line: what stands in the script has no driver.
        File.WriteAllText(script, """
            loadmodule "sl"
            loadmodule "usrloc"
            loadmodule "registrar"
            modparam("usrloc", "db_mode", 1)
            modparam("usrloc", "db_url", "mysql://openser:openserrw@localhost/openser")
            route { save("location"); }
            """);
        using var phone = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        phone.Client.ReceiveTimeout = 20_000;
        var proxy = new IPEndPoint(IPAddress.Loopback, FreePort());
        using (new RunningProgram(script, $"udp:{proxy}", $"--db-url=mysql={url}"))
        {
            // Disposal kills.
            for (var first = 0; first < Phones; first += AtOnce)
            {
                for (var i = first; i < first + AtOnce; i++)
                    Send(phone, proxy, i, $"Contact: <sip:p{i}@192.0.2.1>\r\n");
                for (var i = first; i < first + AtOnce; i++)
                    Assert.That(Receive(phone), Does.StartWith("SIP/2.0 200 "));
            }
        }
        using var again = new RunningProgram(script, $"udp:{proxy}", $"--db-url=mysql={url}");
        for (var i = 0; i < Phones; i++)
        {
            Send(phone, proxy, i, "");
            Assert.That(Receive(phone), Does.Contain($"Contact: <sip:p{i}@192.0.2.1>"));
        }
        Assert.That(again.Output, Does.Not.Contain("openserrw").And.Not.Contain("hush"));
    }

    private static void Send(UdpClient phone, IPEndPoint proxy, int number, string contact)
    {
        var port = ((IPEndPoint)phone.Client.LocalEndPoint!).Port;
        phone.Send(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"REGISTER sip:example.org SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bK{number}{contact.Length}\r\nMax-Forwards: 70\r\n"
            + $"From: <sip:p{number}@example.org>;tag=1\r\nTo: <sip:p{number}@example.org>\r\nCall-ID: c{number}\r\nCSeq: 1 REGISTER\r\n{contact}Content-Length: 0\r\n\r\n")), proxy);
    }

    private static string Receive(UdpClient phone)
    {
        IPEndPoint? from = null;
        return Encoding.ASCII.GetString(phone.Receive(ref from));
    }

    private static int FreePort()
    {
        using var probe = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.Client.LocalEndPoint!).Port;
    }
}
