using System.Text.Json;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Text;

namespace EdgeSync.Oci.Manifests;

/// <summary>
/// Reads manifests strictly, always from the bytes as received. A document that could be read as two things (CVE-2021-41190: index and
/// manifest in one, or a media type that the content contradicts) is refused.
/// </summary>
public static class ManifestReader
{
    /// <summary>The largest manifest that is accepted, in bytes; the size that the distribution specification asks registries to take.</summary>
    public const int MaxSize = 4 * 1024 * 1024;

    private const int MaxChildren = 10_000;

    /// <summary>
    /// Computes the digest of the bytes, compares it with <paramref name="expected"/> where given, and reads them.
    /// <paramref name="mediaType"/> is what a descriptor or a Content-Type header says, or null. Throws <see cref="RegistryException"/> with
    /// <see cref="RegistryReasons.DigestMismatch"/> or <see cref="RegistryReasons.ManifestInvalid"/>.
    /// </summary>
    public static ReceivedManifest Read(ReadOnlyMemory<byte> bytes, string? mediaType, Digest? expected = null)
    {
        if (bytes.Length > MaxSize)
        {
            throw new RegistryException(RegistryReasons.ContentTooLarge, $"a manifest has more than {MaxSize} bytes")
            {
                Subject = expected?.ToString(),
                Disposition = Disposition.Stalled,
            };
        }

        var digest = Digest.Of(bytes.Span);
        if (expected is { } wanted && wanted != digest)
        {
            throw new RegistryException(RegistryReasons.DigestMismatch, $"a manifest has the digest {digest} where {wanted} was asked for")
            {
                Subject = wanted.ToString(),
                Hint = "The registry, or something on the way to it, changes content; nothing of it was kept.",
            };
        }

        try
        {
            StrictJson.Check(bytes.Span);
            var (type, content) = Parse(bytes.Span, WithoutParameters(mediaType));
            Check(content);
            var descriptor = new Descriptor
            {
                MediaType = type,
                Digest = digest,
                Size = bytes.Length,
                ArtifactType = content.ArtifactType,
            };
            return new ReceivedManifest(descriptor, bytes, content);
        }
        catch (JsonException failure)
        {
            throw new RegistryException(RegistryReasons.ManifestInvalid, $"the manifest {digest} cannot be read: {failure.Message}", failure)
            {
                Subject = digest.ToString(),
                Disposition = Disposition.Stalled,
            };
        }
    }

    private static (string MediaType, OciManifest Content) Parse(ReadOnlySpan<byte> bytes, string? announced)
    {
        var shape = ManifestShape.Of(bytes);
        if (shape is { HasManifests: true, HasConfigOrLayers: true } or { HasManifests: false, HasConfigOrLayers: false })
        {
            throw new JsonException("it must have either 'manifests' or 'config' and 'layers'");
        }

        var type = shape.MediaType ?? announced ?? (shape.HasManifests ? MediaTypes.ImageIndex : MediaTypes.ImageManifest);
        if (announced is not null && announced != type)
        {
            throw new JsonException($"it says that it is '{type}', but was given as '{announced}'");
        }

        var fits = shape.HasManifests ? MediaTypes.IsIndex(type) : MediaTypes.IsManifest(type);
        if (!fits)
        {
            throw new JsonException($"its content does not fit its media type '{type}'");
        }

        return (type, shape.HasManifests
            ? StrictJson.Read(bytes, OciJsonContext.Default.ImageIndex)
            : StrictJson.Read(bytes, OciJsonContext.Default.ImageManifest));
    }

    private static void Check(OciManifest content)
    {
        if (content.SchemaVersion != 2)
        {
            throw new JsonException($"its schema version is {content.SchemaVersion}, not 2");
        }

        IReadOnlyList<Descriptor> children = content switch
        {
            ImageIndex index => index.Manifests,
            ImageManifest manifest => [manifest.Config, .. manifest.Layers],
            _ => [],
        };
        if (children.Count > MaxChildren)
        {
            throw new JsonException($"it lists more than {MaxChildren} descriptors");
        }

        foreach (var child in content.Subject is null ? children : children.Append(content.Subject))
        {
            // The deserialiser fills a list with null where the text says null, whatever the annotations say.
            if (child is null || child.Size < 0 || string.IsNullOrEmpty(child.MediaType))
            {
                throw new JsonException("one of its descriptors has no media type or a negative size, or is null");
            }
        }
    }

    private static string? WithoutParameters(string? mediaType)
    {
        if (mediaType is null)
        {
            return null;
        }

        var semicolon = mediaType.IndexOf(';', StringComparison.Ordinal);
        return (semicolon < 0 ? mediaType : mediaType[..semicolon]).Trim().ToLowerInvariant();
    }
}
