using System.Text;
using ScriptedSip.Data;
using ScriptedSip.Sip;

namespace ScriptedSip.Modules.UsrLoc;

/// <summary>Brings what other servers on the same database change into the tables in memory.</summary>
internal sealed class LocationNews(Func<IReadOnlyList<LocationTable>> tables, IClock clock) : INewsFeed
{
    /// <summary>How news about a table begin; the address-of-record follows.</summary>
    public static string PrefixOf(string table) => $"ul:{table}:";

    /// <inheritdoc/>
    public void OnNews(IReadOnlyCollection<string> news)
    {
        foreach (var table in tables())
        {
            var prefix = PrefixOf(table.Name.ToString());
            foreach (var one in news)
            {
                if (one.StartsWith(prefix, StringComparison.Ordinal))
                    table.Database!.BringIn(table, Encoding.UTF8.GetBytes(one[prefix.Length..]), clock.Milliseconds);
            }
        }
    }

    /// <inheritdoc/>
    public void OnGap(DateTime since)
    {
        foreach (var table in tables())
            table.Database!.BringIn(table, since, clock.Milliseconds);
    }
}
