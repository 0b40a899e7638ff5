using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Uac;

/// <summary>Display names as a script gives them, made into what may stand in a header (RFC 3261 25.1).</summary>
internal static class DisplayName
{
    private static readonly System.Buffers.SearchValues<byte> Plain =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.!%*_+`'~ "u8);

    /// <summary>A quoted string and words stay as they are, anything else is quoted; false when it holds a line end.</summary>
    public static bool TryWrite(Arena arena, ReadOnlySpan<byte> name, out Utf8Text result)
    {
        result = default;
        if (name.ContainsAny("\r\n\0"u8))
            return false;
        if (!name.ContainsAnyExcept(Plain) || IsQuoted(name))
        {
            result = arena.Copy(name);
            return true;
        }
        var writer = new SpanWriter(arena.Reserve((name.Length * 2) + 2));
        writer.Write((byte)'"');
        foreach (var letter in name)
        {
            if (letter is (byte)'"' or (byte)'\\')
                writer.Write((byte)'\\');
            writer.Write(letter);
        }
        writer.Write((byte)'"');
        result = arena.Commit(writer.Length);
        return true;
    }

    private static bool IsQuoted(ReadOnlySpan<byte> name)
    {
        if (name.Length < 2 || name[0] != '"')
            return false;
        var at = 1;
        while (at < name.Length && name[at] != '"')
            at += name[at] == '\\' ? 2 : 1;
        return at == name.Length - 1;
    }
}
