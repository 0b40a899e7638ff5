using System.Globalization;
using ScriptedSip.Data;
using ScriptedSip.Server;
using ScriptedSip.Server.Tables;
using ScriptedSip.Tests.Data;

namespace ScriptedSip.Tests.Server.Tables;

/// <summary>db, user and cdr on a SQLite file.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class TableCommandsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly StringWriter _output = new(CultureInfo.InvariantCulture);
    private readonly StringWriter _errors = new(CultureInfo.InvariantCulture);

    private string Url => $"sqlite://{_directory.File("x.db")}";

    public void Dispose()
    {
        _output.Dispose();
        _errors.Dispose();
        _directory.Dispose();
    }

    [Test]
    public void Init_makes_what_check_looks_for()
    {
        Assert.That(Run("db", "check", Url), Is.EqualTo(Commands.ScriptMistakes));
        Assert.That(_output.ToString(), Does.Contain("there is no such file"));
        Assert.That(File.Exists(_directory.File("x.db")), Is.False, "to check is not to make");
        Assert.That(Run("db", "init", Url), Is.Zero);
        Assert.That(Run("db", "check", Url), Is.Zero);
        Sql("ALTER TABLE acc DROP COLUMN sip_code");
        Sql("DROP TABLE grp");
        Assert.That(Run("db", "check", Url), Is.EqualTo(Commands.ScriptMistakes));
        Assert.That(_output.ToString(), Does.Contain("acc: no column sip_code").And.Contain("grp: there is no such table"));
    }

    [Test]
    public void Init_makes_the_tables_of_a_server()
    {
        var url = PrivatePostgres.NewDatabase();
        Assert.That(Run("db", "check", url), Is.EqualTo(Commands.ScriptMistakes));
        Assert.That((Run("db", "init", url), Run("db", "init", url), Run("db", "check", url)), Is.EqualTo((0, 0, 0)), _errors.ToString());
        Assert.That(Run("user", "add", url, "alice@example.org", input: "hush"), Is.Zero);
        Assert.That(_output.ToString(), Does.Not.Contain("hush"));
    }

    [Test]
    public void User_has_hashes_and_no_password_and_is_listed_without_either()
    {
        Assert.That(Run("user", "add", Url, "alice@example.org", input: "hush"), Is.Zero, _errors.ToString());
        Assert.That(Run("user", "list", Url), Is.Zero);
        Assert.That(_output.ToString(), Does.Contain("alice@example.org").And.Not.Contain("hush"));
        // MD5 and SHA-256 of "alice:example.org:hush", MD5 of "alice@example.org:example.org:hush".
        Assert.That(Sql("SELECT password, ha1 <> '', ha1b <> '', length(ha1_sha256) FROM subscriber").Single(), Is.EqualTo(new object[] { "", 1L, 1L, 64L }));
    }

    [Test]
    public void Password_is_changed_and_user_removed()
    {
        Run("user", "add", Url, "alice@example.org", input: "one");
        var before = Sql("SELECT ha1 FROM subscriber").Single()[0];
        Assert.That(Run("user", "passwd", Url, "alice@example.org", "--plain", input: "two"), Is.Zero);
        Assert.That(Sql("SELECT ha1 FROM subscriber").Single()[0], Is.Not.EqualTo(before));
        Assert.That(Sql("SELECT password FROM subscriber").Single()[0], Is.EqualTo("two"));
        Assert.That(Run("user", "rm", Url, "alice@example.org"), Is.Zero);
        Assert.That(Run("user", "rm", Url, "alice@example.org"), Is.EqualTo(Commands.ScriptMistakes));
        Assert.That(Sql("SELECT * FROM subscriber"), Is.Empty);
    }

    [Test]
    public void Statement_as_a_user_name_is_a_user()
    {
        const string name = "'; DROP TABLE subscriber; --@example.org";
        Run("user", "add", Url, "alice@example.org", input: "one");
        Assert.That(Run("user", "add", Url, name, input: "two"), Is.Zero, _errors.ToString());
        Assert.That(Run("user", "passwd", Url, name, input: "three"), Is.Zero);
        Assert.That(Sql("SELECT count(*), count(DISTINCT ha1) FROM subscriber").Single(), Is.EqualTo(new object[] { 2L, 2L }));
        Assert.That(Run("user", "rm", Url, name), Is.Zero);
        Assert.That(Sql("SELECT username FROM subscriber").Single()[0], Is.EqualTo("alice"));
    }

    [TestCase("user", "add", "URL", "nobody")]
    [TestCase("user", "rename", "URL", "a@b")]
    [TestCase("db", "drop", "URL")]
    [TestCase("cdr", "URL", "--format", "xml")]
    public void What_is_not_understood_is_wrong_usage(params string[] words)
    {
        words = [.. words.Select(w => w == "URL" ? Url : w)];
        Assert.That(TableCommands.Run(words, TextReader.Null, _output, _errors), Is.EqualTo(Commands.WrongUsage));
    }

    [Test]
    public void Url_that_cannot_be_used_is_told_without_its_password()
    {
        Assert.That(Run("db", "check", "mysql://u:hush@h/d"), Is.EqualTo(Commands.ScriptMistakes));
        Assert.That(_errors.ToString(), Does.Contain("no driver for mysql").And.Not.Contain("hush"));
    }

    [Test]
    public void Call_lasts_from_the_answer_to_its_bye_whoever_hangs_up()
    {
        Run("db", "init", Url);
        Row("INVITE", "a", "b", "c1", "200", "2026-01-01 12:00:00", "sip:alice@x", "sip:bob@x");
        Row("INVITE", "a", "b", "c1", "200", "2026-01-01 12:00:30");
        Row("BYE", "b", "a", "c1", "200", "2026-01-01 12:01:01.500000");
        Row("INVITE", "d", "e", "c2", "486", "2026-01-01 12:02:00");
        Row("INVITE", "f", "g", "c3", "200", "2026-01-01 12:03:00", "=cmd()", "sip:\"x\"");
        _output.GetStringBuilder().Clear();
        Assert.That(Run("cdr", Url, "--format", "csv"), Is.Zero);
        Assert.That(_output.ToString().ReplaceLineEndings("\n"), Is.EqualTo(
            "start,end,duration,caller,callee,request_uri,callid\n" +
            "2026-01-01 12:00:00,2026-01-01 12:01:01.500000,61.5,sip:alice@x,sip:bob@x,,c1\n" +
            "2026-01-01 12:03:00,,,'=cmd(),\"sip:\"\"x\"\"\",,c3\n"));
        _output.GetStringBuilder().Clear();
        Run("cdr", Url, "--format", "json");
        using var json = System.Text.Json.JsonDocument.Parse(_output.ToString());
        Assert.That((json.RootElement.GetArrayLength(), json.RootElement[0].GetProperty("duration").GetDouble()), Is.EqualTo((2, 61.5)));
        _output.GetStringBuilder().Clear();
        Run("cdr", Url);
        Assert.That(_output.ToString(), Does.Contain("61.5 s  sip:alice@x -> sip:bob@x  c1").And.Contain("not ended"));
    }

    private int Run(params string[] words) => TableCommands.Run(words, TextReader.Null, _output, _errors);

    private int Run(string one, string two, string three, string four, string input)
    {
        using var reader = new StringReader(input);
        return TableCommands.Run([one, two, three, four], reader, _output, _errors);
    }

    private int Run(string one, string two, string three, string four, string five, string input)
    {
        using var reader = new StringReader(input);
        return TableCommands.Run([one, two, three, four, five], reader, _output, _errors);
    }

    private void Row(string method, string from, string to, string callId, string code, string time, string caller = "", string callee = "") =>
        Sql($"INSERT INTO acc (method, from_tag, to_tag, callid, sip_code, time, caller, callee) VALUES ('{method}', '{from}', '{to}', '{callId}', '{code}', '{time}', '{caller}', '{callee}')");

    private List<object?[]> Sql(string statement)
    {
        using var databases = new Databases(new Dictionary<string, string>());
        return databases.Open(Url).Query(statement);
    }
}
