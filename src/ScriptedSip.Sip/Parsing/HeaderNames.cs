using System.Text;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Sip.Parsing;

/// <summary>Header field names and compact letters (RFC 3261 7.3.3 and the registries of its extensions) to <see cref="HeaderId"/> and back.</summary>
public static class HeaderNames
{
    private const int SlotCount = 256;

    private static readonly byte[][] Names = Spellings();
    private static readonly HeaderId[] Letters = CompactLetters();
    private static readonly HeaderId[] Slots = Hashed();

    /// <summary>The id of a field name, full or compact, in any case; <see cref="HeaderId.Other"/> when unknown.</summary>
    public static HeaderId Parse(ReadOnlySpan<byte> name)
    {
        if (name.Length <= 1)
            return name.Length == 1 && (name[0] | 0x20) is >= 'a' and <= 'z' ? Letters[(name[0] | 0x20) - 'a'] : HeaderId.Other;
        for (var slot = Hash(name); ; slot = (slot + 1) % SlotCount)
        {
            var id = Slots[slot];
            if (id == HeaderId.Other || SipChars.IsName(name, Names[(int)id]))
                return id;
        }
    }

    /// <summary>The name in the spelling of its RFC; empty for <see cref="HeaderId.Other"/>.</summary>
    public static ReadOnlySpan<byte> NameOf(HeaderId id) => Names[(int)id];

    /// <summary>Length and the folded first and last letters tell nearly all names apart.</summary>
    private static int Hash(ReadOnlySpan<byte> name) =>
        ((name.Length * 11) + ((name[0] | 0x20) * 7) + ((name[^1] | 0x20) * 31)) % SlotCount;

    private static HeaderId[] Hashed()
    {
        var slots = new HeaderId[SlotCount];
        for (var id = HeaderId.Other + 1; id < HeaderId.Count; id++)
        {
            var slot = Hash(Names[(int)id]);
            while (slots[slot] != HeaderId.Other)
                slot = (slot + 1) % SlotCount;
            slots[slot] = id;
        }
        return slots;
    }

    private static HeaderId[] CompactLetters()
    {
        var letters = new HeaderId[26];
        foreach (var (letter, id) in new[]
        {
            ('v', HeaderId.Via), ('f', HeaderId.From), ('t', HeaderId.To), ('i', HeaderId.CallId), ('m', HeaderId.Contact),
            ('l', HeaderId.ContentLength), ('c', HeaderId.ContentType), ('e', HeaderId.ContentEncoding), ('k', HeaderId.Supported),
            ('s', HeaderId.Subject), ('o', HeaderId.Event), ('r', HeaderId.ReferTo), ('b', HeaderId.ReferredBy),
            ('x', HeaderId.SessionExpires), ('y', HeaderId.Identity),
        })
        {
            letters[letter - 'a'] = id;
        }
        return letters;
    }

    /// <summary>Most names are their enum member with a hyphen before each inner capital; the table holds the others.</summary>
    private static byte[][] Spellings()
    {
        var names = new byte[(int)HeaderId.Count][];
        names[0] = [];
        for (var id = HeaderId.Other + 1; id < HeaderId.Count; id++)
            names[(int)id] = Encoding.ASCII.GetBytes(Irregular(id) ?? Hyphenated(id.ToString()));
        return names;
    }

    private static string? Irregular(HeaderId id) => id switch
    {
        HeaderId.CallId => "Call-ID",
        HeaderId.CSeq => "CSeq",
        HeaderId.WwwAuthenticate => "WWW-Authenticate",
        HeaderId.MinSE => "Min-SE",
        HeaderId.RemotePartyId => "Remote-Party-ID",
        HeaderId.MimeVersion => "MIME-Version",
        HeaderId.SipIfMatch => "SIP-If-Match",
        HeaderId.SipETag => "SIP-ETag",
        HeaderId.RSeq => "RSeq",
        HeaderId.RAck => "RAck",
        _ => null,
    };

    private static string Hyphenated(string member)
    {
        var name = new StringBuilder();
        foreach (var letter in member)
        {
            if (name.Length > 0 && char.IsAsciiLetterUpper(letter))
                name.Append('-');
            name.Append(letter);
        }
        return name.ToString();
    }
}
