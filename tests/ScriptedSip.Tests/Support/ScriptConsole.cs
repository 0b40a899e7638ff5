using System.Text;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Tests.Support;

/// <summary>Keeps what a script prints, byte for byte, apart from what the program says about itself.</summary>
internal sealed class ScriptConsole : ScriptLog
{
    private readonly StringBuilder _output = new();

    public override int Threshold { get; set; } = (int)LogLevel.Info;

    public override bool UsesColor { get; set; }

    /// <summary>Messages of the program and its modules.</summary>
    public List<string> ProgramMessages { get; } = [];

    public override void WriteScript(LogLevel level, ReadOnlySpan<byte> text) => _output.Append(Encoding.Latin1.GetString(text));

    public override void Write(LogLevel level, string message)
    {
        if (IsEnabled(level))
            ProgramMessages.Add($"{level}: {message}");
    }

    /// <summary>The output since the last call, one character per byte.</summary>
    public string Take()
    {
        var text = _output.ToString();
        _output.Clear();
        return text;
    }
}
