using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScriptedSip.Server.Control;

/// <summary>The other end of the control socket: <c>scriptedsip ctl</c>.</summary>
internal static class ControlClient
{
    private const int LongestReply = int.MaxValue;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Sends a command to a running program and prints what it says. The exit code.</summary>
    public static int Run(string path, IReadOnlyList<string> words)
    {
        JsonNode? reply;
        try
        {
            reply = AskAsync(path, words).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ArgumentException or JsonException)
        {
            Console.Error.WriteLine($"scriptedsip: no answer at {path}: {e.Message}; is the program running? --ctl PATH says where its control socket is");
            return Commands.CannotStart;
        }
        var result = reply?["result"];
        if (reply?["ok"]?.GetValue<bool>() == true)
        {
            Console.WriteLine(result is JsonValue value && value.TryGetValue<string>(out var text) ? text : result?.ToJsonString(Readable) ?? "done");
            return Commands.Done;
        }
        foreach (var line in result as JsonArray ?? [])
            Console.Error.WriteLine(line);
        Console.Error.WriteLine($"scriptedsip: {reply?["error"]?.GetValue<string>() ?? "the program has closed the connection"}");
        return Commands.ScriptMistakes;
    }

    private static async Task<JsonNode?> AskAsync(string path, IReadOnlyList<string> words)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using var deadline = new CancellationTokenSource(Patience);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), deadline.Token).ConfigureAwait(false);
        await ControlProtocol.WriteLineAsync(socket, new JsonObject { ["command"] = new JsonArray([.. words.Select(w => JsonValue.Create(w))]) }, deadline.Token).ConfigureAwait(false);
        return await ControlProtocol.ReadLineAsync(socket, LongestReply, deadline.Token).ConfigureAwait(false) is { } line ? JsonNode.Parse(line) : null;
    }
}
