using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Attributes;

/// <summary>An attribute of SER 2.0 as functions name it: "$uid", "$f.uid", "$tu.uid", or with an expression, "$f./^dlg_/", several at once.</summary>
internal sealed class AttributeArgument : IParsedArgument<AttributeArgument>
{
    private static readonly string[] Classes = ["f", "t", "fr", "fu", "fd", "tr", "tu", "td", "g"];

    private int[] _toRead = [];
    private int _toWrite;
    private string? _class;
    private BytePattern? _pattern;

    public static string Form => "an attribute as \"$name\", \"$class.name\" with class f, t, fr, fu, fd, tr, tu, td or g, or \"$class./expression/\"";

    /// <summary>The class as written; null for none.</summary>
    public string? Class => _class;

    /// <summary>The name behind the class; empty for an expression.</summary>
    public string Name { get; private init; } = "";

    public static AttributeArgument? Parse(ArgumentText argument) => Parse(argument.Text, argument);

    /// <summary>The attribute a text names; null when it names none.</summary>
    public static AttributeArgument? Parse(string text, ArgumentText argument)
    {
        var name = text.Trim().TrimStart('$', '%');
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        var @class = dot > 0 && Array.IndexOf(Classes, name[..dot]) >= 0 ? name[..dot] : null;
        if (@class is not null)
            name = name[(dot + 1)..];
        if (name.Length > 2 && name[0] == '/' && name[^1] == '/')
            return argument.Pattern(name[1..^1]) is { } pattern ? new AttributeArgument { _pattern = pattern, _class = @class } : null;
        if (name.Length == 0 || !name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
            return null;
        return new AttributeArgument { Name = name, _class = @class, _toRead = [.. SerAttributes.ToRead(@class, name)], _toWrite = SerAttributes.ToWrite(@class, name) };
    }

    /// <summary>The first value there is; null for none.</summary>
    public Value Read(Frame frame)
    {
        foreach (var name in _toRead)
        {
            var value = frame.Avps.Get(name);
            if (!value.IsNull)
                return value;
        }
        return _toRead.Length == 0 ? Value.Null : frame.Script.GlobalAttributes.Get(_toRead[^1]);
    }

    /// <summary>Puts a value on top; false when it names no single attribute.</summary>
    public bool Write(Frame frame, in Value value)
    {
        if (_toWrite == 0)
            return false;
        frame.Avps.Add(_toWrite, value);
        return true;
    }

    /// <summary>Removes the attribute with all its values; true when there was one.</summary>
    public bool Remove(Frame frame)
    {
        var count = frame.Avps.Count;
        for (var i = count - 1; i >= 0; i = Math.Min(i, frame.Avps.Count) - 1)
        {
            var name = frame.Avps.At(i).Name;
            if (Matches(frame, name))
                frame.Avps.Remove(name, all: true);
        }
        return frame.Avps.Count < count;
    }

    /// <summary>Sets or clears flags of all values it stands for; true when there was one.</summary>
    public bool Mark(Frame frame, uint flags, bool isSet)
    {
        var isFound = false;
        for (var i = 0; i < frame.Avps.Count; i++)
        {
            if (!Matches(frame, frame.Avps.At(i).Name))
                continue;
            frame.Avps.MarkAt(i, flags, isSet);
            isFound = true;
        }
        return isFound;
    }

    /// <summary>True when one of the values it stands for has all the flags.</summary>
    public bool HasFlags(Frame frame, uint flags)
    {
        for (var i = 0; i < frame.Avps.Count; i++)
        {
            if (Matches(frame, frame.Avps.At(i).Name) && (frame.Avps.FlagsAt(i) & flags) == flags)
                return true;
        }
        return false;
    }

    private bool Matches(Frame frame, int avp)
    {
        if (_pattern is null)
            return Array.IndexOf(_toRead, avp) >= 0;
        var text = AvpList.TextOf(avp);
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && IsOfClass(text[..dot]) && _pattern.IsMatch(frame, Utf8Text.From(text[(dot + 1)..]).Span);
    }

    private bool IsOfClass(string @class) => _class is null || (_class.Length == 1 ? @class[0] == _class[0] : @class == _class);
}

/// <summary>A text an attribute, a select or the words themselves give: "$f.uid", "@ruri", "To".</summary>
internal sealed class SourceArgument : IParsedArgument<SourceArgument>
{
    private AttributeArgument? _attribute;
    private Format? _format;

    public static string Form => "an attribute, a select or a text";

    /// <summary>As written.</summary>
    public string Text { get; private init; } = "";

    public static SourceArgument? Parse(ArgumentText argument)
    {
        var text = argument.Text.Trim();
        if (text.StartsWith('$') && AttributeArgument.Parse(text, argument) is { } attribute)
            return new SourceArgument { Text = text, _attribute = attribute };
        return new SourceArgument { Text = text, _format = text.StartsWith('@') ? argument.PercentFormat("%" + text) : argument.PercentFormat(text) };
    }

    /// <summary>The text for this run; empty when there is none.</summary>
    public Utf8Text Read(Frame frame) => _attribute is null ? _format!.Render(frame) : _attribute.Read(frame).ToText(frame.Arena);
}

/// <summary>A text in SER's print format: "uid %$f.uid at %@ruri.host".</summary>
internal sealed class PrintedArgument : IParsedArgument<PrintedArgument>
{
    public static string Form => "a text";

    public required Format Format { get; init; }

    public static PrintedArgument? Parse(ArgumentText argument) => new() { Format = argument.PercentFormat(argument.Text) };
}
