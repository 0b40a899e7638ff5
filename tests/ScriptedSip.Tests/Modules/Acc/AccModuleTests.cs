using ScriptedSip.Modules.Acc;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Tests.Data;
using ScriptedSip.Tests.Modules.Storage;

namespace ScriptedSip.Tests.Modules.Acc;

/// <summary>Records in tables; what is written when is in the scenarios under accounting/.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class AccModuleTests : IDisposable
{
    private const string Answer =
        "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h;branch=z9hG4bKabc\r\nFrom: <sip:alice@atlanta.example>;tag=a1\r\nTo: <sip:bob@example.com>;tag=b2\r\n" +
        "Call-ID: call-1@atlanta.example\r\nCSeq: 7 INVITE\r\nContent-Length: 0\r\n\r\n";

    private readonly TableBench _tables = new();

    public void Dispose() => _tables.Dispose();

    [Test]
    public void Answered_call_is_a_row_with_its_parties_and_extra_columns()
    {
        var module = Start(new AccModule { DatabaseFlag = new ScriptFlag(2), DatabaseExtra = new NamedFormats([("src_ip", ModuleBench.Format("192.0.2.1"))]) });
        End(module, flags: 2, code: 200);
        Assert.That(Rows("acc", "method, from_tag, to_tag, callid, sip_code, sip_reason, caller, callee, request_uri, src_ip"), Is.EqualTo(new[]
        {
            "INVITE|a1|b2|call-1@atlanta.example|200|OK|sip:alice@atlanta.example|sip:bob@example.com|sip:bob@example.com|192.0.2.1",
        }));
    }

    [Test]
    public void Answered_call_is_a_line_of_a_flat_file_with_the_standard_columns()
    {
        using var directory = new TemporaryDirectory();
        var module = _tables.Bench.Start(new AccModule
        {
            DatabaseUrl = $"flatstore:{directory.Path}/calls",
            DatabaseFlag = new ScriptFlag(2),
            DatabaseExtra = new NamedFormats([("src_ip", ModuleBench.Format("192.0.2.1"))]),
        });
        End(module, flags: 2, code: 200);
        _tables.Lose();
        Assert.That(File.ReadAllText(directory.File("calls/acc_1.log")), Is.EqualTo("INVITE|a1|b2|call-1@atlanta.example|200|OK|1767323045|192.0.2.1\n"));
    }

    [TestCase(2u, 486, 0)]
    [TestCase(2u | 4, 486, 1)]
    [TestCase(0u, 200, 0)]
    [TestCase(2u, 183, 0)]
    public void Row_is_written_as_the_flags_say(uint flags, int code, int rows)
    {
        var module = Start(new AccModule { DatabaseFlag = new ScriptFlag(2), FailedFlag = new ScriptFlag(4) });
        End(module, flags, code);
        Assert.That(Rows("acc", "method"), Has.Length.EqualTo(rows));
    }

    [Test]
    public void Script_writes_rows_of_its_own_with_acc_db()
    {
        var module = Start(new AccDbModule());
        var frame = _tables.Invite();
        Assert.That(module.Log(frame), Is.EqualTo(Outcome.True));
        Assert.That(module.Missed(frame), Is.EqualTo(Outcome.True));
        Assert.That(Rows("acc", "method, callid"), Is.EqualTo(new[] { "INVITE|call-1@atlanta.example" }));
        Assert.That(Rows("missed_calls", "method, callid"), Is.EqualTo(new[] { "INVITE|call-1@atlanta.example" }));
    }

    [Test]
    public void Script_accounts_with_a_comment_in_log_and_table()
    {
        Start(new AccModule()).AccountRequest(_tables.Invite(), ModuleBench.Text("404 No such user"), ModuleBench.Text("missed_calls"));
        Assert.That(Rows("missed_calls", "sip_code, sip_reason"), Is.EqualTo(new[] { "404|No such user" }));
        Assert.That(_tables.Bench.Log.Lines.Select(line => line.Text), Has.One.Contains("code=404;reason=No such user"));
    }

    [Test]
    public void Early_media_is_a_row_when_asked_for()
    {
        End(Start(new AccModule { DatabaseFlag = new ScriptFlag(2), EarlyMedia = true }), 2, 183);
        Assert.That(Rows("acc", "sip_code"), Is.EqualTo(new[] { "183" }));
    }

    [Test]
    public void Missed_call_is_a_row_of_its_own_table_once()
    {
        var module = Start(new AccModule { DatabaseMissedFlag = new ScriptFlag(8) });
        var frame = _tables.Invite();
        frame.Flags = 8;
        var kept = module.RouteEnded(frame, null)!;
        var left = module.Failed(_tables.Bench.Context, kept, 8, null, 408);
        Assert.That(left, Is.Zero);
        module.Failed(_tables.Bench.Context, kept, left, null, 408);
        Assert.That(Rows("missed_calls", "sip_code, sip_reason"), Is.EqualTo(new[] { "408|Request Timeout" }));
    }

    [Test]
    public void Cancel_is_accounted_for_only_when_asked_for()
    {
        var cancel = _tables.Bench.Receive(ModuleBench.Invite.Replace("INVITE", "CANCEL", StringComparison.Ordinal));
        cancel.Flags = 2;
        Assert.That(Start(new AccModule { DatabaseFlag = new ScriptFlag(2) }).RouteEnded(cancel, null), Is.Null);
        Assert.That(Start(new AccModule { DatabaseFlag = new ScriptFlag(2), ReportsCancels = true }).RouteEnded(cancel, null), Is.Not.Null);
    }

    [Test]
    public void Request_is_stored_with_a_comment_in_any_table()
    {
        var module = Start(new AccModule());
        Assert.That(module.StoreRequest(_tables.Invite(), ModuleBench.Text("404 Not found; DROP TABLE acc"), ModuleBench.Text("missed_calls")).Code, Is.EqualTo(1));
        Assert.That(Rows("missed_calls", "sip_code, sip_reason"), Is.EqualTo(new[] { "404|Not found; DROP TABLE acc" }));
    }

    [Test]
    public void Full_queue_sends_the_record_to_the_log()
    {
        var module = Start(new AccModule { DatabaseFlag = new ScriptFlag(2) });
        _tables.Database.Writes.Capacity = 0;
        End(module, 2, 200);
        Assert.That(_tables.Bench.Log.Lines.Select(l => l.Text), Has.Some.Contains("ACC: not stored: table=acc").And.Contains("callid=call-1@atlanta.example"));
    }

    [Test]
    public void Line_end_in_a_value_makes_no_second_record()
    {
        var module = Start(new AccModule { LogFlag = new ScriptFlag(2), LogExtra = new NamedFormats([("x", ModuleBench.Format("a\r\nACC: forged"))]) });
        End(module, 2, 200);
        Assert.That(_tables.Bench.Log.Lines[^1].Text.TrimEnd('\n'), Does.StartWith("ACC: transaction answered: timestamp=").And.Not.Contain("\n"));
    }

    private T Start<T>(T module) where T : AccModule
    {
        module.DatabaseUrl = _tables.Url;
        return _tables.Bench.Start(module);
    }

    private void End(AccModule module, uint flags, int code)
    {
        var frame = _tables.Invite();
        frame.Flags = flags;
        if (module.RouteEnded(frame, null) is not { } kept)
            return;
        var text = System.Text.Encoding.ASCII.GetBytes(Answer.Replace("200 OK", $"{code} {(code == 200 ? "OK" : "No")}", StringComparison.Ordinal));
        var reply = _tables.Bench.Buffers.Rent(text.Length);
        text.CopyTo(reply.Bytes, 0);
        reply.Length = text.Length;
        module.SentUpstream(_tables.Bench.Context, kept, flags, reply, code);
        reply.Release();
    }

    private string[] Rows(string table, string columns)
    {
        Assert.That(_tables.Database.Writes.WhenDurable(0, _tables.Database.Writes.Newest).Wait(TimeSpan.FromSeconds(30)), Is.True);
        return [.. _tables.Sql($"SELECT {columns} FROM {table}").Select(r => string.Join('|', r))];
    }
}
