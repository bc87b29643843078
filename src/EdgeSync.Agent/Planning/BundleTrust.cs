using EdgeSync.Agent.Sources;
using EdgeSync.Bundles;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Contracts.Releases;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.References;
using EdgeSync.Oci.Registries;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Releases;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Agent.Planning;

/// <summary>Whether the site's policy trusts a bundle or a release, with the code that the agent uses.</summary>
internal sealed class BundleTrust(SiteSnapshot site)
{
    /// <summary>Why a bundle is not trusted, by the signatures in a layout; null where it is.</summary>
    public async Task<SiteNotice?> FindDistrustAsync(
        Descriptor bundle, ContentStore layout, string? repository, string channel, CancellationToken cancellationToken) =>
        Judge(bundle, await new CachedSignatures(layout).ReadAsync(bundle.Digest, cancellationToken), new TrustPlace(repository, channel));

    /// <summary>Why a bundle is not trusted, by the signatures in a registry; null where it is.</summary>
    public async Task<SiteNotice?> FindDistrustAsync(
        Descriptor bundle, RegistryClient client, string repository, string channel, CancellationToken cancellationToken)
    {
        var signatures = new InMemorySignatureStore();
        await new RegistrySignatures(client, OciReference.Parse(repository).Repository).CopyAsync(bundle.Digest, signatures, cancellationToken);
        return Judge(bundle, signatures.Artifacts, new TrustPlace(repository, channel));
    }

    /// <summary>A release record in a registry, and why it is not trusted; null where it is. Raises a <see cref="BundleException"/> where it cannot be read.</summary>
    public async Task<(ReleaseRecord Release, SiteNotice? Distrust)> ReadReleaseAsync(
        RegistryClient client, ReceivedManifest manifest, OciReference reference, string channel, CancellationToken cancellationToken)
    {
        if (!ReleaseArtifact.TryFindEnvelope(manifest.Bytes, out var layer, out var problem))
        {
            throw Unreadable(reference, problem);
        }

        var envelope = await client.GetBlobAsync(reference.Repository, layer, DsseEnvelope.MaxBytes, cancellationToken);
        var place = new TrustPlace(reference.Name, channel);
        var signatures = new InMemorySignatureStore();
        if (site.Policy.FindReleaseRule(place) is { NeedsArtifactSignatures: true })
        {
            await new RegistrySignatures(client, reference.Repository).CopyAsync(manifest.Descriptor.Digest, signatures, cancellationToken);
        }

        var verdict = ReleaseSignatures.Verify(
            new SignedRelease(envelope) { Manifest = manifest.Bytes, Signatures = signatures.Artifacts }, place, site.Policy, site.Clock.GetUtcNow());
        if (!DsseEnvelope.TryParse(envelope, out var parsed, out problem) || !ReleaseRecordReader.TryRead(parsed.Payload.Span, out var record, out problem))
        {
            throw Unreadable(reference, problem);
        }

        return (record, verdict.Reason is { } reason ? new SiteNotice(reason, verdict.Message!, verdict.Hint) : null);
    }

    private SiteNotice? Judge(Descriptor bundle, IReadOnlyList<SignatureArtifact> signatures, TrustPlace place) =>
        site.FindRevocation(bundle.Digest) is { } revoked ? new SiteNotice(revoked.Reason, revoked.Message, revoked.Hint)
            : BundleVerifier.Verify(bundle, signatures, site.Policy, place, site.Clock.GetUtcNow()) is BundleVerdict.Untrusted untrusted
                ? new SiteNotice(untrusted.Reason, untrusted.Message, untrusted.Hint)
                : null;

    private static BundleException Unreadable(OciReference reference, string problem) =>
        new($"the release at '{reference}' cannot be read: {problem}") { Subject = reference.ToString() };
}
