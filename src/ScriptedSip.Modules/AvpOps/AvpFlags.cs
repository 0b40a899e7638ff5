namespace ScriptedSip.Modules.AvpOps;

/// <summary>The letters behind the last slash of an argument.</summary>
[Flags]
internal enum AvpFlags
{
    None = 0,

    /// <summary>g: all values of the name, not just the newest.</summary>
    All = 1,

    /// <summary>d: the source is deleted afterwards.</summary>
    Delete = 2,

    /// <summary>n: a number; where values are copied, they become numbers.</summary>
    Number = 4,

    /// <summary>s: a text; where values are copied, they become texts.</summary>
    Text = 8,

    /// <summary>e: empty.</summary>
    Empty = 16,

    /// <summary>i: the case of letters is ignored.</summary>
    IgnoreCase = 32,
}

/// <summary>Reads flags.</summary>
internal static class AvpFlagLetters
{
    /// <summary>False when one of the letters is none of <paramref name="allowed"/>.</summary>
    public static bool TryParse(string letters, AvpFlags allowed, out AvpFlags flags)
    {
        flags = AvpFlags.None;
        foreach (var letter in letters.Trim())
        {
            var flag = char.ToLowerInvariant(letter) switch
            {
                'g' => AvpFlags.All,
                'd' => AvpFlags.Delete,
                'n' => AvpFlags.Number,
                's' => AvpFlags.Text,
                'e' => AvpFlags.Empty,
                'i' => AvpFlags.IgnoreCase,
                _ => AvpFlags.None,
            };
            if (flag == AvpFlags.None || (flag & ~allowed) != 0)
                return false;
            flags |= flag;
        }
        return true;
    }
}
