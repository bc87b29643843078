using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.References;
using EdgeSync.Oci.Registries;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Releases;

namespace EdgeSync.Agent.Publishing;

/// <summary>The release record under a channel's tag: reads and replaces it.</summary>
internal sealed class ChannelTag(RegistryClient registry, OciReference repository, string channel)
{
    /// <summary>The reference of the tag.</summary>
    public OciReference Reference { get; } = repository.WithTag(channel);

    /// <summary>The current envelope; null when the channel is new. Throws when the tag has another artifact.</summary>
    public async Task<DsseEnvelope?> ReadAsync(CancellationToken cancellationToken)
    {
        if (await registry.FindManifestAsync(Reference.Repository, channel, cancellationToken) is not { } manifest)
        {
            return null;
        }

        if (!ReleaseArtifact.TryFindEnvelope(manifest.Bytes, out var layer, out var problem))
        {
            throw NotARelease(problem);
        }

        var bytes = await registry.GetBlobAsync(Reference.Repository, layer, DsseEnvelope.MaxBytes, cancellationToken);
        return DsseEnvelope.TryParse(bytes, out var envelope, out problem) ? envelope : throw NotARelease(problem);
    }

    /// <summary>Pushes an envelope. Returns its reference by digest.</summary>
    public async Task<OciReference> WriteAsync(DsseEnvelope envelope, CancellationToken cancellationToken)
    {
        var artifact = ReleaseArtifact.Build(envelope);
        foreach (var blob in artifact.Blobs)
        {
            await registry.PushBlobAsync(Reference.Repository, blob.Descriptor.MediaType, blob.Content, cancellationToken);
        }

        var pushed = await registry.PushManifestAsync(
            Reference.Repository, channel, MediaTypes.ImageManifest, artifact.Manifest, cancellationToken);
        return Reference.WithDigest(pushed.Descriptor.Digest);
    }

    private PublishException NotARelease(string problem) => new("ChannelTagTaken", $"'{Reference}' is not a channel: {problem}")
    {
        Subject = Reference.ToString(),
        Hint = "Choose another channel or repository, or remove the tag.",
    };
}
