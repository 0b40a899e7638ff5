using System.Runtime.CompilerServices;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Script.Interpretation;

internal sealed class ConstantFormat(Utf8Text text) : Format
{
    /// <summary>Known at load.</summary>
    public Utf8Text Text { get; } = text;

    public override Utf8Text Render(Frame frame) => Text;
}

/// <summary>One variable and nothing around it: its text is handed on without a copy.</summary>
internal sealed class SingleFormat(ValueNode value, Utf8Text whenNull) : Format
{
    public override Utf8Text Render(Frame frame)
    {
        var result = value.Evaluate(frame);
        return result.IsNull ? whenNull : result.ToText(frame.Arena);
    }
}

/// <summary>Constant texts and variables in a row.</summary>
/// <param name="whenNull">What stands for a variable without value.</param>
internal sealed class BoundFormat(ValueNode[] parts, Utf8Text whenNull) : Format
{
    public override Utf8Text Render(Frame frame) =>
        parts.Length <= Batch.Size ? RenderBatch(frame, parts) : RenderLong(frame);

    // Variables write into the arena themselves, so all of them come first and the row is put together behind them.
    private Utf8Text RenderBatch(Frame frame, ReadOnlySpan<ValueNode> nodes)
    {
        var texts = new Batch();
        var length = 0;
        for (var i = 0; i < nodes.Length; i++)
        {
            var value = nodes[i].Evaluate(frame);
            texts[i] = value.IsNull ? whenNull : value.ToText(frame.Arena);
            length += texts[i].Length;
        }
        var room = frame.Arena.Reserve(length);
        for (var i = 0; i < nodes.Length; i++)
        {
            texts[i].Span.CopyTo(room);
            room = room[texts[i].Length..];
        }
        return frame.Arena.Commit(length);
    }

    private Utf8Text RenderLong(Frame frame)
    {
        var result = default(Utf8Text);
        for (var start = 0; start < parts.Length; start += Batch.Size)
        {
            var next = RenderBatch(frame, parts.AsSpan(start, Math.Min(Batch.Size, parts.Length - start)));
            result = frame.Arena.Concat(result.Span, next.Span);
        }
        return result;
    }

    [InlineArray(Size)]
    private struct Batch
    {
        public const int Size = 16;

        private Utf8Text _first;
    }
}

/// <summary><c>$C(xy)</c>: an ANSI sequence while the output shows colours, else nothing.</summary>
internal sealed class ColourValue(Utf8Text sequence, RuntimeServices services) : ValueNode
{
    public override Value Evaluate(Frame frame) => Value.FromText(services.Log is { UsesColor: true } ? sequence : default);

    /// <summary>The sequence of a foreground and a background letter; x is the terminal's own colour, an upper-case foreground is bright.</summary>
    public static Utf8Text? Sequence(char foreground, char background)
    {
        var fore = Number(foreground);
        var back = Number(background);
        if (fore < 0 || back < 0)
            return null;
        var weight = char.IsAsciiLetterUpper(foreground) && fore != Default ? 1 : 0;
        return Utf8Text.From(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"\x1b[{weight};{30 + fore};{40 + back}m"));
    }

    private const int Default = 9;

    private static int Number(char letter) => char.ToLowerInvariant(letter) switch
    {
        's' => 0,
        'r' => 1,
        'g' => 2,
        'y' => 3,
        'b' => 4,
        'p' => 5,
        'c' => 6,
        'w' => 7,
        'x' => Default,
        _ => -1,
    };
}
