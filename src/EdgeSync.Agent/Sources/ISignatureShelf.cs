using EdgeSync.Oci.Manifests;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Agent.Sources;

/// <summary>Where the signatures and attestations of one bundle are put: the cache of a site, or memory for a single verdict.</summary>
internal interface ISignatureShelf
{
    /// <summary>Whether this artifact is here whole; where it has a tag, under that tag.</summary>
    Task<bool> HasAsync(string? tag, Descriptor manifest, CancellationToken cancellationToken);

    /// <summary>Whether this blob is here, so that it need not be fetched with a manifest that is new.</summary>
    Task<bool> HasBlobAsync(Descriptor blob, CancellationToken cancellationToken);

    /// <summary>Adds an artifact with those of its blobs that were not here.</summary>
    Task AddAsync(string? tag, Descriptor manifest, SignatureArtifact artifact, CancellationToken cancellationToken);
}
