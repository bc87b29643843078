namespace EdgeSync.Signing.Roots;

/// <summary>A site's trust as read from disk.</summary>
/// <param name="State">What could be verified.</param>
/// <param name="Marks">The highest root and list that were ever in force here.</param>
/// <param name="Problem">What could not be used and why; null if everything could.</param>
public sealed record TrustLoad(TrustState State, TrustMarks Marks, RootFault? Problem);
