using EdgeSync.Oci.Manifests;

namespace EdgeSync.Signing.Verification;

/// <summary>
/// The proof that a bundle is what the trust policy asks for, or that it was proven before it went live here
/// (<see cref="BundleVerifier.Uphold"/>). Only <see cref="BundleVerifier"/> makes one.
/// </summary>
public sealed class VerifiedBundle
{
    internal VerifiedBundle(Descriptor descriptor, IReadOnlyList<TrustSigner> signers, IReadOnlyList<SignatureEvidence> evidence)
    {
        Descriptor = descriptor;
        Signers = signers;
        Evidence = evidence;
    }

    /// <summary>The bundle's image index. Only its digest was signed; whoever reads the bundle checks bytes against it.</summary>
    public Descriptor Descriptor { get; }

    /// <summary>The different trusted signers that have signed it.</summary>
    public IReadOnlyList<TrustSigner> Signers { get; }

    /// <summary>What each signature and attestation was found to be.</summary>
    public IReadOnlyList<SignatureEvidence> Evidence { get; }

    /// <summary>
    /// The latest time that logs and timestamp authorities prove for trusted signatures and attestations: it is not earlier now. Null where they prove none.
    /// </summary>
    public DateTimeOffset? ProvenTime => Evidence.Max(found => found.Signer?.ProvenTime);
}
