using System.Globalization;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Core;

/// <summary>Pseudo-variables of the server and the script run: time, process, flags, codes.</summary>
internal sealed class StateVariables : ScriptModule
{
    private const int CTimeLength = 24;

    private static readonly Value ProcessId = Number(Environment.ProcessId);
    private static readonly Value StartTime = Number(new DateTimeOffset(System.Diagnostics.Process.GetCurrentProcess().StartTime).ToUnixTimeSeconds());
    private static readonly Value NoServer = Number(0);
    private static readonly Value Version = Value.FromText(Utf8Text.From(typeof(StateVariables).Assembly.GetName().Version!.ToString(3)));

    [SipVariable("pp", "Number of this process.")]
    public Value Process(Frame frame) => ProcessId;

    [SipVariable("sid", "Number of the server among several: 0, as in a server that has been given none.")]
    public Value ServerId(Frame frame) => NoServer;

    [SipVariable("version", "Version of this program.")]
    public Value ProgramVersion(Frame frame, Utf8Text part, int index) => Version;

    [SipVariable("Ts TS", "Seconds since 1970.")]
    public Value UnixSeconds(Frame frame) => Value.FromInt(frame.Context.Clock.UtcNow.ToUnixTimeSeconds());

    [SipVariable("Tb", "Seconds since 1970 when the program was started.")]
    public Value StartSeconds(Frame frame) => StartTime;

    [SipVariable("Tf TF", "Local time as text: Thu Jan  1 00:00:00 1970.")]
    public Value LocalTime(Frame frame)
    {
        var now = frame.Context.Clock.UtcNow.ToLocalTime();
        var room = frame.Arena.Reserve(CTimeLength);
        now.TryFormat(room, out _, "ddd MMM dd HH:mm:ss yyyy", CultureInfo.InvariantCulture);
        if (room[8] == '0')
            room[8] = (byte)' ';
        return Value.FromText(frame.Arena.Commit(CTimeLength));
    }

    [SipVariable("TV", "Time in parts: s seconds, u microseconds of the second, sn and un the same read anew.")]
    public Value TimeValue(Frame frame, Utf8Text part, int index)
    {
        var now = frame.Context.Clock.UtcNow;
        if (part.IsEmpty)
            return Value.Null;
        return part.Span[0] == 'u' ? Value.FromInt(now.Ticks % TimeSpan.TicksPerSecond / 10) : Value.FromInt(now.ToUnixTimeSeconds());
    }

    [SipVariable("time", "A part of the local time: sec, min, hour, mday, mon (1 to 12), year, wday (1 Sunday), yday (1 to 366), isdst.")]
    public Value TimePart(Frame frame, Utf8Text part, int index) => TimePart(frame.Context.Clock.UtcNow.ToLocalTime(), part);

    [SipVariable("utime", "A part of the time in UTC, as $time has them.")]
    public Value UtcTimePart(Frame frame, Utf8Text part, int index) => TimePart(frame.Context.Clock.UtcNow, part);

    private static Value TimePart(DateTimeOffset now, Utf8Text part)
    {
        var text = part.Span;
        int? number = text switch
        {
            _ when text.SequenceEqual("sec"u8) => now.Second,
            _ when text.SequenceEqual("min"u8) => now.Minute,
            _ when text.SequenceEqual("hour"u8) => now.Hour,
            _ when text.SequenceEqual("mday"u8) => now.Day,
            _ when text.SequenceEqual("mon"u8) => now.Month,
            _ when text.SequenceEqual("year"u8) => now.Year,
            _ when text.SequenceEqual("wday"u8) => (int)now.DayOfWeek + 1,
            _ when text.SequenceEqual("yday"u8) => now.DayOfYear,
            _ when text.SequenceEqual("isdst"u8) => now.Offset != TimeSpan.Zero && TimeZoneInfo.Local.IsDaylightSavingTime(now) ? 1 : 0,
            _ => null,
        };
        return number is { } known ? Value.FromInt(known) : Value.Null;
    }

    [SipVariable("RANDOM", "A random number from 0 to 2147483647.")]
    public Value Random(Frame frame) => Value.FromInt((long)(frame.Context.NextRandom() >> 33));

    [SipVariable("rc retcode ?", "Code of the last command or route.")]
    public Value ReturnCode(Frame frame) => Value.FromInt(frame.ReturnCode);

    [SipVariable("mf", "Message flags as a number.", Setter = nameof(SetMessageFlags))]
    public Value MessageFlags(Frame frame) => Value.FromInt(frame.Flags);

    public bool SetMessageFlags(Frame frame, in Value value)
    {
        if (!TryGetFlags(value, out var flags))
            return false;
        frame.Flags = flags;
        return true;
    }

    [SipVariable("mF", "Message flags in hexadecimal.")]
    public Value MessageFlagsInHex(Frame frame) => Hex(frame, frame.Flags);

    [SipVariable("bf", "Branch flags as a number.", Setter = nameof(SetBranchFlags))]
    public Value BranchFlags(Frame frame) => Value.FromInt(frame.BranchFlags);

    public bool SetBranchFlags(Frame frame, in Value value)
    {
        if (!TryGetFlags(value, out var flags))
            return false;
        frame.BranchFlags = flags;
        return true;
    }

    [SipVariable("bF", "Branch flags in hexadecimal.")]
    public Value BranchFlagsInHex(Frame frame) => Hex(frame, frame.BranchFlags);

    [SipVariable("sf", "Flags of this script run as a number.", Setter = nameof(SetScriptFlags))]
    public Value ScriptFlags(Frame frame) => Value.FromInt(frame.ScriptFlags);

    public bool SetScriptFlags(Frame frame, in Value value)
    {
        if (!TryGetFlags(value, out var flags))
            return false;
        frame.ScriptFlags = flags;
        return true;
    }

    [SipVariable("sF", "Flags of this script run in hexadecimal.")]
    public Value ScriptFlagsInHex(Frame frame) => Hex(frame, frame.ScriptFlags);

    private static bool TryGetFlags(in Value value, out uint flags)
    {
        flags = (uint)value.Number;
        return value.IsInt && value.Number == flags;
    }

    private static Value Number(long number) => Value.FromBoth(number, Utf8Text.From(number.ToString(CultureInfo.InvariantCulture)));

    private static Value Hex(Frame frame, uint flags)
    {
        var room = frame.Arena.Reserve(8);
        for (var i = 7; i >= 0; i--, flags >>= 4)
            room[i] = "0123456789ABCDEF"u8[(int)(flags & 15)];
        return Value.FromText(frame.Arena.Commit(8));
    }
}
