using NUnit.Framework;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Tests.Script.Text;

[TestFixture]
internal sealed class SourceFileTests
{
    [TestCase(0, 1, 1)]
    [TestCase(2, 1, 3)]
    [TestCase(3, 2, 1)]
    [TestCase(4, 3, 1)]
    [TestCase(6, 3, 3)]
    [TestCase(99, 3, 3)]
    public void Locate_any_offset_gives_line_and_column_from_one(int offset, int line, int column) =>
        Assert.That(new SourceFile("f", "ab\n\ncd").Locate(offset), Is.EqualTo((line, column)));

    [Test]
    public void LineText_with_carriage_return_leaves_it_out()
    {
        var file = new SourceFile("f", "one\r\ntwo");
        Assert.Multiple(() =>
        {
            Assert.That(file.LineText(1).ToString(), Is.EqualTo("one"));
            Assert.That(file.LineText(2).ToString(), Is.EqualTo("two"));
            Assert.That(file.LineText(3).IsEmpty);
        });
    }

    [Test]
    public void Load_of_latin1_bytes_keeps_every_character()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, [(byte)'#', 0xE9, (byte)'\n']);
            Assert.That(SourceFile.Load(path).Text, Is.EqualTo("#é\n"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Test]
    public void Load_of_utf8_with_a_byte_order_mark_leaves_the_mark_out()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, [0xEF, 0xBB, 0xBF, (byte)'#', 0xC3, 0xA9]);
            Assert.That(SourceFile.Load(path).Text, Is.EqualTo("#é"));
        }
        finally
        {
            File.Delete(path);
        }
    }
    [Test]
    public void Load_of_lines_that_end_in_a_carriage_return_alone_finds_the_lines()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "debug=2\rchildren=4\r");
            Assert.That(SourceFile.Load(path).LineText(2).ToString(), Is.EqualTo("children=4"));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
