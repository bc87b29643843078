using EdgeSync.Bundles.Reading;

namespace EdgeSync.Reconciliation.Ports;

/// <summary>A component that was applied, and is to become healthy.</summary>
/// <param name="Component">The component.</param>
/// <param name="Deadline">Until when, UTC.</param>
/// <param name="MustSettle">Whether pods must stay healthy for a while to count, as after a change.</param>
public sealed record AwaitedComponent(BundleComponent Component, DateTimeOffset Deadline, bool MustSettle);
