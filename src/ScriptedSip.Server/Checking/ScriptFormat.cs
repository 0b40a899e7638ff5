using System.Text;
using ScriptedSip.Script;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Server.Checking;

/// <summary>The command <c>fmt</c>: writes scripts in one style, or says which are not in it.</summary>
internal static class ScriptFormat
{
    public static int Run(CommandLine line)
    {
        var result = Commands.Done;
        foreach (var path in line.Files)
        {
            var file = SourceFile.Load(path);
            var (text, findings) = ScriptFormatter.Format(file, new ParseOptions { Defines = line.Defines, Dialect = line.Dialect });
            if (text is null)
            {
                foreach (var finding in findings)
                    DiagnosticPrinter.Print(finding, Console.Error);
                if (findings.Count == 0)
                    Console.Error.WriteLine($"{path}: error: not laid out: a part that is switched off is no script");
                result = Commands.ScriptMistakes;
            }
            else if (text != file.Text && line.ChangesNothing)
            {
                Console.WriteLine(path);
                result = Commands.ScriptMistakes;
            }
            else if (text != file.Text)
            {
                File.WriteAllBytes(path, Encode(text, path));
            }
        }
        return result;
    }

    // What was not UTF-8 stays Latin-1, and a mark in front of the text stays there.
    private static byte[] Encode(string text, string path)
    {
        var before = File.ReadAllBytes(path);
        if (!System.Text.Unicode.Utf8.IsValid(before))
            return Encoding.Latin1.GetBytes(text);
        var bytes = Encoding.UTF8.GetBytes(text);
        return before.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? [.. Encoding.UTF8.Preamble, .. bytes] : bytes;
    }
}
