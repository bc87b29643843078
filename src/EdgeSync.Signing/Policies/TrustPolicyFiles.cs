namespace EdgeSync.Signing.Policies;

/// <summary>The key files of a <see cref="TrustPolicy"/>.</summary>
/// <param name="ReleaseKeys">Paths of public keys (PEM) that sign release records.</param>
/// <param name="ReleaseThreshold">How many different release keys must sign.</param>
/// <param name="BundleKeys">Paths of public keys (PEM) that sign bundles.</param>
/// <param name="BundleThreshold">How many different bundle keys must sign.</param>
public sealed record TrustPolicyFiles(
    IReadOnlyList<string> ReleaseKeys, int ReleaseThreshold, IReadOnlyList<string> BundleKeys, int BundleThreshold);
