namespace EdgeSync.Hq.Fleets;

/// <summary>What a site's state means at one moment.</summary>
/// <param name="Condition">The one word.</param>
/// <param name="Freshness">How old the last word is.</param>
/// <param name="Explanation">One sentence for people.</param>
public sealed record Assessment(Condition Condition, Freshness Freshness, string Explanation);
