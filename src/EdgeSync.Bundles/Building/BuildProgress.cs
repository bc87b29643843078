namespace EdgeSync.Bundles.Building;

/// <summary>How far the building of a bundle is.</summary>
/// <param name="Reference">The image that is being copied now.</param>
/// <param name="Place">Where it is taken from.</param>
/// <param name="Done">How many images are done.</param>
/// <param name="Total">How many there are.</param>
public sealed record BuildProgress(string Reference, string Place, int Done, int Total);
