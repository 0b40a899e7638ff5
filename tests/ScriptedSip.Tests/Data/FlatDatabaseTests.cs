using ScriptedSip.Data;

namespace ScriptedSip.Tests.Data;

/// <summary>Files rows are added to, as db_flatstore of Kamailio writes them.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class FlatDatabaseTests : IDisposable
{
    private static readonly ChangeShape Row = new(ChangeKind.Insert, "acc", ["a", "time", "b"]);

    private readonly TemporaryDirectory _directory = new();
    private readonly Databases _databases = new(new Dictionary<string, string>());

    public void Dispose()
    {
        _databases.Dispose();
        _directory.Dispose();
    }

    [TestCase("flatstore:")]
    [TestCase("flatstore://")]
    [TestCase("db_flatstore:")]
    public void Rows_are_lines_of_the_file_of_their_table(string scheme)
    {
        var database = _databases.Open(scheme + _directory.Path);
        database.Apply([new Change(Row, ["x", new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc), 7L]), new Change(Row with { Table = "missed_calls" }, ["m", null, 1.5])]);
        database.Apply([new Change(Row, ["y", null, null])]);
        Assert.That(File.ReadAllText(_directory.File("acc_1.log")), Is.EqualTo("x|1767225600|7\ny||\n"));
        Assert.That(File.ReadAllText(_directory.File("missed_calls_1.log")), Is.EqualTo("m||1.5\n"));
    }

    [Test]
    public void Value_is_never_another_column_or_row()
    {
        _databases.FlatDelimiter = ';';
        Open().Apply([new Change(Row, ["a;b\\\r\nc|d", null, "e"])]);
        Assert.That(File.ReadAllText(_directory.File("acc_1.log")), Is.EqualTo(@"a\;b\\\r\nc|d;;e" + "\n"));
    }

    /// <summary>Rotation: a file is moved away while the program runs.</summary>
    [Test]
    public void File_that_was_moved_away_is_begun_anew()
    {
        var database = Open();
        database.Apply([new Change(Row, ["old", null, null])]);
        File.Move(_directory.File("acc_1.log"), _directory.File("acc.yesterday"));
        database.Apply([new Change(Row, ["new", null, null])]);
        Assert.That((File.ReadAllText(_directory.File("acc.yesterday")), File.ReadAllText(_directory.File("acc_1.log"))), Is.EqualTo(("old||\n", "new||\n")));
    }

    [Test]
    public void Batch_that_cannot_be_written_whole_is_not_written()
    {
        Directory.CreateDirectory(_directory.File("missed_calls_1.log"));
        Assert.That(() => Open().Apply([new Change(Row, ["x", null, null]), new Change(Row with { Table = "missed_calls" }, ["x", null, null])]),
            Throws.TypeOf<DatabaseException>().With.Property("IsUnavailable").True);
        Assert.That(File.ReadAllText(_directory.File("acc_1.log")), Is.Empty);
    }

    [Test]
    public void Nothing_is_read_changed_or_removed()
    {
        var database = Open();
        Assert.That(() => database.Select(new SelectShape("acc", ["a"], [])), Throws.TypeOf<DatabaseException>().With.Message.Contains("can only be written to"));
        Assert.That(() => database.Apply([new Change(Row with { Kind = ChangeKind.Delete }, ["x", null, null])]), Throws.TypeOf<DatabaseException>());
        Assert.That(() => database.Apply([new Change(Row with { Table = "../acc" }, ["x", null, null])]), Throws.TypeOf<DatabaseException>());
    }

    [Test]
    public void Module_that_reads_is_refused_it()
    {
        var url = $"flatstore:{_directory.Path}";
        Assert.That(_databases.Refusal(url), Does.Contain("can only be written to"));
        Assert.That(_databases.Refusal(url, reads: false), Is.Null);
    }

    private Database Open() => _databases.Open($"flatstore:{_directory.Path}");
}
