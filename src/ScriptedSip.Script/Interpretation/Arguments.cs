using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Script.Interpretation;

/// <summary>An argument of a function in the type its parameter has.</summary>
internal abstract class Argument<T>
{
    /// <summary>False when there is no such value for this message: the call is then not made and its code is -1.</summary>
    public abstract bool TryGet(Frame frame, out T value);
}

internal sealed class ConstantArgument<T>(T value) : Argument<T>
{
    /// <summary>Known at load.</summary>
    public T Value { get; } = value;

    public override bool TryGet(Frame frame, out T result)
    {
        result = Value;
        return true;
    }
}

internal sealed class NumberArgument(ValueNode source) : Argument<int>
{
    public override bool TryGet(Frame frame, out int result)
    {
        var isNumber = Conversions.TryToNumber(source.Evaluate(frame), out var number);
        result = (int)number;
        return isNumber && result == number;
    }
}

internal sealed class TextArgument(ValueNode source) : Argument<Utf8Text>
{
    public override bool TryGet(Frame frame, out Utf8Text result)
    {
        result = source.Evaluate(frame).ToText(frame.Arena);
        return true;
    }
}

internal sealed class FormatTextArgument(Format format) : Argument<Utf8Text>
{
    public override bool TryGet(Frame frame, out Utf8Text result)
    {
        result = format.Render(frame);
        return true;
    }
}

internal sealed class HeaderNameArgument(Argument<Utf8Text> name) : Argument<HeaderName>
{
    public override bool TryGet(Frame frame, out HeaderName result)
    {
        var isThere = name.TryGet(frame, out var text) && !text.IsEmpty;
        result = new HeaderName(HeaderNames.Parse(text.Span), text);
        return isThere;
    }
}

/// <summary>The number of an AVP whose name is found per message.</summary>
internal sealed class AvpNameArgument(Argument<Utf8Text> name) : Argument<int>
{
    private readonly TextCache<int> _names = new(static text => AvpList.NameOf(text));

    public override bool TryGet(Frame frame, out int result)
    {
        result = 0;
        if (!name.TryGet(frame, out var text) || text.IsEmpty)
            return false;
        result = _names.Get(text.Span);
        return true;
    }
}

/// <summary>A route named per message; an unknown name makes the call fail.</summary>
internal sealed class RouteNameArgument(Argument<Utf8Text> name, RouteIndex routes) : Argument<RouteRef?>
{
    public override bool TryGet(Frame frame, out RouteRef? result)
    {
        result = null;
        if (!name.TryGet(frame, out var text))
            return false;
        if (text.IsEmpty || text.Span.SequenceEqual("0"u8))
            return true;
        result = routes.Find(text.Span);
        return result is not null;
    }
}
