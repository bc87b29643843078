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
            Check(bytes.Span);
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
        catch (FormatException failure)
        {
            throw Invalid(digest, failure.Message, failure);
        }
        catch (JsonException failure)
        {
            throw Invalid(digest, FaultText.Describe(failure), failure);
        }
    }

    /// <summary>Whether bytes are what a registry may have sent as a manifest, readable or not: a JSON object with a schema version.</summary>
    internal static bool LooksLikeManifest(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return ManifestShape.Of(bytes).HasVersion;
        }
        catch (Exception failure) when (failure is JsonException or FormatException or InvalidOperationException)
        {
            return false;
        }
    }

    // What this check says is written for people; only the reader's own words (with a line) are not.
    private static void Check(ReadOnlySpan<byte> bytes)
    {
        try
        {
            StrictJson.Check(bytes);
        }
        catch (JsonException failure) when (failure.LineNumber is null)
        {
            throw new FormatException(failure.Message, failure);
        }
        catch (JsonException failure)
        {
            throw new FormatException($"it is not valid JSON (line {failure.LineNumber + 1})", failure);
        }
    }

    private static RegistryException Invalid(Digest digest, string why, Exception cause) =>
        new(RegistryReasons.ManifestInvalid, $"the manifest {digest} cannot be read: {why}", cause)
        {
            Subject = digest.ToString(),
            Disposition = Disposition.Stalled,
        };

    private static (string MediaType, OciManifest Content) Parse(ReadOnlySpan<byte> bytes, string? announced)
    {
        var shape = ManifestShape.Of(bytes);
        if (shape.IsSchema1)
        {
            throw new FormatException("it is of Docker's schema 1, which today's runtimes do not run; pull and push the image with a current tool");
        }

        var isImage = shape.HasConfig || shape.HasLayers;
        if (shape.HasManifests == isImage)
        {
            throw new FormatException("it must have either 'manifests', as an index, or 'config' and 'layers', as an image");
        }

        var type = shape.MediaType ?? announced ?? (shape.HasManifests ? MediaTypes.ImageIndex : MediaTypes.ImageManifest);
        if (announced is not null && announced != type)
        {
            throw new FormatException($"it says that it is '{type}', but was given as '{announced}'");
        }

        var fits = shape.HasManifests ? MediaTypes.IsIndex(type) : MediaTypes.IsManifest(type);
        if (!fits)
        {
            throw new FormatException($"its content does not fit its media type '{type}'");
        }

        if (isImage && !shape.HasConfig)
        {
            throw new FormatException("it has no 'config', which an image must have");
        }

        return (type, shape.HasManifests
            ? StrictJson.Read(bytes, OciJsonContext.Default.ImageIndex)
            : StrictJson.Read(bytes, OciJsonContext.Default.ImageManifest));
    }

    private static void Check(OciManifest content)
    {
        if (content.SchemaVersion != 2)
        {
            throw new FormatException($"its schema version is {content.SchemaVersion}, not 2");
        }

        IReadOnlyList<Descriptor> children = content switch
        {
            ImageIndex index => index.Manifests,
            ImageManifest manifest => [manifest.Config, .. manifest.Layers],
            _ => [],
        };
        if (children.Count > MaxChildren)
        {
            throw new FormatException($"it lists more than {MaxChildren} descriptors");
        }

        foreach (var child in content.Subject is null ? children : children.Append(content.Subject))
        {
            // The deserialiser fills a list with null where the text says null, whatever the annotations say.
            if (child is null || child.Size < 0 || string.IsNullOrEmpty(child.MediaType))
            {
                throw new FormatException("one of its descriptors has no media type or a negative size, or is null");
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
