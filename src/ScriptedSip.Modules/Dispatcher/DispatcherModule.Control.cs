using System.Globalization;
using System.Text.Json.Nodes;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.Dispatcher;

// What an operator can see and change while the program runs.
internal sealed partial class DispatcherModule
{
    [ControlCommand("ds list", "[SET]", "Shows the destinations, all or of one set, with their states.")]
    public JsonNode? ShowDestinations(IReadOnlyList<string> arguments)
    {
        var result = new JsonArray();
        foreach (var set in List.Sets.Values.OrderBy(s => s.Id).Where(s => arguments.Count == 0 || s.Id == SetNumber(arguments[0])))
        {
            foreach (var destination in set.All)
            {
                result.Add(new JsonObject
                {
                    ["set"] = set.Id,
                    ["uri"] = destination.Uri.ToString(),
                    ["state"] = destination.State.ToString(),
                    ["priority"] = destination.Priority,
                    ["attributes"] = destination.Attributes.ToString(),
                });
            }
        }
        return result;
    }

    [ControlCommand("ds reload", "", "Reads the list or the table again; states of known destinations stay.")]
    public JsonNode? ReloadDestinations(IReadOnlyList<string> arguments)
    {
        if (TryPut(_database is null ? ReadFile : () => ReadTable(_database)) is { } mistake)
            throw new ControlException($"the list cannot be read, the old one stays: {mistake}");
        return List.Sets.Values.Sum(s => s.All.Length);
    }

    [ControlCommand("ds state", "SET URI STATE", "Sets the state of a destination: active, inactive, probing or disabled.")]
    public JsonNode? SetDestinationState(IReadOnlyList<string> arguments)
    {
        if (!Enum.TryParse<DestinationState>(arguments[2], ignoreCase: true, out var state) || char.IsAsciiDigit(arguments[2][0]))
            throw new ControlException($"'{arguments[2]}' is no state; active, inactive, probing and disabled are");
        var destination = List.Sets.TryGetValue(SetNumber(arguments[0]), out var set) ? Array.Find(set.All, d => d.Uri.ToString() == arguments[1]) : null;
        if (destination is null)
            throw new ControlException($"set {arguments[0]} has no destination {arguments[1]}");
        destination.State = state == DestinationState.Probing ? DestinationState.Inactive | DestinationState.Probing : state;
        return destination.State.ToString();
    }

    private static int SetNumber(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new ControlException($"'{text}' is not the number of a set");
}
