using System.Text;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Core;

/// <summary>Reads ";name=value;name" lists (RFC 3261 25.1 generic-param), quoted values without their quotes.</summary>
public static class ParameterList
{
    /// <summary>
    /// The value of the first parameter of that name, without regard to case; empty at the name's end for one without a value, absent when missing.
    /// </summary>
    public static Slice Find(ReadOnlySpan<byte> list, ReadOnlySpan<byte> name, byte separator = (byte)';')
    {
        var at = 0;
        while (at < list.Length)
        {
            while (at < list.Length && (list[at] == separator || IsBlank(list[at])))
                at++;
            var nameStart = at;
            while (at < list.Length && list[at] != '=' && list[at] != separator && !IsBlank(list[at]))
                at++;
            var isWanted = Ascii.EqualsIgnoreCase(list[nameStart..at], name);
            var nameEnd = at;
            at = SkipBlanks(list, at);
            var value = new Slice(nameEnd, 0);
            if (at < list.Length && list[at] == '=')
                value = ReadValue(list, SkipBlanks(list, at + 1), separator, out at);
            if (isWanted)
                return value;
            var next = list[at..].IndexOf(separator);
            if (next < 0)
                break;
            at += next;
        }
        return Slice.None;
    }

    private static Slice ReadValue(ReadOnlySpan<byte> list, int at, byte separator, out int end)
    {
        if (at < list.Length && list[at] == '"')
        {
            var close = at + 1;
            while (close < list.Length && list[close] != '"')
                close += list[close] == '\\' ? 2 : 1;
            close = Math.Min(close, list.Length);
            end = Math.Min(close + 1, list.Length);
            return Slice.Between(at + 1, close);
        }
        end = at;
        while (end < list.Length && list[end] != separator && !IsBlank(list[end]))
            end++;
        return Slice.Between(at, end);
    }

    private static int SkipBlanks(ReadOnlySpan<byte> list, int at)
    {
        while (at < list.Length && IsBlank(list[at]))
            at++;
        return at;
    }

    private static bool IsBlank(byte value) => value is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';
}
