using EdgeSync.Oci.Manifests;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Agent.Sources;

/// <summary>Where the signatures and attestations of one bundle are copied to: a site's cache, or memory for a single verdict.</summary>
internal interface ISignatureStore
{
    /// <summary>Whether the store has this artifact complete; if it has a tag, under that tag.</summary>
    Task<bool> HasAsync(string? tag, Descriptor manifest, CancellationToken cancellationToken);

    /// <summary>Whether the store has this blob, so that it need not be fetched with a new manifest.</summary>
    Task<bool> HasBlobAsync(Descriptor blob, CancellationToken cancellationToken);

    /// <summary>Adds an artifact with the blobs that the store lacked.</summary>
    Task AddAsync(string? tag, Descriptor manifest, SignatureArtifact artifact, CancellationToken cancellationToken);
}
