using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScriptedSip.Server.Control;

/// <summary>What goes over the control socket: a line of JSON each way, <c>{"command":["ul","show"]}</c> and <c>{"ok":true,"result":…}</c>.</summary>
internal static class ControlProtocol
{
    /// <summary>The longest request, in bytes.</summary>
    public const int LongestRequest = 64 * 1024;

    /// <summary>Reads up to the end of a line; null when the peer closes before, or says more than <paramref name="most"/> bytes.</summary>
    public static async Task<string?> ReadLineAsync(Socket socket, int most, CancellationToken cancel)
    {
        var line = new MemoryStream();
        var chunk = new byte[4096];
        while (line.Length <= most)
        {
            var count = await socket.ReceiveAsync(chunk, SocketFlags.None, cancel).ConfigureAwait(false);
            if (count == 0)
                return null;
            var end = Array.IndexOf(chunk, (byte)'\n', 0, count);
            line.Write(chunk, 0, end < 0 ? count : end);
            if (end >= 0)
                return Encoding.UTF8.GetString(line.GetBuffer(), 0, (int)line.Length);
        }
        return null;
    }

    public static async Task WriteLineAsync(Socket socket, JsonObject message, CancellationToken cancel)
    {
        var left = new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(message.ToJsonString() + "\n"));
        while (!left.IsEmpty)
            left = left[await socket.SendAsync(left, SocketFlags.None, cancel).ConfigureAwait(false)..];
    }

    /// <summary>The words of a request; null when it is none.</summary>
    public static IReadOnlyList<string>? WordsOf(string line)
    {
        try
        {
            return JsonNode.Parse(line) is JsonObject request && request["command"] is JsonArray { Count: > 0 } words ? [.. words.Select(w => w!.GetValue<string>())] : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException or ArgumentException)
        {
            return null;
        }
    }
}
