using EdgeSync.Agent.Sources;
using EdgeSync.Bundles;
using EdgeSync.Contracts.Releases;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.References;
using EdgeSync.Oci.Registries;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Releases;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Agent.Commands;

/// <summary>Verifies the reference of <c>edgesync verify</c> with the code that a site uses.</summary>
internal sealed class VerifyJudge(TrustPolicy policy, string? repository, string? channel, TimeProvider time)
{
    /// <summary>Verifies content of a layout without a network.</summary>
    public async Task<VerifyReport> JudgeLayoutAsync(LayoutPlace place, CancellationToken cancellationToken)
    {
        using var temporary = new TemporaryLayout();
        using var layout = place.Open(temporary, SignatureArtifact.MaxAttestationBytes, time);
        var root = await FindAsync(place, layout, cancellationToken);
        var reference = place.Digest is null && place.Tag is null ? place.Path : $"{place.Path}@{root.Digest}";
        var manifest = await layout.ReadManifestAsync(root.Digest, root.MediaType, cancellationToken);
        if (manifest.Content.ArtifactType != ReleaseRecord.MediaType)
        {
            var signatures = await new CachedSignatures(layout).ReadAsync(root.Digest, cancellationToken);
            return JudgeBundle(reference, manifest.Descriptor, signatures, new TrustPlace(repository, channel));
        }

        var envelope = await layout.ReadVerifiedAsync(EnvelopeOf(manifest, reference).Digest, DsseEnvelope.MaxBytes, cancellationToken);
        return JudgeRelease(
            reference, manifest, new TrustPlace(repository, channel ?? place.Tag), envelope, await new CachedSignatures(layout).ReadAsync(root.Digest, cancellationToken));
    }

    /// <summary>Fetches content of a registry with its signatures and verifies it.</summary>
    public async Task<VerifyReport> JudgeRegistryAsync(
        string text, Func<string, Task<RegistryClient>> connect, CancellationToken cancellationToken)
    {
        if (!OciReference.TryParse(text, out var reference))
        {
            throw LayoutPlace.Explain(text);
        }

        using var client = await connect(reference.Registry);
        var manifest = reference.Digest is { } digest
            ? await client.GetManifestAsync(reference.Repository, digest, cancellationToken)
            : await client.FindManifestAsync(reference.Repository, reference.Tag ?? "latest", cancellationToken)
                ?? throw new BundleException($"the registry has no '{reference}'") { Subject = reference.ToString(), ExitCode = ExitCodes.NotFound };
        if (manifest.Content.ArtifactType == ReleaseRecord.MediaType)
        {
            var envelope = await client.GetBlobAsync(
                reference.Repository, EnvelopeOf(manifest, text), DsseEnvelope.MaxBytes, cancellationToken);
            var released = new TrustPlace(repository ?? reference.Name, channel ?? reference.Tag);
            var signatures = policy.FindReleaseRule(released) is { NeedsArtifactSignatures: true }
                ? await FetchSignaturesAsync(client, reference, manifest, cancellationToken)
                : [];
            return JudgeRelease(text, manifest, released, envelope, signatures);
        }

        return JudgeBundle(
            text, manifest.Descriptor, await FetchSignaturesAsync(client, reference, manifest, cancellationToken), new TrustPlace(repository ?? reference.Name, channel));
    }

    private static async Task<IReadOnlyList<SignatureArtifact>> FetchSignaturesAsync(
        RegistryClient client, OciReference reference, ReceivedManifest manifest, CancellationToken cancellationToken)
    {
        var store = new InMemorySignatureStore();
        await new RegistrySignatures(client, reference.Repository).CopyAsync(manifest.Descriptor.Digest, store, cancellationToken);
        return store.Artifacts;
    }

