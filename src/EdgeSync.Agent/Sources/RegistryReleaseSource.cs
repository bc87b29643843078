using EdgeSync.Oci.References;
using EdgeSync.Oci.Registries;
using EdgeSync.Primitives;
using EdgeSync.Reconciliation;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Releases;

namespace EdgeSync.Agent.Sources;

/// <summary>Release records as OCI artifacts under the tag that is the channel's name.</summary>
internal sealed class RegistryReleaseSource(RegistryClients registries) : IReleaseSource
{
    public async Task<ReleaseLook> LookAsync(ChannelSubscription channel, Digest? known, CancellationToken cancellationToken)
    {
        var place = OciReference.Parse(channel.Repository);
        var client = await registries.GetAsync(place.Registry, cancellationToken);
        return await client.ResolveAsync(place.Repository, channel.Name, known, cancellationToken) switch
        {
            ResolveOutcome.Found found => await ReadAsync(client, place.Repository, found, cancellationToken),
            ResolveOutcome.NotFound => new ReleaseLook.Missing(),
            _ => new ReleaseLook.Unchanged(),
        };
    }

    private static async Task<ReleaseLook> ReadAsync(
        RegistryClient client, string repository, ResolveOutcome.Found found, CancellationToken cancellationToken)
    {
        var artifact = found.Manifest.Descriptor.Digest;
        if (!ReleaseArtifact.TryFindEnvelope(found.Manifest.Bytes, out var envelope, out var problem))
        {
            return new ReleaseLook.Unreadable(artifact, $"the tag names no release record: {problem}");
        }

        return new ReleaseLook.Found(artifact, await client.GetBlobAsync(repository, envelope, DsseEnvelope.MaxBytes, cancellationToken));
    }
}
