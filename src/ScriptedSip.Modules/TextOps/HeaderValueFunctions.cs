using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.TextOps;

/// <summary>Functions on single values of headers, which textops of SER 2.0 has and Kamailio's textopsx.</summary>
internal abstract class HeaderValueFunctions : ScriptModule
{
    private const RouteKinds Everywhere = RouteKinds.Request | RouteKinds.OnReply | RouteKinds.Failure | RouteKinds.Branch;

    [SipFunction("append_hf_value", Everywhere, "Adds a header line with a value behind the one that holds the value named, name[2], or behind all headers; -1 when there is no such value.")]
    public Outcome AppendValue(Frame frame, HeaderValueName name, Format value) => Outcome.From(HeaderValueEdits.Append(frame, name, value.Render(frame)));

    [SipFunction("insert_hf_value", Everywhere, "Adds a header line with a value in front of the one that holds the value named, name[2], or in front of all headers; -1 when there is no such value.")]
    public Outcome InsertValue(Frame frame, HeaderValueName name, Format value) => Outcome.From(HeaderValueEdits.Insert(frame, name, value.Render(frame)));

    [SipFunction("remove_hf_value", Everywhere, "Takes out the first value of a header, the one named, name[2], all, name[*], or a parameter, name[1].tag; 1 when there was one, else -1.")]
    public Outcome RemoveValue(Frame frame, HeaderValueName name) => Outcome.From(HeaderValueEdits.Remove(frame, name));

    [SipFunction("assign_hf_value", Everywhere, "Replaces the first value of a header, the one named, name[2], all, name[*], or the value of a parameter, name[1].tag; -1 when there is none.")]
    public Outcome AssignValue(Frame frame, HeaderValueName name, Format value) => Outcome.From(HeaderValueEdits.Assign(frame, name, value.Render(frame)));

    [SipFunction("include_hf_value", Everywhere, "Adds a value to the list a header holds, as a tag to Supported, unless the message came with it; 1.")]
    public Outcome IncludeValue(Frame frame, HeaderName name, Format value)
    {
        HeaderValueEdits.Include(frame, name, value.Render(frame));
        return Outcome.True;
    }

    [SipFunction("exclude_hf_value", Everywhere, "Takes a value out of the list a header holds; 1 when it was there, else -1.")]
    public Outcome ExcludeValue(Frame frame, HeaderName name, Format value) => Outcome.From(HeaderValueEdits.Exclude(frame, name, value.Render(frame)));

    [ResultMatters]
    [SipFunction("hf_value_exists", Everywhere, "1 when the list a header holds has this value, in any case, else -1.")]
    public Outcome ValueExists(Frame frame, HeaderName name, Format value) => Outcome.From(HeaderValueEdits.Exists(frame, name, value.Render(frame)));
}
