namespace EdgeSync.Hq.Fleets;

/// <summary>How a site is doing at one moment.</summary>
/// <param name="Condition">The summary in one word.</param>
/// <param name="Freshness">How long ago the site was heard from.</param>
/// <param name="Explanation">One sentence that the pages show.</param>
public sealed record Assessment(Condition Condition, Freshness Freshness, string Explanation);
