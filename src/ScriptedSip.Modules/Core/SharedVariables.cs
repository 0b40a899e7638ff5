using System.Collections.Concurrent;
using System.Text;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Core;

/// <summary>Sets variables of the whole program before the first message.</summary>
internal interface ISharedVariables
{
    /// <summary>Takes a start value in the form of modparam shvset: name=i:5, name=s:text; false for another form.</summary>
    bool TryDefine(string definition);
}

/// <summary>The <c>$shv(name)</c> variable: a number or text that all messages share, until the program ends.</summary>
internal sealed class SharedVariables : ScriptModule, ISharedVariables
{
    // A value is replaced whole, so that a reader never sees half of one.
    private sealed record Cell(Value Value);

    private readonly ConcurrentDictionary<int, Cell> _cells = new();

    public override void Start(ModuleHost host) => host.Export<ISharedVariables>(this);

    [SipVariable("shv", "A variable all messages share; 0 before it is set, null after it was taken away.", InternArgument = true, Setter = nameof(Set))]
    public Value Get(Frame frame, int name, int index) => _cells.TryGetValue(name, out var cell) ? cell.Value : Value.FromInt(0);

    public bool Set(Frame frame, int name, int index, AssignKind kind, in Value value)
    {
        // The text of a message is gone when the message is.
        _cells[name] = new Cell(value.IsText ? Copy(value) : value);
        return true;
    }

    public bool TryDefine(string definition)
    {
        var equals = definition.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0 || definition.Length < equals + 3 || definition[equals + 2] != ':')
            return false;
        var name = AvpList.NameOf(definition[..equals].Trim());
        var text = definition[(equals + 3)..];
        switch (definition[equals + 1])
        {
            case 'i' when int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number):
                _cells[name] = new Cell(Value.FromInt(number));
                return true;
            case 's':
                _cells[name] = new Cell(Value.FromText(new Utf8Text(Encoding.UTF8.GetBytes(text))));
                return true;
            default:
                return false;
        }
    }

    private static Value Copy(in Value value)
    {
        var text = Utf8Text.CopyOf(value.Text.Span);
        return value.IsInt ? Value.FromBoth(value.Number, text) : Value.FromText(text);
    }
}
