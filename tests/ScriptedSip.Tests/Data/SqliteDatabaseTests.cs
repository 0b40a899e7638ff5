using ScriptedSip.Data;

namespace ScriptedSip.Tests.Data;

internal sealed class SqliteDatabaseTests : DatabaseContract, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private int _count;

    public void Dispose() => _directory.Dispose();

    protected override Database Open() => new Databases(new Dictionary<string, string>()).Open($"sqlite://{_directory.File($"{_count++}.db")}");

    [Test]
    public void Tables_are_made_on_first_use()
    {
        using var fresh = Open();
        Assert.That(fresh.ColumnsOf("subscriber"), Does.Contain("ha1"));
    }

    [Test]
    public void Script_can_ask_in_sql() => Assert.That(Database.Query("SELECT table_version FROM version WHERE table_name = 'location'")[0][0], Is.EqualTo(9L));

    [Test]
    public void File_that_cannot_be_opened_is_news_once_and_fails_at_once_after_that()
    {
        var news = new List<string>();
        using var databases = new Databases(new Dictionary<string, string>()) { OnNews = news.Add };
        var database = databases.Open($"sqlite://{_directory.Path}/missing/x.db");
        for (var i = 0; i < 3; i++)
            Assert.That(() => database.ColumnsOf("acc"), Throws.TypeOf<DatabaseException>().With.Property("IsUnavailable").True);
        Assert.That((news.Count, database.IsLost), Is.EqualTo((1, true)));
    }
}
