using ScriptedSip.Script;
using ScriptedSip.Script.Text;
using ScriptedSip.Tests.Support;

namespace ScriptedSip.Tests.Script.Binding;

/// <summary>A damaged script ends in findings, never in an exception: the shipped scripts with pieces cut, copied and thrown in.</summary>
internal sealed class MutatedScriptTests
{
    private const string Marks = "\"'$(){}[]|\\;=!,*/#@%";

    public static IEnumerable<string> Scripts() =>
        Directory.EnumerateFiles(Repository.Path("scripts"), "*.cfg", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(path => Path.GetRelativePath(Repository.Path("scripts"), path));

    [TestCaseSource(nameof(Scripts))]
    public void Damaged_script_loads_or_is_refused(string name)
    {
        var sound = File.ReadAllText(Path.Combine(Repository.Path("scripts"), name));
        var random = new Random(sound.Length);
        for (var round = 0; round < 150; round++)
        {
            var text = Damage(sound, random);
            LoadResult? result = null;
            Assert.That(() => result = ScriptLoader.Load(new SourceFile(name, text), new LoadOptions { Catalog = FakeModules.Catalog }), Throws.Nothing, text);
            Assert.That(result!.Script is null, Is.EqualTo(result.Diagnostics.Any(static d => d.Severity == Severity.Error)), text);
        }
    }

#pragma warning disable CA5394 // The same damage every time is the point.
    private static string Damage(string text, Random random)
    {
        for (var count = random.Next(1, 5); count > 0; count--)
        {
            var length = random.Next(1, 20);
            var at = random.Next(text.Length - length);
            text = random.Next(3) switch
            {
                0 => text.Remove(at, length),
                1 => text.Insert(random.Next(text.Length), text.Substring(at, length)),
                _ => text.Insert(at, Marks[random.Next(Marks.Length)].ToString()),
            };
        }
        return text;
    }
#pragma warning restore CA5394
}
