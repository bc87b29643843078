using System.Globalization;
using EdgeSync.Contracts.Releases;
using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Signing.Releases;

/// <summary>
/// Who signed a release record: keys sign its envelope; signers with certificates (Sigstore, Notation) sign the artifact that contains the envelope, as
/// they sign bundles.
/// </summary>
internal sealed class ReleaseSigners
{
    private readonly ReleaseRule? _rule;

    private ReleaseSigners(ReleaseRule? rule, string? problem, ReadOnlyMemory<byte> payload, IReadOnlyList<TrustSigner> all, IReadOnlyList<string> evidence)
    {
        _rule = rule;
        Problem = problem;
        Payload = payload;
        All = all;
        Evidence = evidence;
        Count = rule is null ? 0 : AuthorityMatching.Count(rule.Authorities, all);
    }

    /// <summary>Why the envelope cannot be read; null if it can.</summary>
    public string? Problem { get; }

    /// <summary>The envelope's payload; authentic only if <see cref="AreEnough"/>.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>The different trusted signers.</summary>
    public IReadOnlyList<TrustSigner> All { get; }

    /// <summary>The result of verifying each signature.</summary>
    public IReadOnlyList<string> Evidence { get; }

    /// <summary>How many of the rule's authorities have signed.</summary>
    public int Count { get; }

    /// <summary>Whether the rule is met.</summary>
    public bool AreEnough => _rule is not null && Problem is null && Count >= _rule.Threshold;

    /// <summary>Whether the rule lets these signers say that a release is urgent.</summary>
    public bool MayBeUrgent => AreEnough && _rule?.Urgent is { } urgent && AuthorityMatching.Count(urgent.Authorities, All) >= urgent.Threshold;

    /// <summary>"1 of 2 trusted signatures".</summary>
    public string Summary => string.Create(CultureInfo.InvariantCulture, $"{Count} of {_rule?.Threshold ?? 1} trusted signatures");

    public static ReleaseSigners Find(SignedRelease release, ReleaseRule? rule, DateTimeOffset now)
    {
        var question = new SignatureQuestion(Descriptor.Of(MediaTypes.ImageManifest, release.Manifest.Span), rule?.Authorities ?? [], now);
        var (payload, keys, problem) = Open(release.Envelope.Span, [.. question.Keys.Select(authority => authority.Key)]);
        List<TrustSigner> signers = [.. question.Keys.Where(authority => keys.Contains(authority.Key)).Select(question.SignerOf)];
        List<string> evidence = [.. signers.Select(signer => $"a signature by {signer}")];
        if (rule is { NeedsArtifactSignatures: true } && HoldsEnvelope(release))
        {
            var found = BundleVerifier.FindEvidence(release.Signatures, question).Where(item => item.Kind != EvidenceKind.Attestation).ToList();
            signers.AddRange(found.Where(item => item.Kind == EvidenceKind.Signature).Select(item => item.Signer).OfType<TrustSigner>());
            evidence.AddRange(found.Select(item => item.Description));
        }

        return new ReleaseSigners(rule, problem, payload, [.. signers.DistinctBy(signer => signer.Identity)], evidence);
    }

    private static (ReadOnlyMemory<byte> Payload, IReadOnlyList<VerificationKey> Keys, string? Problem) Open(
        ReadOnlySpan<byte> envelope, IReadOnlyList<VerificationKey> known) => DsseVerifier.Verify(envelope, ReleaseRecord.MediaType, known, threshold: 1) switch
        {
            DsseVerdict.Valid valid => (valid.Payload, valid.Keys, null),
            DsseVerdict.ThresholdNotMet few => (few.UntrustedPayload, few.Keys, null),
            DsseVerdict.Malformed malformed => (default, [], malformed.Problem),
            _ => throw new InvalidOperationException("an envelope is valid, short of signatures or malformed"),
        };

    // A signature of the artifact is of its manifest, and so of the one envelope that the manifest names.
    private static bool HoldsEnvelope(SignedRelease release) =>
        ReleaseArtifact.TryFindEnvelope(release.Manifest, out var envelope, out _) && envelope.Digest == Digest.Of(release.Envelope.Span);
}
