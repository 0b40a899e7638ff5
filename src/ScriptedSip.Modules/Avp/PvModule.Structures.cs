using System.Text;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Avp;

/// <content>What pv does with structured AVPs as a whole (Kamailio, README of pv).</content>
internal sealed partial class PvModule
{
    private ScriptLog _log = null!;

    public override void Start(ModuleHost host) => _log = host.Log;

    [SipFunction("pv_xavp_print", RouteKinds.Any, "Prints all $xavp at information level; 1.")]
    public Outcome PrintStacked(Frame frame) => Print(frame, StructuredFamily.Stacked, "xavp");

    [SipFunction("pv_xavu_print", RouteKinds.Any, "Prints all $xavu at information level; 1.")]
    public Outcome PrintUnique(Frame frame) => Print(frame, StructuredFamily.Unique, "xavu");

    [SipFunction("pv_xavi_print", RouteKinds.Any, "Prints all $xavi at information level; 1.")]
    public Outcome PrintIgnoringCase(Frame frame) => Print(frame, StructuredFamily.IgnoringCase, "xavi");

    [SipFunction("xavp_params_explode", RouteKinds.Any, "Makes a new $xavp(name) with a field for each of name=value;name=value; -1 when the text has none.")]
    public Outcome ExplodeStacked(Frame frame, Utf8Text parameters, Utf8Text name) => Explode(frame, StructuredFamily.Stacked, parameters, name);

    [SipFunction("xavu_params_explode", RouteKinds.Any, "Makes $xavu(name) anew with a field for each of name=value;name=value; -1 when the text has none.")]
    public Outcome ExplodeUnique(Frame frame, Utf8Text parameters, Utf8Text name) => Explode(frame, StructuredFamily.Unique, parameters, name);

    [SipFunction("xavp_params_implode", RouteKinds.Any, "Puts the fields of the last $xavp(name) into a variable as name=value;, in the order they were made; -1 when there are none.")]
    public Outcome ImplodeStacked(Frame frame, Utf8Text name, VariableRef result) => Implode(frame, StructuredFamily.Stacked, name, result);

    [SipFunction("xavu_params_implode", RouteKinds.Any, "The same with the fields of $xavu(name).")]
    public Outcome ImplodeUnique(Frame frame, Utf8Text name, VariableRef result) => Implode(frame, StructuredFamily.Unique, name, result);

    [SipFunction("xavp_slist_explode", RouteKinds.Any, "Makes a new $xavp(name) with the items of a list as values of its field v, the first item as v[0]; mode t leaves out blanks around items.")]
    public Outcome ExplodeList(Frame frame, Utf8Text list, Utf8Text separator, Utf8Text mode, Utf8Text name)
    {
        if (list.IsEmpty || separator.IsEmpty || name.IsEmpty)
            return Outcome.False;
        var structures = frame.Avps.Structures;
        var place = structures.PushList(StructuredAvps.RootOf(StructuredFamily.Stacked), name.Span);
        var trims = mode.Span.Contains((byte)'t');
        for (var rest = list.Span; ;)
        {
            var at = rest.LastIndexOf(separator.Span[0]);
            var item = rest[(at + 1)..];
            if (trims)
                item = item.Trim(" \t\r\n"u8);
            structures.Push(place, "v"u8, Value.FromText(frame.Arena.Copy(item)));
            if (at < 0)
                return Outcome.True;
            rest = rest[..at];
        }
    }

    [SipFunction("xavp_rm", RouteKinds.Any, "Removes the last $xavp(name); -1 when there is none.")]
    public Outcome RemoveStacked(Frame frame, Utf8Text name) => Remove(frame, StructuredFamily.Stacked, name);

    [SipFunction("xavi_rm", RouteKinds.Any, "Removes the last $xavi(name); -1 when there is none.")]
    public Outcome RemoveIgnoringCase(Frame frame, Utf8Text name) => Remove(frame, StructuredFamily.IgnoringCase, name);

    [SipFunction("xavp_child_seti", RouteKinds.Any, "Makes a field of the last $xavp(name), which is made when there is none, that number.")]
    public Outcome SetNumber(Frame frame, Utf8Text name, Utf8Text field, int number) => SetField(frame, StructuredFamily.Stacked, name, field, Value.FromInt(number));

    [SipFunction("xavp_child_sets", RouteKinds.Any, "Makes a field of the last $xavp(name), which is made when there is none, that text.")]
    public Outcome SetText(Frame frame, Utf8Text name, Utf8Text field, Utf8Text text) => SetField(frame, StructuredFamily.Stacked, name, field, Value.FromText(text));

    [SipFunction("xavp_child_rm", RouteKinds.Any, "Removes a field of the last $xavp(name); -1 when there is none.")]
    public Outcome RemoveField(Frame frame, Utf8Text name, Utf8Text field) => RemoveField(frame, StructuredFamily.Stacked, name, field);

    [SipFunction("xavi_child_seti", RouteKinds.Any, "Makes a field of the last $xavi(name), which is made when there is none, that number.")]
    public Outcome SetNumberIgnoringCase(Frame frame, Utf8Text name, Utf8Text field, int number) =>
        SetField(frame, StructuredFamily.IgnoringCase, name, field, Value.FromInt(number));

    [SipFunction("xavi_child_sets", RouteKinds.Any, "Makes a field of the last $xavi(name), which is made when there is none, that text.")]
    public Outcome SetTextIgnoringCase(Frame frame, Utf8Text name, Utf8Text field, Utf8Text text) =>
        SetField(frame, StructuredFamily.IgnoringCase, name, field, Value.FromText(text));

