using ScriptedSip.Data;

namespace ScriptedSip.Tests.Data;

internal sealed class DatabaseUrlTests
{
    [TestCase("sqlite:///var/lib/x.db", "sqlite", "/var/lib/x.db")]
    [TestCase("sqlite:////var/lib/x.db", "sqlite", "//var/lib/x.db")]
    [TestCase("sqlite://x.db", "sqlite", "x.db")]
    [TestCase("text:///etc/dbtext", "text", "/etc/dbtext")]
    [TestCase("dbtext:///etc/dbtext", "text", "/etc/dbtext")]
    [TestCase("text:/etc/dbtext", "text", "/etc/dbtext")]
    public void File_url_names_a_path(string text, string scheme, string path)
    {
        var url = DatabaseUrl.Parse(text)!;
        Assert.That((url.Scheme, url.Name), Is.EqualTo((scheme, path)));
    }

    [Test]
    public void Server_url_has_all_its_parts()
    {
        var url = DatabaseUrl.Parse("postgresql://ser:h%65slo@db.example.org:5433/openser")!;
        Assert.That((url.Scheme, url.User, url.Password, url.Host, url.Port, url.Name), Is.EqualTo(("postgres", "ser", "heslo", "db.example.org", 5433, "openser")));
    }

    [Test]
    public void Password_may_hold_an_at_sign()
    {
        var url = DatabaseUrl.Parse("postgres://ser:p@ss@localhost/openser")!;
        Assert.That((url.Password, url.Host), Is.EqualTo(("p@ss", "localhost")));
    }

    [Test]
    public void Url_prints_itself_without_the_password() =>
        Assert.That(DatabaseUrl.Parse("mysql://ser:heslo@localhost/openser")!.ToString(), Is.EqualTo("mysql://ser@localhost/openser"));

    [TestCase("")]
    [TestCase("sqlite")]
    [TestCase("sqlite:")]
    [TestCase("postgres://u:p@host:99999/x")]
    public void What_is_no_url_is_refused(string text) => Assert.That(DatabaseUrl.Parse(text), Is.Null);

    [Test]
    public void Scheme_without_a_driver_is_refused_with_the_option_that_helps_and_without_the_password()
    {
        using var databases = new Databases(new Dictionary<string, string>());
        var refusal = databases.Refusal("mysql://ser:heslo@localhost/openser");
        Assert.That(refusal, Does.Contain("no driver for mysql").And.Contain("--db-url mysql=sqlite:///path").And.Not.Contain("heslo"));
    }

    [Test]
    public void Scheme_nobody_has_is_a_slip_of_the_pen()
    {
        using var databases = new Databases(new Dictionary<string, string>());
        Assert.That(databases.Refusal("sqlte:///x.db"), Is.EqualTo("there is no kind of database called sqlte (sqlte:///x.db); sqlite, postgres, text and flatstore are known here"));
    }

    [Test]
    public void Redirect_takes_the_place_of_a_scheme()
    {
        using var databases = new Databases(new Dictionary<string, string> { ["mysql"] = "text:///tables" });
        Assert.That(databases.Refusal("mysql://ser:heslo@localhost/openser"), Is.Null);
        Assert.That(databases.Open("mysql://a/b"), Is.SameAs(databases.Open("mysql://c/d")));
    }
}
