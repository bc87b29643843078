using EdgeSync.Agent.Sources;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.References;
using EdgeSync.Oci.Registries;
using EdgeSync.Primitives;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Roots;

namespace EdgeSync.Agent.Trust;

/// <summary>Trust roots and revocations in a repository, under one tag.</summary>
internal sealed class RegistryTrustSource(RegistryClients registries, string repository)
{
    private readonly OciReference _place = OciReference.Parse(repository);

    /// <summary>Where it looks.</summary>
    public OciReference Reference => _place.WithTag(TrustArtifact.Tag);

    /// <summary>Looks with one conditional request. Raises an <see cref="Primitives.Failures.EdgeSyncException"/> when the registry cannot be asked.</summary>
    public async Task<ResolveOutcome> LookAsync(Digest? known, CancellationToken cancellationToken)
    {
        var client = await registries.GetAsync(_place.Registry, cancellationToken);
        return await client.ResolveAsync(_place.Repository, TrustArtifact.Tag, known, cancellationToken);
    }

    /// <summary>Brings one envelope that a listing names.</summary>
    public async Task<byte[]> BringAsync(Descriptor envelope, CancellationToken cancellationToken)
    {
        var client = await registries.GetAsync(_place.Registry, cancellationToken);
        return await client.GetBlobAsync(_place.Repository, envelope, DsseEnvelope.MaxBytes, cancellationToken);
    }
}