    [SipFunction("xavi_child_rm", RouteKinds.Any, "Removes a field of the last $xavi(name); -1 when there is none.")]
    public Outcome RemoveFieldIgnoringCase(Frame frame, Utf8Text name, Utf8Text field) => RemoveField(frame, StructuredFamily.IgnoringCase, name, field);

    [SipFunction("xavp_copy", RouteKinds.Any, "Makes a new $xavp under another name with a copy of the fields of $xavp(name[index]); -1 when there is none.")]
    public Outcome Copy(Frame frame, Utf8Text from, int index, Utf8Text to)
    {
        var structures = frame.Avps.Structures;
        var root = StructuredAvps.RootOf(StructuredFamily.Stacked);
        var source = structures.Find(root, from.Span, index, ignoresCase: false);
        if (source == StructuredAvps.None || !structures.IsList(source))
            return Outcome.False;
        structures.CopyList(source, structures.PushList(root, to.Span));
        return Outcome.True;
    }

    private Outcome Print(Frame frame, StructuredFamily family, string title)
    {
        if (_log.IsEnabled(LogLevel.Info) && frame.Avps.HasStructures)
            Print(frame.Avps.Structures, StructuredAvps.RootOf(family), "$" + title + "(");
        return Outcome.True;
    }

    private void Print(StructuredAvps structures, int list, string prefix)
    {
        for (var place = structures.FirstOf(list); place != StructuredAvps.None; place = structures.NextOf(place))
        {
            var name = $"{prefix}{structures.NameOf(place)}";
            if (structures.IsList(place))
                Print(structures, place, name + "=>");
            else
                _log.WriteScript(LogLevel.Info, Encoding.UTF8.GetBytes($"{name}) = {structures.ValueOf(place)}\n"));
        }
    }

    private static Outcome Explode(Frame frame, StructuredFamily family, Utf8Text parameters, Utf8Text name)
    {
        var structures = frame.Avps.Structures;
        var root = StructuredAvps.RootOf(family);
        if (parameters.IsEmpty || name.IsEmpty)
            return Outcome.False;
        if (family == StructuredFamily.Unique)
            structures.RemoveAll(root, name.Span, ignoresCase: false);
        var place = structures.PushList(root, name.Span);
        for (var rest = parameters.Span; !rest.IsEmpty;)
        {
            var end = rest.IndexOf((byte)';');
            var item = (end < 0 ? rest : rest[..end]).Trim(" \t\r\n"u8);
            rest = end < 0 ? default : rest[(end + 1)..];
            if (item.IsEmpty)
                continue;
            var equals = item.IndexOf((byte)'=');
            var field = (equals < 0 ? item : item[..equals]).TrimEnd(" \t"u8);
            var value = equals < 0 ? default : item[(equals + 1)..].TrimStart(" \t"u8);
            if (value.Length > 1 && value[0] == '"' && value[^1] == '"')
                value = value[1..^1];
            structures.Push(place, field, Value.FromText(frame.Arena.Copy(value)));
        }
        return Outcome.True;
    }

    private static Outcome Implode(Frame frame, StructuredFamily family, Utf8Text name, VariableRef result)
    {
        var structures = frame.Avps.Structures;
        var list = structures.Find(StructuredAvps.RootOf(family), name.Span, 0, ignoresCase: false);
        if (list == StructuredAvps.None || !structures.IsList(list) || structures.FirstOf(list) == StructuredAvps.None)
            return Outcome.False;
        var length = 0;
        var count = 0;
        for (var place = structures.FirstOf(list); place != StructuredAvps.None; place = structures.NextOf(place), count++)
            length += structures.NameOf(place).Length + structures.ValueOf(place).Text.Length + 24;
        var writer = new SpanWriter(frame.Arena.Reserve(length));
        for (; count > 0; count--)
        {
            var place = structures.FirstOf(list);
            for (var i = 1; i < count; i++)
                place = structures.NextOf(place);
            var value = structures.ValueOf(place);
            if (value.IsNull)
                continue;
            writer.Write(structures.NameOf(place));
            writer.Write((byte)'=');
            if (value.IsText)
                writer.Write(value.Text);
            else
                writer.Write(value.Number);
            writer.Write((byte)';');
        }
        return Outcome.From(result.Set(frame, AssignKind.Replace, Value.FromText(frame.Arena.Commit(writer.Length))));
    }

    private static Outcome Remove(Frame frame, StructuredFamily family, Utf8Text name)
    {
        var structures = frame.Avps.Structures;
        var root = StructuredAvps.RootOf(family);
        return Outcome.From(structures.Remove(root, structures.Find(root, name.Span, 0, family == StructuredFamily.IgnoringCase)));
    }

    private static Outcome SetField(Frame frame, StructuredFamily family, Utf8Text name, Utf8Text field, in Value value)
    {
        var structures = frame.Avps.Structures;
        var root = StructuredAvps.RootOf(family);
        var ignoresCase = family == StructuredFamily.IgnoringCase;
        var list = structures.Find(root, name.Span, 0, ignoresCase);
        if (list == StructuredAvps.None)
            list = structures.PushList(root, name.Span);
        else
            structures.MakeList(list);
        var place = structures.Find(list, field.Span, 0, ignoresCase);
        if (place == StructuredAvps.None)
            structures.Push(list, field.Span, value);
        else
            structures.Set(place, value);
        return Outcome.True;
    }

    private static Outcome RemoveField(Frame frame, StructuredFamily family, Utf8Text name, Utf8Text field)
    {
        var structures = frame.Avps.Structures;
        var ignoresCase = family == StructuredFamily.IgnoringCase;
        var list = structures.Find(StructuredAvps.RootOf(family), name.Span, 0, ignoresCase);
        return Outcome.From(list != StructuredAvps.None && structures.IsList(list) && structures.Remove(list, structures.Find(list, field.Span, 0, ignoresCase)));
    }
}
