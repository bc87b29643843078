using EdgeSync.Oci.Manifests;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Agent.Sources;

/// <summary>A store for one verdict. Its size is bounded by the limits of one copy.</summary>
internal sealed class InMemorySignatureStore : ISignatureStore
{
    private readonly List<SignatureArtifact> _artifacts = [];

    public IReadOnlyList<SignatureArtifact> Artifacts => _artifacts;

    public Task<bool> HasAsync(string? tag, Descriptor manifest, CancellationToken cancellationToken) => Task.FromResult(false);

    public Task<bool> HasBlobAsync(Descriptor blob, CancellationToken cancellationToken) => Task.FromResult(false);

    public Task AddAsync(string? tag, Descriptor manifest, SignatureArtifact artifact, CancellationToken cancellationToken)
    {
        _artifacts.Add(artifact);
        return Task.CompletedTask;
    }
}
