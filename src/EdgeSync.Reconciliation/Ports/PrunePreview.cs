namespace EdgeSync.Reconciliation.Ports;

/// <summary>What activating a bundle would delete.</summary>
/// <param name="Subjects">The objects.</param>
/// <param name="Violation">Why the site's policy does not allow it without a release that says so; null where it does.</param>
public sealed record PrunePreview(IReadOnlyList<string> Subjects, string? Violation);
