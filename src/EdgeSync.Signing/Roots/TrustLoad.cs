namespace EdgeSync.Signing.Roots;

/// <summary>What a site's disk holds of its trust.</summary>
/// <param name="State">What could be verified.</param>
/// <param name="Marks">The highest that ever counted here.</param>
/// <param name="Problem">What of the disk could not be used, and why; null where all was well.</param>
public sealed record TrustLoad(TrustState State, TrustMarks Marks, RootFault? Problem);
