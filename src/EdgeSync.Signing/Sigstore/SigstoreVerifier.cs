using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Sigstore.Bundles;
using EdgeSync.Signing.Sigstore.Roots;

namespace EdgeSync.Signing.Sigstore;

/// <summary>
/// Verifies that a Sigstore bundle is a signature of an artifact by the expected signer, from bytes alone: no network, no clock, no platform store. The
/// work is bounded by the bundle's limits.
/// </summary>
public static class SigstoreVerifier
{
    /// <summary>Whether somebody of this identity signed, under a certificate that the root vouches for.</summary>
    public static SigstoreVerdict Verify(
        SigstoreBundle bundle, SigstoreSubject subject, SigstoreIdentity identity, TrustedRoot root, SigstoreRequirements requirements)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(identity);
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(requirements);
        return new Verification(bundle, subject, root, requirements).Run(identity);
    }

    /// <summary>Whether the holder of this key signed; the root is asked for logs and timestamps only.</summary>
    public static SigstoreVerdict Verify(
        SigstoreBundle bundle, SigstoreSubject subject, VerificationKey key, TrustedRoot root, SigstoreRequirements requirements)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(requirements);
        return new Verification(bundle, subject, root, requirements).Run(key);
    }
}
