using System.Runtime.CompilerServices;
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

    /// <summary>The tag that it polls.</summary>
    public OciReference Reference => _place.WithTag(TrustArtifact.Tag);

    /// <summary>Polls with one conditional request. Raises an <see cref="Primitives.Failures.EdgeSyncException"/> when the registry cannot be reached.</summary>
    public async Task<ResolveOutcome> PollAsync(Digest? known, CancellationToken cancellationToken)
    {
        var client = await registries.GetAsync(_place.Registry, cancellationToken);
        return await client.ResolveAsync(_place.Repository, TrustArtifact.Tag, known, cancellationToken);
    }

    /// <summary>
    /// The envelopes of a listing that a site does not have, in the order in which they must be accepted. A root with the version of the site's own and other
    /// content is among them, because two roots with one version are worth reporting.
    /// </summary>
    public async IAsyncEnumerable<TrustEnvelope> ReadNewerAsync(
        TrustListing listing, TrustState state, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var version in NewerVersions(listing, state.Chain))
        {
            yield return new TrustEnvelope(TrustEnvelopeKind.Root, version, await FetchAsync(listing.Roots[version], cancellationToken));
        }

        if (listing.Revocations is { } list && (state.Revocations is not { } known || list.Digest != Digest.Of(known.Envelope.Span)))
        {
            yield return new TrustEnvelope(TrustEnvelopeKind.Revocations, 0, await FetchAsync(list, cancellationToken));
        }
    }

    private static IEnumerable<long> NewerVersions(TrustListing listing, TrustChain chain)
    {
        var head = chain.Head.Version;
        if (listing.Roots.TryGetValue(head, out var same) && same.Digest != Digest.Of(chain.Links[^1].Envelope.Span))
        {
            yield return head;
        }

        for (var version = head + 1; listing.Roots.ContainsKey(version); version++)
        {
            yield return version;
        }
    }

    private async Task<byte[]> FetchAsync(Descriptor envelope, CancellationToken cancellationToken)
    {
        var client = await registries.GetAsync(_place.Registry, cancellationToken);
        return await client.GetBlobAsync(_place.Repository, envelope, DsseEnvelope.MaxBytes, cancellationToken);
    }
}
