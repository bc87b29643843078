using EdgeSync.Contracts.Plans;

namespace EdgeSync.Hq.Fleets;

/// <summary>The last question to a site where its cluster is not what should run.</summary>
/// <param name="AskedAt">When it was asked, by HQ's clock.</param>
/// <param name="AskedBy">The operator or program that asked.</param>
/// <param name="ReceivedAt">When the answer came; null without one.</param>
/// <param name="Answer">What the site signed; null until it answers.</param>
public sealed record SiteDiff(DateTimeOffset AskedAt, string AskedBy, DateTimeOffset? ReceivedAt, PlanDocument? Answer);
