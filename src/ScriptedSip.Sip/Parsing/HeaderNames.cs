using System.Text;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Sip.Parsing;

/// <summary>Header field names and compact letters (RFC 3261 7.3.3 and the registries of its extensions) to <see cref="HeaderId"/> and back.</summary>
public static class HeaderNames
{
    /// <summary>The id of a field name, full or compact, in any case; <see cref="HeaderId.Other"/> when unknown.</summary>
    public static HeaderId Parse(ReadOnlySpan<byte> name) => Ascii.EqualsIgnoreCase(name, "via"u8) ? HeaderId.Via : HeaderId.Other;
}
