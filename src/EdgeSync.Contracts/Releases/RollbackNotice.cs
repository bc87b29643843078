namespace EdgeSync.Contracts.Releases;

/// <summary>Marks a release that goes back to an older bundle on purpose.</summary>
/// <param name="To">The version that it goes back to.</param>
/// <param name="Reason">Why, for people.</param>
public sealed record RollbackNotice(string To, string Reason);