    private static async Task<Descriptor> FindAsync(LayoutPlace place, ContentStore layout, CancellationToken cancellationToken)
    {
        if (place.Digest is { } digest)
        {
            return layout.Contains(digest)
                ? (await layout.ReadManifestAsync(digest, mediaType: null, cancellationToken)).Descriptor
                : throw new BundleException($"the layout '{place.Path}' has no '{digest}'") { Subject = place.Path, ExitCode = ExitCodes.NotFound };
        }

        if (place.Tag is { } tag)
        {
            return await layout.Tags.FindAsync(tag, cancellationToken)
                ?? throw new BundleException($"the layout '{place.Path}' has no tag '{tag}'") { Subject = place.Path, ExitCode = ExitCodes.NotFound };
        }

        // A signature has a tag or an entry of its own, and is not what the user asked for.
        var signatureTags = new HashSet<string>(StringComparer.Ordinal);
        var entries = await layout.Tags.ListAsync(cancellationToken);
        foreach (var entry in entries)
        {
            signatureTags.UnionWith(CachedSignatures.TagsOf(entry.Digest));
        }

        var candidates = new List<Descriptor>();
        var parts = new HashSet<Digest>();
        foreach (var entry in entries.DistinctBy(entry => entry.Digest))
        {
            if (entry.Annotation(LayoutTags.NameAnnotation) is { } name && signatureTags.Contains(name))
            {
                continue;
            }

            var manifest = await layout.ReadManifestAsync(entry.Digest, entry.MediaType, cancellationToken);
            if (!IsSignature(manifest))
            {
                candidates.Add(entry);
                parts.UnionWith(manifest.Content is ImageIndex index ? index.Manifests.Select(part => part.Digest) : []);
            }
        }

        // Some tools (oras) also list the parts of an index, without a tag.
        candidates.RemoveAll(entry => entry.Annotation(LayoutTags.NameAnnotation) is null && parts.Contains(entry.Digest));
        return candidates is [var only]
            ? only
            : throw new BundleException($"the layout '{place.Path}' has {candidates.Count} things to judge: {string.Join(", ", candidates.Select(NameOf))}")
            {
                Subject = place.Path,
                Hint = "Name one of them: LAYOUT:tag or LAYOUT@sha256:….",
            };
    }

    private static bool IsSignature(ReceivedManifest manifest) =>
        manifest.Content.ArtifactType != ReleaseRecord.MediaType && BundleVerifier.IsCandidate(manifest.Bytes);

    private static string NameOf(Descriptor entry) => entry.Annotation(LayoutTags.NameAnnotation) ?? entry.Digest.ToString();

    private static Descriptor EnvelopeOf(ReceivedManifest manifest, string reference) =>
        ReleaseArtifact.TryFindEnvelope(manifest.Bytes, out var envelope, out var problem)
            ? envelope
            : throw new BundleException($"the release at '{reference}' cannot be read: {problem}") { Subject = reference };

    private VerifyReport JudgeBundle(string reference, Descriptor bundle, IReadOnlyList<SignatureArtifact> signatures, TrustPlace place)
    {
        // All needed content is here, and the policy names the trusted authorities.
        MachineAuthorities.LeaveOut();
        var verdict = BundleVerifier.Verify(bundle, signatures, policy, place, time.GetUtcNow());
        var refused = verdict as BundleVerdict.Untrusted;
        return new VerifyReport(
            reference, "bundle", bundle.Digest.ToString(), place.Repository, place.Channel, refused is null, verdict.Rule, verdict.Checks,
            refused?.Reason, refused?.Message, refused?.Hint);
    }

    private VerifyReport JudgeRelease(
        string reference, ReceivedManifest manifest, TrustPlace place, byte[] envelope, IReadOnlyList<SignatureArtifact> signatures)
    {
        MachineAuthorities.LeaveOut();
        var release = new SignedRelease(envelope) { Manifest = manifest.Bytes, Signatures = signatures };
        var verdict = ReleaseSignatures.Verify(release, place, policy, time.GetUtcNow());
        return new VerifyReport(
            reference, "release", manifest.Descriptor.Digest.ToString(), place.Repository, place.Channel, verdict.Reason is null, verdict.Rule,
            verdict.Checks, verdict.Reason, verdict.Message, verdict.Hint);
    }
}
