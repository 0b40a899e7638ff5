using ScriptedSip.Data;

namespace ScriptedSip.Tests.Data;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class TextDatabaseTests : DatabaseContract, IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    protected override Database Open() => new Databases(new Dictionary<string, string>()).Open($"text://{_directory.Path}");

    [Test]
    public void Existing_file_is_read_with_its_types_and_escapes()
    {
        File.WriteAllText(_directory.File("subs"), "id(int,auto) name(string) rpid(string,null) n(double)\n1:a\\:b::1.5\n2:c\\\\d:x:2\n");
        var rows = Database.Select(new SelectShape("subs", ["id", "name", "rpid", "n"], []));
        Assert.That(rows[0], Is.EqualTo(new object?[] { 1L, "a:b", null, 1.5 }));
        Assert.That(rows[1], Is.EqualTo(new object?[] { 2L, "c\\d", "x", 2.0 }));
    }

    [Test]
    public void Row_that_does_not_fit_is_told_with_its_line()
    {
        File.WriteAllText(_directory.File("subs"), "a(int) b(int)\n1:2\n1\n");
        Assert.That(() => Database.Select(new SelectShape("subs", ["a"], [])), Throws.TypeOf<DatabaseException>().With.Message.Contains("line 3"));
    }
}
