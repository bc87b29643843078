using EdgeSync.Oci.Manifests;

namespace EdgeSync.Signing.Verification;

/// <summary>The proof that a bundle meets the site's trust policy. Only <see cref="BundleVerifier"/> makes one.</summary>
public sealed class VerifiedBundle
{
    internal VerifiedBundle(Descriptor descriptor, IReadOnlyList<TrustSigner> signers, IReadOnlyList<SignatureEvidence> evidence)
    {
        Descriptor = descriptor;
        Signers = signers;
        Evidence = evidence;
    }

    /// <summary>The bundle's image index. Only its digest was signed; the reader of the bundle checks the bytes against it.</summary>
    public Descriptor Descriptor { get; }

    /// <summary>The different trusted signers that have signed it.</summary>
    public IReadOnlyList<TrustSigner> Signers { get; }

    /// <summary>The result of verifying each signature and attestation.</summary>
    public IReadOnlyList<SignatureEvidence> Evidence { get; }

    /// <summary>
    /// The latest time that logs and timestamp authorities prove for trusted signatures and attestations. It is not earlier
    /// now. Null if there is no proof.
    /// </summary>
    public DateTimeOffset? ProvenTime => Evidence.Max(found => found.Signer?.ProvenTime);
}
