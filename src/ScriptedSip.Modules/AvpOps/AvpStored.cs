using ScriptedSip.Modules.Core;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.AvpOps;

/// <summary>Whose stored AVPs: "$ru/username", "$fu/uri", "$avp(x)/uuid". Without a form a SIP URI means user and domain, anything else a uuid.</summary>
internal sealed class AvpOwner : IParsedArgument<AvpOwner>
{
    public static string Form => "of the form \"$variable\" or \"$variable/uuid\", with username, domain or uri for uuid";

    public required Format Source { get; init; }

    /// <summary>"", "uuid", "username", "domain" or "uri".</summary>
    public required string As { get; init; }

    public static AvpOwner? Parse(ArgumentText argument)
    {
        (argument.Module as AvpOpsModule)!.AsksDatabase = true;
        var slash = argument.Text.LastIndexOf('/');
        var form = slash < 0 ? "" : argument.Text[(slash + 1)..].Trim().ToLowerInvariant();
        if (form is not ("" or "uuid" or "username" or "domain" or "uri"))
            (slash, form) = (-1, "");
        var source = (slash < 0 ? argument.Text : argument.Text[..slash]).Trim();
        if (source.StartsWith("s:", StringComparison.Ordinal))
            source = source[2..];
        return source.Length == 0 ? null : new AvpOwner { Source = argument.Format(AvpValue.UriPart(source)), As = form };
    }

    /// <summary>The columns that name the owner, in the order uuid, username, domain; null for those that do not count. False when there is no owner.</summary>
    public bool TryFind(Frame frame, bool usesDomain, out string? uuid, out string? user, out string? domain)
    {
        (uuid, user, domain) = (null, null, null);
        var text = Source.Render(frame);
        if (text.IsEmpty)
            return false;
        var (uriUser, uriHost) = (UriParts.User(text), UriParts.Host(text));
        var isUri = !uriHost.IsNull;
        switch (As)
        {
            case "uuid":
            case "" when !isUri:
                uuid = text.ToString();
                return true;
            case "username":
                user = isUri ? uriUser.Text.ToString() : text.ToString();
                return user.Length > 0;
            case "domain":
                domain = isUri ? uriHost.Text.ToString() : text.ToString();
                return true;
            default:
                user = uriUser.Text.ToString();
                domain = usesDomain ? uriHost.Text.ToString() : null;
                return user.Length > 0;
        }
    }
}

/// <summary>Which stored AVPs: "$avp(name)", "s:" or "i:" for all with such names, "*" for all; with "/table" behind it those of another table.</summary>
internal sealed class AvpStored : IParsedArgument<AvpStored>
{
    public static string Form => "of the form \"$avp(name)\", \"s:\", \"i:\" or \"*\", with \"/table\" behind it or not";

    /// <summary>The AVP; 0 for all.</summary>
    public int Name { get; private init; }

    /// <summary>For all: 's' names that are texts, 'i' names that are numbers, '*' both.</summary>
    public char Kind { get; private init; }

    /// <summary>Empty for the usual table.</summary>
    public string Table { get; private init; } = "";

    public static AvpStored? Parse(ArgumentText argument)
    {
        var slash = argument.Text.LastIndexOf('/');
        var name = (slash < 0 ? argument.Text : argument.Text[..slash]).Trim();
        var table = slash < 0 ? "" : argument.Text[(slash + 1)..].Trim();
        if (!table.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
            return null;
        if (name is "*" or "" or "a" or "s:" or "s" or "i:" or "i")
            return new AvpStored { Kind = name.Length == 0 || name[0] is not ('s' or 'i') ? '*' : name[0], Table = table };
        if (name.StartsWith("s:", StringComparison.Ordinal) || name.StartsWith("i:", StringComparison.Ordinal))
            return new AvpStored { Name = AvpList.NameOf(name), Table = table };
        // $(avp(x)) is $avp(x).
        if (name.StartsWith("$(avp(", StringComparison.Ordinal) && name.EndsWith("))", StringComparison.Ordinal))
            name = "$" + name[2..^1];
        return argument.Variable(name) is { AvpName: > 0 and var number } ? new AvpStored { Name = number, Table = table } : null;
    }
}
