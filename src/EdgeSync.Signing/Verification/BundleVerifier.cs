using System.Globalization;
using EdgeSync.Contracts;
using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives;
using EdgeSync.Signing.Cosign;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Policies;

namespace EdgeSync.Signing.Verification;

/// <summary>
/// Judges a bundle by the signatures that lie beside it, from bytes alone. Junk beside good signatures hides nothing, as long as it stays within
/// the bounds; two signatures of one key count once.
/// </summary>
public static class BundleVerifier
{
    /// <summary>The most artifacts that are looked at for one bundle.</summary>
    public const int MaxArtifacts = 32;

    /// <summary>The most signatures that are looked at in one artifact.</summary>
    public const int MaxSignatures = CosignSignatures.MaxSignatures;

    private static readonly ISignatureFormat[] Formats = [new CosignTagFormat()];

    /// <summary>Judges the bundle with this digest. Pure: the same input gives the same verdict.</summary>
    public static BundleVerdict Verify(Descriptor bundle, IReadOnlyList<SignatureArtifact> signatures, TrustPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(signatures);
        ArgumentNullException.ThrowIfNull(policy);
        List<SignatureEvidence> evidence = [.. signatures.Take(MaxArtifacts).SelectMany(s => Judge(s, bundle.Digest, policy.Bundles))];
        List<VerificationKey> signers = [.. evidence.Select(e => e.Signer).OfType<VerificationKey>().Distinct()];
        return signers.Count >= policy.Bundles.Threshold
            ? new BundleVerdict.Trusted(new VerifiedBundle(bundle, signers, evidence))
            : Refuse(bundle.Digest, signers, evidence, policy.Bundles.Threshold);
    }

    /// <summary>
    /// The bundle that this site runs already, although the trust policy of today does not accept it: what runs keeps running. Only for a
    /// bundle that the site's own record says became healthy here; it has no signers, and nothing new may ever be activated by it.
    /// </summary>
    public static VerifiedBundle Uphold(Descriptor bundle)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        return new VerifiedBundle(bundle, [], []);
    }

    private static IEnumerable<SignatureEvidence> Judge(SignatureArtifact artifact, Digest bundle, KeyRing keys)
    {
        if (!SignatureArtifact.TryRead(artifact.Manifest, out var manifest, out var problem))
        {
            return [new SignatureEvidence(null, $"something that cannot be read: {problem}")];
        }

        return Formats.FirstOrDefault(format => format.Recognises(manifest)) is { } format
            ? format.Judge(manifest, artifact, bundle, keys).Take(MaxSignatures)
            : [new SignatureEvidence(null, $"something of a kind that is not checked here ({manifest.ArtifactType ?? manifest.Config.MediaType})")];
    }

    private static BundleVerdict.Untrusted Refuse(
        Digest bundle, List<VerificationKey> signers, List<SignatureEvidence> evidence, int threshold)
    {
        const string Hint = "Sign the bundle with a key that this site trusts ('edgesync bundle sign'), or correct the site's trust policy.";
        if (evidence.Count == 0)
        {
            return new BundleVerdict.Untrusted(ReasonCodes.SignatureMissing, $"the bundle {bundle} has no signature", Hint, evidence);
        }

        var found = string.Join("; ", evidence.Select(e => e.Description).Distinct().Take(3));
        var message = string.Create(
            CultureInfo.InvariantCulture, $"the bundle {bundle} has {signers.Count} of {threshold} trusted signatures; found: {found}");
        return new BundleVerdict.Untrusted(ReasonCodes.SignatureUntrusted, message, Hint, evidence);
    }
}
