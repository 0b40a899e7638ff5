using System.Buffers.Text;
using System.Runtime.CompilerServices;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Script.Api;

/// <summary>Which forms a value has.</summary>
[Flags]
public enum ValueKinds : byte
{
    Null = 0,
    Int = 1,
    Text = 2,

    /// <summary>Both forms, like <c>$rs</c> or <c>$rp</c>: compares with either.</summary>
    Both = Int | Text,
}

/// <summary>A value of the script: nothing, a number, text, or a number that also has its text. No allocation.</summary>
public readonly struct Value
{
    private readonly Utf8Text _text;
    private readonly long _number;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Value(ValueKinds kind, Utf8Text text, long number)
    {
        _text = text;
        _number = number;
        Kind = kind;
    }

    /// <summary>No value: a missing header, an unset AVP.</summary>
    public static Value Null => default;

    public ValueKinds Kind { get; }

    public bool IsNull => Kind == ValueKinds.Null;

    /// <summary>True when the value has a number form.</summary>
    public bool IsInt => (Kind & ValueKinds.Int) != 0;

    /// <summary>True when the value has a text form.</summary>
    public bool IsText => (Kind & ValueKinds.Text) != 0;

    /// <summary>The number; 0 when there is none.</summary>
    public long Number => _number;

    /// <summary>The text form; empty when there is none.</summary>
    public Utf8Text Text => _text;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Value FromInt(long number) => new(ValueKinds.Int, default, number);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Value FromText(Utf8Text text) => new(ValueKinds.Text, text, 0);

    /// <summary>A number together with the text it is written as.</summary>
    public static Value FromBoth(long number, Utf8Text text) => new(ValueKinds.Both, text, number);

    /// <summary>Text, or null when the part is absent.</summary>
    public static Value FromSlice(SipMessage message, Slice slice) => slice.IsPresent ? FromText(message.Text(slice)) : Null;

    /// <summary>The text of the value; a bare number is formatted into the arena; null gives empty text.</summary>
    public Utf8Text ToText(Arena arena)
    {
        if (Kind != ValueKinds.Int)
            return _text;
        var room = arena.Reserve(20);
        Utf8Formatter.TryFormat(_number, room, out var written);
        return arena.Commit(written);
    }

    /// <summary>The text as a decimal integer with optional sign, surrounding white space not allowed; false when it is not one.</summary>
    public static bool TryParseInt(ReadOnlySpan<byte> text, out long number) =>
        Utf8Parser.TryParse(text, out number, out var consumed) && consumed == text.Length;

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        ValueKinds.Null => "<null>",
        ValueKinds.Int => _number.ToString(System.Globalization.CultureInfo.InvariantCulture),
        _ => _text.ToString(),
    };
}
