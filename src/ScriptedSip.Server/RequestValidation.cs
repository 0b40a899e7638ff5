using ScriptedSip.Modules.Core;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip;
using ScriptedSip.Sip.Messages;
using ScriptedSip.Sip.Transactions;
using UriParser = ScriptedSip.Sip.Parsing.UriParser;

namespace ScriptedSip.Server;

/// <summary>
/// What a proxy refuses whatever its script says (RFC 3261 16.3): a Request-URI it cannot understand, a loop, an extension it is required to have and
/// has not. Max-Forwards is the script's.
/// </summary>
internal sealed class RequestValidation(ModuleHost host)
{
    private readonly TransactionEngine _transactions = host.Transactions;
    private IProxyExtensions? _extensions;

    /// <summary>Looks up what the loaded modules export; once, when all have been started.</summary>
    public void Attach() => _extensions = host.Import<IProxyExtensions>();

    /// <summary>True when the script may have the request; else the status and whole header lines to answer with.</summary>
    public bool Accepts(ScriptContext context, SipMessage request, out int code, out Utf8Text headers)
    {
        headers = default;
        code = 0;
        if (!UnderstandsScheme(request[request.RequestUri]))
            code = 416;
        // 8.2.2.3: in ACK and CANCEL Proxy-Require must be ignored. Nor is there anything to compare: they follow their request.
        else if (request.Method is SipMethod.Ack or SipMethod.Cancel)
            return true;
        else if (_transactions.HasLooped(context, request))
            code = 482;
        else if (request.Has(HeaderId.ProxyRequire) && ListUnsupported(context, request, out headers))
            code = 420;
        return code == 0;
    }

    // RFC 3261 16.3, step 2. Services (RFC 5031) are names a script may route by.
    private static bool UnderstandsScheme(ReadOnlySpan<byte> uri) =>
        uri.StartsWith("sip:"u8) || (UriParser.TryParse(uri, out var parts)
            && (parts.Scheme != UriScheme.Other || System.Text.Ascii.EqualsIgnoreCase(parts.SchemeText.In(uri), "urn"u8)));

    // Step 5: the answer names every option tag that is not understood.
    private bool ListUnsupported(ScriptContext context, SipMessage request, out Utf8Text header)
    {
        // "a,a," becomes "a, a, ": never more than twice as long.
        var writer = new SpanWriter(context.Arena.Reserve((2 * request.Length) + 32));
        writer.Write("Unsupported: "u8);
        var start = writer.Length;
        for (var row = request.First(HeaderId.ProxyRequire); row >= 0; row = request.Header(row).NextSame)
        {
            foreach (var part in request[request.Header(row).Value].Split((byte)','))
            {
                var tag = request[request.Header(row).Value][part].Trim(" \t\r\n"u8);
                if (tag.IsEmpty || _extensions?.Supports(tag) == true)
                    continue;
                writer.Write(writer.Length == start ? default : ", "u8);
                writer.Write(tag);
            }
        }
        var isAny = writer.Length > start;
        writer.Write("\r\n"u8);
        header = isAny ? context.Arena.Commit(writer.Length) : default;
        return isAny;
    }
}
