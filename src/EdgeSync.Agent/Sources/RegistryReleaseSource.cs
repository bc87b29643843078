using EdgeSync.Bundles.Reading;
using EdgeSync.Contracts.Releases;
using EdgeSync.Oci;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.References;
using EdgeSync.Oci.Registries;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.State;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Releases;

namespace EdgeSync.Agent.Sources;

/// <summary>
/// Release records as OCI artifacts, with the channel's name as the tag, or bundles by a plain tag. Where the trust policy accepts detached signatures of a record, they are stored in
/// the cache with it.
/// </summary>
internal sealed class RegistryReleaseSource(RegistryClients registries, ContentStore cache, ISiteTrust trust) : IReleaseSource
{
    private const int MaxTagsAsked = 100;
    private const int MaxTagsShown = 5;
    private const string CheckHint =
        "Check the channel's name and reference in edgesync.yaml and the login of this registry; if nothing was released yet, publish a release.";

    private readonly CachedSignatures _signatures = new(cache);

    public async Task<PollResult> PollAsync(ChannelSubscription channel, Digest? known, CancellationToken cancellationToken)
    {
        var place = OciReference.Parse(channel.Repository);
        var client = await registries.GetAsync(place.Registry, cancellationToken);
        return await client.ResolveAsync(place.Repository, channel.PolledTag, known, cancellationToken) switch
        {
            ResolveOutcome.Found found when channel.Tag is not null => ReadNamed(channel, found.Manifest),
            ResolveOutcome.Found found => await ReadAsync(channel, client, place.Repository, found.Manifest, cancellationToken),
            ResolveOutcome.NotFound => await ExplainAsync(channel, client, place, cancellationToken),
            _ => new PollResult.Unchanged(),
        };
    }

    public async Task<SignedRelease> RecallAsync(ChannelSubscription channel, ReleaseCopy copy, CancellationToken cancellationToken)
    {
        if (copy.Artifact is not { } artifact || !NeedsArtifactSignatures(channel))
        {
            return new SignedRelease(copy.Envelope);
        }

        try
        {
            if (!cache.Contains(artifact))
            {
                var place = OciReference.Parse(channel.Repository);
                var client = await registries.GetAsync(place.Registry, cancellationToken);
                var manifest = await client.GetManifestAsync(place.Repository, artifact, cancellationToken);
                return await KeepAsync(client, place.Repository, manifest, copy.Envelope, cancellationToken);
            }

            return await ReadKeptAsync(artifact, copy.Envelope, cancellationToken);
        }
        catch (EdgeSyncException)
        {
            // The verdict says whose signatures are missing; what runs keeps running.
            return new SignedRelease(copy.Envelope);
        }
    }

    // A wrong name, a release that is yet to come, and a login that may not see it all look alike at the tag; the list of tags tells most of them apart.
    private static async Task<PollResult.Missing> ExplainAsync(
        ChannelSubscription channel, RegistryClient client, OciReference place, CancellationToken cancellationToken)
    {
        IReadOnlyList<string>? tags;
        try
        {
            tags = await client.FindTagsAsync(place.Repository, MaxTagsAsked, cancellationToken);
        }
        catch (RegistryException failure) when (failure.Disposition == Disposition.Stalled)
        {
            return new PollResult.Missing(
                $"the registry has no {(channel.Tag is null ? "release" : "bundle")} '{channel.Repository}:{channel.PolledTag}', or hides it from this account", CheckHint, IsUnreleased: false);
        }

        if (tags is null)
        {
            return new PollResult.Missing(
                $"the registry has no repository '{channel.Repository}', or hides it from this account", CheckHint, IsUnreleased: false);
        }

        // Signatures and trust documents have tags of their own; they are no channels.
        var others = tags.Where(tag => !tag.StartsWith("sha256-", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Take(MaxTagsShown).ToList();
        return new PollResult.Missing(
            $"the repository '{channel.Repository}' has no tag '{channel.PolledTag}'{(others.Count > 0 ? $" (it has: {string.Join(", ", others)})" : "")}",
            CheckHint,
            IsUnreleased: tags.Count == 0);
    }

    // Its name and version are for people; what it is, its signatures say.
    private static PollResult ReadNamed(ChannelSubscription channel, ReceivedManifest manifest)
    {
        if (manifest.Content.ArtifactType == ReleaseRecord.MediaType)
        {
            return new PollResult.Unreadable(
                manifest.Descriptor.Digest, "the tag names a signed release; take 'followTag' out of the channel to follow releases");
        }

        var (name, version) = BundleReader.NameOf(manifest, fallback: channel.Name);
        return new PollResult.Named(new BundleRevision { Name = name, Version = version, Repository = channel.Repository, Digest = manifest.Descriptor.Digest });
    }

    private async Task<PollResult> ReadAsync(
        ChannelSubscription channel, RegistryClient client, string repository, ReceivedManifest manifest, CancellationToken cancellationToken)
    {
        var artifact = manifest.Descriptor.Digest;
        if (!ReleaseArtifact.TryFindEnvelope(manifest.Bytes, out var layer, out var problem))
        {
            return new PollResult.Unreadable(artifact, $"the tag names no release record: {problem}");
        }

        var envelope = await client.GetBlobAsync(repository, layer, DsseEnvelope.MaxBytes, cancellationToken);
        return new PollResult.Found(
            artifact,
            NeedsArtifactSignatures(channel) ? await KeepAsync(client, repository, manifest, envelope, cancellationToken) : new SignedRelease(envelope));
    }

    private async Task<SignedRelease> KeepAsync(
        RegistryClient client, string repository, ReceivedManifest manifest, byte[] envelope, CancellationToken cancellationToken)
    {
        await cache.WriteAsync(MediaTypes.Empty, envelope, cancellationToken);
        await cache.WriteAsync(manifest.Descriptor.MediaType, manifest.Bytes, cancellationToken);
        await _signatures.RefreshAsync(client, repository, manifest.Descriptor.Digest, cancellationToken);
        return await ReadKeptAsync(manifest.Descriptor.Digest, envelope, cancellationToken);
    }

    private async Task<SignedRelease> ReadKeptAsync(Digest artifact, byte[] envelope, CancellationToken cancellationToken) => new(envelope)
    {
        Manifest = await cache.ReadVerifiedAsync(artifact, ManifestReader.MaxSize, cancellationToken),
        Signatures = await _signatures.ReadAsync(artifact, cancellationToken),
    };

    private bool NeedsArtifactSignatures(ChannelSubscription channel) =>
        trust.Policy.FindReleaseRule(new TrustPlace(channel.Repository, channel.Name)) is { NeedsArtifactSignatures: true };
}
