using System.Reflection;
using System.Text.Json.Nodes;
using ScriptedSip.Modules;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Server.Control;

/// <summary>The commands of the control socket: those of the program and those the loaded modules declare.</summary>
/// <param name="owners">Who may have commands, asked each time: a reload brings modules.</param>
internal sealed class ControlCommands(Func<IEnumerable<object>> owners)
{
    private sealed record Entry(ControlCommandAttribute Attribute, MethodInfo Method, object Owner)
    {
        public int Least => Attribute.Arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries).Count(a => !a.StartsWith('['));

        public int Most => Attribute.Arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;

        public string Usage => $"{Attribute.Name} {Attribute.Arguments}".TrimEnd();
    }

    /// <summary>Carries out one command; whatever goes wrong is in the reply.</summary>
    /// <param name="words">The words of the command and its arguments.</param>
    public JsonObject Execute(IReadOnlyList<string> words)
    {
        try
        {
            return new JsonObject { ["ok"] = true, ["result"] = words is ["help"] ? Help() : Run(words) };
        }
        catch (ControlException refusal)
        {
            return new JsonObject { ["ok"] = false, ["error"] = refusal.Message, ["result"] = refusal.Details };
        }
        catch (Exception fault)
        {
            return new JsonObject { ["ok"] = false, ["error"] = $"the program has failed at this: {fault.Message}" };
        }
    }

    private JsonNode? Run(IReadOnlyList<string> words)
    {
        var entry = Entries().Where(e => Matches(e.Attribute.Name, words)).MaxBy(e => e.Attribute.Name.Length)
            ?? throw new ControlException(OwnerOf(words) is { } module
                ? $"the script does not load {module}, which has the command '{string.Join(' ', words)}'"
                : $"unknown command '{string.Join(' ', words)}'; help lists all");
        string[] arguments = [.. words.Skip(entry.Attribute.Name.Split(' ').Length)];
        if (arguments.Length < entry.Least || arguments.Length > entry.Most)
            throw new ControlException($"usage: {entry.Usage}");
        return entry.Method.CreateDelegate<Func<IReadOnlyList<string>, JsonNode?>>(entry.Method.IsStatic ? null : entry.Owner)(arguments);
    }

    private JsonArray Help() =>
        [.. Entries().Select(e => (e.Usage, e.Attribute.Summary)).Append(("help", "Lists the commands.")).Order()
            .Select(e => new JsonObject { ["command"] = e.Item1, ["summary"] = e.Item2 })];

    private static bool Matches(string name, IReadOnlyList<string> words)
    {
        var parts = name.Split(' ');
        return words.Count >= parts.Length && parts.SequenceEqual(words.Take(parts.Length));
    }

    // The module a script would have to load for a command.
    private static string? OwnerOf(IReadOnlyList<string> words) =>
        ModuleTable.Names.FirstOrDefault(name => Entries([ModuleTable.Create(name)!]).Any(e => Matches(e.Attribute.Name, words)));

    private IEnumerable<Entry> Entries() => Entries(owners());

    private static IEnumerable<Entry> Entries(IEnumerable<object> owners) =>
        from owner in owners
        from method in owner.GetType().GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static)
        let attribute = method.GetCustomAttribute<ControlCommandAttribute>()
        where attribute is not null
        select new Entry(attribute, method, owner);
}
