using System.Globalization;
using System.Text.Json.Nodes;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Modules.UsrLoc;

// What an operator can see and change while the program runs.
internal sealed partial class UsrLocModule
{
    private const int DefaultExpires = 3600;

    // A longer list would be of no use to anybody and hold up whoever reads it.
    private const int MostShown = 10_000;

    [ControlCommand("ul show", "[TABLE] [AOR]", "Shows the tables, the bindings of a table, or those of one address-of-record.")]
    public JsonNode? ShowBindings(IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 0)
            return new JsonObject(_tables.Select(t => KeyValuePair.Create(t.Name.ToString(), (JsonNode?)t.BindingCount)));
        var table = Find(Utf8Text.From(arguments[0]).Span) ?? throw new ControlException($"there is no table {arguments[0]}; there are: {string.Join(", ", _tables.Select(t => t.Name))}");
        var now = _host.Clock.Milliseconds;
        var found = new BindingList();
        if (arguments.Count > 1)
            table.Find(KeyOf(arguments[1]), now, found);
        var result = new JsonArray();
        if (arguments.Count > 1)
            AddTo(result, arguments[1], found, now);
        else
            table.ForEach(now, (aor, bindings) => AddTo(result, aor.ToString(), bindings, now), MostShown);
        return result;
    }

    [ControlCommand("ul add", "TABLE AOR CONTACT [EXPIRES]", "Binds a contact to an address-of-record for some seconds; 3600 when none are given, 0 for ever.")]
    public JsonNode? AddBinding(IReadOnlyList<string> arguments)
    {
        var seconds = DefaultExpires;
        if (arguments.Count > 3 && (!int.TryParse(arguments[3], NumberStyles.None, CultureInfo.InvariantCulture, out seconds) || seconds < 0))
            throw new ControlException($"'{arguments[3]}' is not a number of seconds");
        var contact = Utf8Text.From(arguments[2]);
        if (!UriParser.TryParse(contact.Span, out _))
            throw new ControlException($"'{arguments[2]}' is not a URI");
        var now = _host.Clock.Milliseconds;
        var update = new BindingUpdate();
        ref var binding = ref update.Contacts.Add();
        binding.Contact = contact;
        binding.CallId = update.CallId = Utf8Text.From($"control-{Guid.NewGuid():N}");
        binding.CSeq = update.CSeq = 1;
        binding.ExpiresAt = seconds == 0 ? Binding.Never : now + seconds * 1000L;
        binding.Q = BranchTarget.NoQ;
        binding.Methods = Binding.AllMethods;
        var outcome = Table(Utf8Text.From(arguments[0]).Span).Update(KeyOf(arguments[1]), update, now, new BindingList());
        return outcome.ToString();
    }

    [ControlCommand("ul rm", "TABLE AOR [CONTACT]", "Removes all bindings of an address-of-record, or one; shows how many there were.")]
    public JsonNode? RemoveBindings(IReadOnlyList<string> arguments)
    {
        var contact = arguments.Count > 2 ? Utf8Text.From(arguments[2]) : default;
        return Table(Utf8Text.From(arguments[0]).Span).Remove(KeyOf(arguments[1]), contact.Span, _host.Clock.Milliseconds);
    }

    // What scripts look up: user, or user@domain, in lower case, without a scheme.
    private static ReadOnlySpan<byte> KeyOf(string aor)
    {
        var key = aor.StartsWith("sip:", StringComparison.OrdinalIgnoreCase) ? aor[4..] : aor;
        return Utf8Text.From(key.ToLowerInvariant()).Span;
    }

    private static void AddTo(JsonArray result, string aor, BindingList bindings, long now)
    {
        foreach (ref readonly var binding in bindings.Items)
        {
            result.Add(new JsonObject
            {
                ["aor"] = aor,
                ["contact"] = binding.Contact.ToString(),
                ["expires"] = binding.ExpiresAt == Binding.Never ? null : (binding.ExpiresAt - now) / 1000,
                ["q"] = binding.Q == BranchTarget.NoQ ? null : binding.Q / 1000.0,
                ["received"] = binding.Received.IsEmpty ? null : binding.Received.ToString(),
                ["path"] = binding.Path.IsEmpty ? null : binding.Path.ToString(),
                ["user_agent"] = binding.UserAgent.IsEmpty ? null : binding.UserAgent.ToString(),
                ["call_id"] = binding.CallId.ToString(),
                ["cseq"] = binding.CSeq,
            });
        }
    }
}
