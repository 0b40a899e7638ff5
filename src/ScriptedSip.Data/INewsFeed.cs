namespace ScriptedSip.Data;

/// <summary>What other programs on a shared database say about their changes. Called on a thread of the feed, which may wait.</summary>
public interface INewsFeed
{
    /// <summary>Another program has made changes durable: what their <see cref="Change.News"/> say.</summary>
    void OnNews(IReadOnlyCollection<string> news);

    /// <summary>News may have been missed since a time: at the start, after an outage, and every few seconds to be sure.</summary>
    void OnGap(DateTime since);
}
