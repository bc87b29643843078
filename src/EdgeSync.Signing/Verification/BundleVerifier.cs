using System.Globalization;
using EdgeSync.Contracts;
using EdgeSync.Oci.Manifests;
using EdgeSync.Signing.Cosign;
using EdgeSync.Signing.Notation;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Sigstore;
using EdgeSync.Signing.Text;

namespace EdgeSync.Signing.Verification;

/// <summary>
/// Verifies a bundle by its signatures and attestations, from bytes alone. Invalid signatures do not hide valid ones, as long as their number stays
/// within the limits. Each signer and each authority counts once.
/// </summary>
public static class BundleVerifier
{
    /// <summary>The most artifacts that are read for one bundle.</summary>
    public const int MaxArtifacts = 256;

    /// <summary>The most signatures that are read from one artifact.</summary>
    public const int MaxSignatures = CosignSignatures.MaxSignatures;

    /// <summary>The most signatures and attestations that are verified for one bundle.</summary>
    public const int MaxEvidence = 512;

    private static readonly ISignatureFormat[] Formats = [new CosignTagFormat(), new CosignAttestationFormat(), new SigstoreBundleFormat(), new NotationFormat()];

    /// <summary>Verifies the bundle with this digest, from this place, at this time. Pure: the same input gives the same verdict.</summary>
    public static BundleVerdict Verify(
        Descriptor bundle, IReadOnlyList<SignatureArtifact> signatures, TrustPolicy policy, TrustPlace place, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(signatures);
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(place);
        if (policy.FindBundleRule(place) is not { } rule)
        {
            return new BundleVerdict.Untrusted(
                rule: null, [], ReasonCodes.NoTrustRule, $"the bundle {bundle.Digest} is not trusted: no rule for bundles fits {place}",
                "Add a rule for this repository and channel to the site's trust policy.", []);
        }

        var question = new SignatureQuestion(bundle, rule.Everybody, now);
        var evidence = FindEvidence(signatures, question);
        List<TrustSigner> signers = [.. evidence
            .Where(found => found.Kind == EvidenceKind.Signature)
            .Select(found => found.Signer)
            .OfType<TrustSigner>()
            .Where(signer => rule.Authorities.Any(authority => signer.Authorities.Contains(authority.Name)))
            .DistinctBy(signer => signer.Identity)];
        TrustCheck[] checks =
        [
            CheckSignatures(rule, signers, evidence),
            .. rule.Attestations.Select(wanted => AttestationEvaluator.Evaluate(wanted, evidence, now)),
        ];
        return checks.FirstOrDefault(check => !check.Passed) is { } failed
            ? Refuse(bundle, rule, checks, failed, evidence)
            : new BundleVerdict.Trusted(rule.Name, checks, new VerifiedBundle(bundle, signers, evidence));
    }

    /// <summary>
    /// Whether a manifest looks like a signature or an attestation that can be verified here, and so is worth fetching and keeping. It may still be invalid.
    /// </summary>
    public static bool IsCandidate(ReadOnlyMemory<byte> manifest) =>
        SignatureArtifact.TryRead(manifest, out var content, out _) && Formats.Any(format => format.Recognises(content));

    /// <summary>Verifies the signatures and attestations of an artifact one by one, within the limits.</summary>
    internal static List<SignatureEvidence> FindEvidence(IReadOnlyList<SignatureArtifact> signatures, SignatureQuestion question) =>
        [.. InTurns(signatures.Take(MaxArtifacts).Select(s => Verify(s, question))).Take(MaxEvidence)];

    // Takes the first signature of each artifact before the second of any, so that a few long lists of invalid signatures do not crowd out the others.
    private static IEnumerable<SignatureEvidence> InTurns(IEnumerable<IEnumerable<SignatureEvidence>> artifacts)
    {
        var open = artifacts.Select(signatures => signatures.GetEnumerator()).ToList();
        while (open.Count > 0)
        {
            foreach (var signatures in open.ToList())
            {
                if (signatures.MoveNext())
                {
                    yield return signatures.Current;
                }
                else
                {
                    open.Remove(signatures);
                }
            }
        }
    }

    private static IEnumerable<SignatureEvidence> Verify(SignatureArtifact artifact, SignatureQuestion question)
    {
        if (!SignatureArtifact.TryRead(artifact.Manifest, out var manifest, out var problem))
        {
            return [SignatureEvidence.Nothing($"something that cannot be read: {ShownText.Of(problem)}")];
        }

        return Formats.FirstOrDefault(format => format.Recognises(manifest)) is { } format
            ? format.Verify(manifest, artifact, question).Take(MaxSignatures)
            : [SignatureEvidence.Nothing(DescribeOther(manifest.ArtifactType ?? manifest.Config.MediaType))];
    }

    private static string DescribeOther(string type)
    {
        var what = type.Contains("spdx", StringComparison.OrdinalIgnoreCase) || type.Contains("cyclonedx", StringComparison.OrdinalIgnoreCase) ? "a bill of materials"
            : type.Contains("in-toto", StringComparison.OrdinalIgnoreCase) ? "an attestation that nobody signed"
            : type.Contains("provenance", StringComparison.OrdinalIgnoreCase) ? "a provenance file"
            : type.StartsWith("application/vnd.oci.image", StringComparison.Ordinal) || type.StartsWith("application/vnd.docker.container", StringComparison.Ordinal) ? "an image"
            : "something of a kind that is not checked here";
        return $"{what} ({ShownText.Of(type)}), which is no signature";
    }

    private static TrustCheck CheckSignatures(BundleRule rule, List<TrustSigner> signers, List<SignatureEvidence> evidence)
    {
        var count = AuthorityMatching.Count(rule.Authorities, signers);
        var found = string.Create(CultureInfo.InvariantCulture, $"{count} of {rule.Threshold} trusted signatures");
        var by = signers.Count > 0 ? $", by {string.Join(", ", signers)}" : "";
        return new TrustCheck(
            "signatures", count >= rule.Threshold, found + by, [.. evidence.Where(e => e.Kind != EvidenceKind.Attestation).Select(e => e.Description)]);
    }

    private static BundleVerdict.Untrusted Refuse(
        Descriptor bundle, BundleRule rule, TrustCheck[] checks, TrustCheck failed, List<SignatureEvidence> evidence)
    {
        if (failed != checks[0])
        {
            return new BundleVerdict.Untrusted(
                rule.Name, checks, ReasonCodes.AttestationMissing,
                $"the bundle {bundle.Digest} does not meet the rule '{rule.Name}': {failed.Item}: {failed.Summary}",
                "Attach the attestation to this bundle in the registry, or correct the site's trust policy.", evidence);
        }

        const string Hint = "Sign the bundle with a key that this site trusts ('edgesync bundle sign'), or correct the site's trust policy.";
        if (failed.Evidence.Count == 0)
        {
            var instead = evidence.Count == 0 ? "" : $"; found: {string.Join("; ", evidence.Select(e => e.Description).Distinct().Take(3))}, which is no signature";
            return new BundleVerdict.Untrusted(
                rule.Name, checks, ReasonCodes.SignatureMissing, $"the bundle {bundle.Digest} has no signature, but the rule '{rule.Name}' requires one{instead}",
                Hint, evidence);
        }

        var found = string.Join("; ", failed.Evidence.Distinct().Take(3));
        return new BundleVerdict.Untrusted(
            rule.Name, checks, ReasonCodes.SignatureUntrusted,
            $"the bundle {bundle.Digest} does not meet the rule '{rule.Name}': it has {failed.Summary}; found: {found}", Hint, evidence);
    }
}
