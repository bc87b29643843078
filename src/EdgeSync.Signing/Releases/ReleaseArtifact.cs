using System.Diagnostics.CodeAnalysis;
using EdgeSync.Contracts.Releases;
using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives.Failures;
using EdgeSync.Signing.Artifacts;
using EdgeSync.Signing.Envelopes;

namespace EdgeSync.Signing.Releases;

/// <summary>
/// How a release record is stored in a registry: an artifact manifest of type <see cref="ReleaseRecord.MediaType"/> with an empty configuration and
/// one layer, the envelope, under a tag with the channel's name. The manifest itself is not trusted; if its digest is signed, that signature covers the
/// envelope that it names.
/// </summary>
public static class ReleaseArtifact
{
    private static readonly byte[] EmptyConfiguration = "{}"u8.ToArray();

    /// <summary>Makes the artifact of an envelope.</summary>
    public static PushableArtifact Build(DsseEnvelope envelope)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        var layer = ArtifactBlob.Of(DsseEnvelope.MediaType, envelope.ToBytes());
        var configuration = ArtifactBlob.Of(MediaTypes.Empty, EmptyConfiguration);
        var manifest = new ImageManifest
        {
            SchemaVersion = 2,
            MediaType = MediaTypes.ImageManifest,
            ArtifactType = ReleaseRecord.MediaType,
            Config = configuration.Descriptor,
            Layers = [layer.Descriptor],
        };
        return new PushableArtifact(ManifestWriter.Write(manifest), [configuration, layer]);
    }

    /// <summary>
    /// Finds the envelope's descriptor in the bytes of a channel's manifest; its blob has at most <see cref="DsseEnvelope.MaxBytes"/>. If the
    /// result is false, <paramref name="problem"/> says why.
    /// </summary>
    public static bool TryFindEnvelope(ReadOnlyMemory<byte> manifest, [NotNullWhen(true)] out Descriptor? envelope, out string problem)
    {
        envelope = null;
        try
        {
            var content = ManifestReader.Read(manifest, mediaType: null).Content;
            problem = FindProblem(content) ?? "";
            envelope = problem.Length == 0 ? ((ImageManifest)content).Layers[0] : null;
        }
        catch (EdgeSyncException failure)
        {
            problem = failure.Message;
        }

        return envelope is not null;
    }

    private static string? FindProblem(OciManifest content) => content switch
    {
        { ArtifactType: not ReleaseRecord.MediaType } => $"it is not a release record (its type is '{content.ArtifactType ?? "none"}')",
        ImageManifest { Layers: [{ MediaType: DsseEnvelope.MediaType } layer] } => layer.Size is > 0 and <= DsseEnvelope.MaxBytes
            ? null
            : $"the release's envelope has {layer.Size} bytes, more than {DsseEnvelope.MaxBytes}",
        _ => "a release record must have exactly one layer, its envelope",
    };
}
