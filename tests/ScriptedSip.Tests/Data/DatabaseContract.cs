using ScriptedSip.Data;

namespace ScriptedSip.Tests.Data;

/// <summary>What every engine does alike, on a database of the engine that a subclass makes.</summary>
internal abstract class DatabaseContract
{
    private static readonly ChangeShape Insert = new(ChangeKind.Insert, "speed_dial", ["username", "domain", "sd_username", "sd_domain", "new_uri"]);
    private static readonly ChangeShape Upsert = new(ChangeKind.Upsert, "speed_dial", ["username", "domain", "sd_domain", "sd_username", "new_uri"], 4);
    private static readonly ChangeShape Update = new(ChangeKind.Update, "speed_dial", ["username", "new_uri"], 1);
    private static readonly ChangeShape Delete = new(ChangeKind.Delete, "speed_dial", ["username"]);
    private static readonly DateTime Noon = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);

    private static readonly string[] Attacks =
    [
        "'; DROP TABLE speed_dial; --", "\"; DROP TABLE speed_dial; --", "' OR '1'='1", "x') ON CONFLICT DO NOTHING; DELETE FROM speed_dial; --", "$1 @p0 :p0 ? \\' %_", "\"`\\:\n\t",
    ];

    private static readonly SelectShape UriOf = new("speed_dial", ["new_uri"], ["username", "sd_username"]);

    protected Database Database { get; private set; } = null!;

    protected abstract Database Open();

    [SetUp]
    public void OpenWithTables()
    {
        Database = Open();
        foreach (var table in StandardSchema.Tables)
            Database.Ensure(table);
    }

    [TearDown]
    public void Close() => Database.Dispose();

    [Test]
    public void Inserted_row_is_found_by_its_columns()
    {
        Database.Apply([new Change(Insert, ["alice", "example.org", "1", "x", "sip:bob@example.org"]), new Change(Insert, ["alice", "example.org", "2", "x", "sip:carol@example.org"])]);
        Assert.That(UrisOf("alice", "2"), Is.EqualTo(new[] { "sip:carol@example.org" }));
    }

    [Test]
    public void Upsert_keeps_one_row_for_a_key()
    {
        Database.Apply([new Change(Upsert, ["alice", "d", "x", "1", "sip:old@x"])]);
        Database.Apply([new Change(Upsert, ["alice", "d", "x", "1", "sip:new@x"])]);
        Assert.That(UrisOf("alice", "1"), Is.EqualTo(new[] { "sip:new@x" }));
    }

    [Test]
    public void Update_and_delete_touch_the_rows_of_their_key_only()
    {
        Database.Apply([new Change(Insert, ["alice", "d", "1", "x", "a"]), new Change(Insert, ["bob", "d", "1", "x", "b"]), new Change(Insert, ["carol", "d", "1", "x", "c"])]);
        Database.Apply([new Change(Update, ["bob", "changed"]), new Change(Delete, ["alice"])]);
        Assert.That((UrisOf("alice", "1").Length, UrisOf("bob", "1")[0], UrisOf("carol", "1")[0]), Is.EqualTo((0, "changed", "c")));
    }

    [Test]
    public void All_of_a_batch_or_nothing()
    {
        var broken = new ChangeShape(ChangeKind.Insert, "speed_dial", ["no_such_column"]);
        Assert.That(() => Database.Apply([new Change(Insert, ["alice", "d", "1", "x", "a"]), new Change(broken, ["x"])]), Throws.TypeOf<DatabaseException>());
        Assert.That(UrisOf("alice", "1"), Is.Empty);
    }

    [TestCase(ChangeKind.Insert)]
    [TestCase(ChangeKind.Upsert)]
    [TestCase(ChangeKind.Update)]
    [TestCase(ChangeKind.Delete)]
    [TestCase(ChangeKind.DeleteBefore)]
    public void Value_that_reads_like_a_statement_is_a_value_in_every_change(ChangeKind kind)
    {
        object?[] bystander = ["alice", "d", "1", "x", "a"];
        Database.Apply([new Change(Insert, bystander)]);
        foreach (var attack in Attacks)
        {
            Database.Apply([new Change(Insert, [attack, "d", "1", "x", "before"])]);
            Database.Apply([kind switch
            {
                ChangeKind.Insert => new Change(Insert, [attack, attack, "2", attack, attack]),
                ChangeKind.Upsert => new Change(Upsert, [attack, "d", "x", "1", attack]),
                ChangeKind.Update => new Change(Update, [attack, attack]),
                ChangeKind.Delete => new Change(Delete, [attack]),
                _ => new Change(new ChangeShape(ChangeKind.DeleteBefore, "domain", ["last_modified", "domain"]), [Noon, attack]),
            }]);
            string[] left = kind switch
            {
                ChangeKind.Insert => ["before", attack],
                ChangeKind.Delete => [],
                ChangeKind.DeleteBefore => ["before"],
                _ => [attack],
            };
            Assert.That(Database.Select(new SelectShape("speed_dial", ["new_uri"], ["username"]), attack).Select(r => r[0]), Is.EquivalentTo(left), attack);
        }
        Assert.That(Database.Select(new SelectShape("speed_dial", Insert.Columns, ["username"]), "alice"), Is.EqualTo(new[] { bystander }));
    }

    [Test]
    public void Value_that_reads_like_a_statement_is_a_value_in_every_question()
    {
        var write = new ChangeShape(ChangeKind.Insert, "domain", ["domain", "last_modified"]);
        Database.Apply([new Change(Insert, ["alice", "d", "1", "x", "a"]), new Change(write, ["other", Noon])]);
        foreach (var attack in Attacks)
        {
            Database.Apply([new Change(Insert, [attack, "d", attack, "x", "%$'"]), new Change(write, [attack, Noon])]);
            Assert.That(UrisOf(attack, attack), Is.EqualTo(new[] { "%$'" }), attack);
            Assert.That(UrisOf(attack, "1"), Is.Empty, attack);
            Assert.That(Database.Select(new SelectShape("domain", ["domain"], ["domain"], "last_modified"), attack, Noon).Select(r => r[0]), Is.EqualTo(new[] { attack }));
        }
        Assert.That(UrisOf("alice", "1"), Is.EqualTo(new[] { "a" }));
        Assert.That(Database.Select(new SelectShape("domain", ["domain"], [])), Has.Count.EqualTo(Attacks.Length + 1));
    }

    [Test]
    public void Names_that_are_no_identifiers_are_refused() =>
        Assert.That(() => Database.Select(new SelectShape("speed_dial; DROP TABLE acc", ["username"], [])), Throws.TypeOf<DatabaseException>());

    [Test]
    public void Numbers_times_and_nulls_come_back_as_they_were_written()
    {
        var time = new DateTime(2030, 5, 28, 21, 32, 15, DateTimeKind.Utc);
        var write = new ChangeShape(ChangeKind.Insert, "location", ["ruid", "username", "domain", "contact", "expires", "q", "cseq", "methods", "callid"]);
        Database.Apply([new Change(write, ["r", "alice", null, "sip:a@x", time, 0.5, 4294967295L, null, "c"])]);
        var row = Database.Select(new SelectShape("location", ["domain", "expires", "q", "cseq", "methods"], ["ruid"]), "r").Single();
        Assert.That((row[0], SqlTime.Parse(row[1]), row[2], row[3], row[4]), Is.EqualTo(((object?)null, (DateTime?)time, (object?)0.5, (object?)4294967295L, (object?)null)));
    }

    [Test]
    public void Rows_before_a_time_go_and_rows_since_a_time_are_found()
    {
        var write = new ChangeShape(ChangeKind.Insert, "domain", ["domain", "last_modified"]);
        Database.Apply([new Change(write, ["early", Noon.AddHours(-1)]), new Change(write, ["noon", Noon]), new Change(write, ["late", Noon.AddHours(1)])]);
        Assert.That(Database.Select(new SelectShape("domain", ["domain"], [], "last_modified"), Noon).Select(r => r[0]), Is.EquivalentTo(new[] { "noon", "late" }));
        Database.Apply([new Change(new ChangeShape(ChangeKind.DeleteBefore, "domain", ["last_modified"]), [Noon])]);
        Assert.That(Database.Select(new SelectShape("domain", ["domain"], [])).Select(r => r[0]), Is.EquivalentTo(new[] { "noon", "late" }));
    }

    [Test]
    public void Columns_of_every_standard_table_are_there()
    {
        foreach (var table in StandardSchema.Tables)
            Assert.That(Database.ColumnsOf(table.Name), Is.EqualTo(table.Columns.Select(c => c.Name)), table.Name);
        Assert.That(Database.ColumnsOf("nothing"), Is.Null);
    }

    private object?[] UrisOf(string user, string dialled) => [.. Database.Select(UriOf, user, dialled).Select(r => r[0])];
}
