using ScriptedSip.Data;

namespace ScriptedSip.Tests.Data;

internal sealed class PostgresDatabaseTests : DatabaseContract
{
    protected override Database Open() => new Databases(new Dictionary<string, string>()).Open(PrivatePostgres.NewDatabase());

    [Test]
    public void Text_fits_columns_of_numbers_and_times()
    {
        Database.Query("CREATE TABLE old (n integer, t timestamp, s varchar(5))");
        var write = new ChangeShape(ChangeKind.Insert, "old", ["n", "t", "s"]);
        Database.Apply([new Change(write, ["7", "2026-01-01 12:00:00", "x\0y"])]);
        var row = Database.Select(new SelectShape("old", ["n", "t", "s"], ["n"]), "7").Single();
        Assert.That((row[0], SqlTime.Parse(row[1]), row[2]), Is.EqualTo(((object?)7L, (DateTime?)new DateTime(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc), (object?)"x\uFFFDy")));
    }

    [Test]
    public async Task Row_that_does_not_fit_is_refused_alone()
    {
        Database.Query("CREATE TABLE narrow (s varchar(3))");
        var write = new ChangeShape(ChangeKind.Insert, "narrow", ["s"]);
        foreach (var text in (string[])["a", "too long", "b"])
            Database.Writes.Add(new Change(write, [text]));
        Assert.That(await Database.Writes.WhenDurable(1, 3), Is.False);
        Assert.That(await Database.Writes.WhenDurable(3, 3), Is.True);
        Assert.That(Database.Select(new SelectShape("narrow", ["s"], [])).Select(r => r[0]), Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public void News_are_few_announcements_that_fit()
    {
        var payloads = PostgresNews.Payloads("me", Enumerable.Range(0, 1000).Select(i => $"ul:location:user{i}@example.org").Append("ul:location:user1@example.org")).ToList();
        Assert.That(payloads, Has.Count.InRange(4, 8).And.All.Matches<string>(p => p?.Length < 8000 && p.StartsWith("me\u001e", StringComparison.Ordinal)));
        Assert.That(payloads.Sum(p => p.Split('\u001e').Length - 1), Is.EqualTo(1000));
    }

    [Test]
    public void Server_that_is_not_there_is_told_without_the_password()
    {
        var news = new List<string>();
        using var databases = new Databases(new Dictionary<string, string>()) { OnNews = news.Add };
        Assert.That(() => databases.Open("postgres://u:hush-hush@127.0.0.1:1/x").ColumnsOf("acc"),
            Throws.TypeOf<DatabaseException>().With.Property("IsUnavailable").True.And.Property("Message").Not.Contains("hush"));
        Assert.That(news.Single(), Does.Contain("postgres://u@127.0.0.1:1/x").And.Not.Contain("hush"));
        Assert.That(news.Single(), Does.Not.Contain("memory"), "nothing has come from there yet");
    }

    /// <summary>An outage ends all connections. Each that is found broken after it would be another outage, a second long.</summary>
    [Test]
    public void Outage_is_told_once_however_many_connections_it_has_ended()
    {
        var url = PrivatePostgres.NewTables();
        var news = new List<string>();
        using var databases = new Databases(new Dictionary<string, string>()) { OnNews = news.Add };
        var database = databases.Open(url);
        var names = new SelectShape("version", ["table_name"], []);
        var write = new ChangeShape(ChangeKind.Insert, "version", ["table_name", "table_version"]);
        // A reading within a reading: two connections, and a third for writing.
        void ReadTwice() => database.Read(names, _ => database.Select(names));
        database.Apply([new Change(write, ["one", 1L])]);
        ReadTwice();
        PrivatePostgres.Stop();
        try
        {
            Assert.That(() => database.Select(names), Throws.TypeOf<DatabaseException>());
        }
        finally
        {
            PrivatePostgres.Start();
        }
        Assert.That(SpinWait.SpinUntil(() => CanRead(database, names), 10_000), Is.True);
        ReadTwice();
        database.Apply([new Change(write, ["two", 2L])]);
        Assert.That(news, Has.Count.EqualTo(2).And.Some.Contains("is back").And.Some.Contains("what is in memory goes on being served"));
    }

    private static bool CanRead(Database database, SelectShape shape)
    {
        try
        {
            return database.Select(shape).Count > 0;
        }
        catch (DatabaseException)
        {
            return false;
        }
    }
}
