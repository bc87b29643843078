using System.Text.Json;
using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Oci.Registries.Referrers;

/// <summary>
/// Pushes a manifest that has a subject, so that it is found from there: where the registry does not list it by itself, in the index under
/// the fallback tag. Registries have no conditional write, so the index is read again afterwards, and written again where another
/// writer's version took ours away.
/// </summary>
internal sealed class ReferrerPublisher(RegistryClient client, ReferrersReader reader)
{
    private const int MaxTries = 5;

    public async Task<Descriptor> PublishAsync(
        string repository, string mediaType, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var manifest = ManifestReader.Read(bytes, mediaType);
        var subject = manifest.Content.Subject?.Digest
            ?? throw new ArgumentException("the manifest has no subject that it could refer to", nameof(bytes));
        var pushed = await client.PushManifestAsync(repository, tag: null, mediaType, bytes, cancellationToken);
        if (!pushed.SubjectRecorded)
        {
            await RecordAsync(repository, subject, Describe(manifest), cancellationToken);
        }

        return pushed.Descriptor;
    }

    private async Task RecordAsync(string repository, Digest subject, Descriptor referrer, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MaxTries; attempt++)
        {
            var known = await reader.ListByTagAsync(repository, subject, cancellationToken);
            if (known.Any(entry => entry.Digest == referrer.Digest))
            {
                return;
            }

            var index = new ImageIndex { SchemaVersion = 2, MediaType = MediaTypes.ImageIndex, Manifests = [.. known, referrer] };
            var bytes = JsonSerializer.SerializeToUtf8Bytes(index, OciJsonContext.Default.ImageIndex);
            await client.PushManifestAsync(repository, ReferrersReader.FallbackTag(subject), MediaTypes.ImageIndex, bytes, cancellationToken);
        }

        // The last write may have won; only a look can tell.
        var final = await reader.ListByTagAsync(repository, subject, cancellationToken);
        if (final.All(entry => entry.Digest != referrer.Digest))
        {
            throw new RegistryException(RegistryReasons.PushRejected, $"the referrers of {subject} are changed by others all the time")
            {
                Subject = subject.ToString(),
                Disposition = Disposition.Transient,
            };
        }
    }

    private static Descriptor Describe(ReceivedManifest manifest) => manifest.Descriptor with
    {
        // The specification's rule where an image manifest names no artifact type: that of its configuration.
        ArtifactType = manifest.Content.ArtifactType ?? (manifest.Content as ImageManifest)?.Config.MediaType,
        Annotations = manifest.Content.Annotations,
    };
}
