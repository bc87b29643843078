using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives.Failures;
using EdgeSync.Signing.Artifacts;
using EdgeSync.Signing.Envelopes;

namespace EdgeSync.Signing.Roots;

/// <summary>
/// How trust roots and revocations are stored in a registry: one artifact manifest under one tag, with every root since the first and the newest list of
/// revocations as layers. A site that has the manifest learns with one conditional request that nothing is new. The manifest is neither signed nor trusted.
/// </summary>
public static class TrustArtifact
{
    /// <summary>The manifest's artifact type.</summary>
    public const string ArtifactType = "application/vnd.edgesync.trust.v1";

    /// <summary>The tag. No channel can have this name, because a channel's name has no dot.</summary>
    public const string Tag = "trust.root";

    /// <summary>The most roots that are read.</summary>
    public const int MaxRoots = 4096;

    private const string VersionAnnotation = "dev.edgesync.trust.version";
    private const string RevocationsAnnotation = "dev.edgesync.trust.revocations";

    private static readonly byte[] EmptyConfiguration = "{}"u8.ToArray();

    /// <summary>Makes the artifact.</summary>
    public static PushableArtifact Build(TrustChain chain, Revocations? revocations)
    {
        ArgumentNullException.ThrowIfNull(chain);
        var configuration = ArtifactBlob.Of(MediaTypes.Empty, EmptyConfiguration);
        List<ArtifactBlob> layers = [.. chain.Links.Select(link => Layer(VersionAnnotation, link.Root.Version, link.Envelope))];
        if (revocations is not null)
        {
            layers.Add(Layer(RevocationsAnnotation, revocations.Record.Number, revocations.Envelope));
        }

        var manifest = new ImageManifest
        {
            SchemaVersion = 2,
            MediaType = MediaTypes.ImageManifest,
            ArtifactType = ArtifactType,
            Config = configuration.Descriptor,
            Layers = [.. layers.Select(layer => layer.Descriptor)],
        };
        return new PushableArtifact(ManifestWriter.Write(manifest), [configuration, .. layers]);
    }

    /// <summary>Reads what a manifest lists; if the result is false, <paramref name="problem"/> says why.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> manifest, [NotNullWhen(true)] out TrustListing? listing, out string problem)
    {
        listing = null;
        try
        {
            if (ManifestReader.Read(manifest, mediaType: null).Content is not ImageManifest { ArtifactType: ArtifactType } content)
            {
                problem = "it is not a trust artifact";
                return false;
            }

            var roots = new Dictionary<long, Descriptor>();
            Descriptor? revocations = null;
            foreach (var layer in content.Layers.Where(layer => layer is { MediaType: DsseEnvelope.MediaType, Size: > 0 and <= DsseEnvelope.MaxBytes }))
            {
                if (Number(layer, VersionAnnotation) is { } version && roots.Count < MaxRoots)
                {
                    roots.TryAdd(version, layer);
                }
                else if (Number(layer, RevocationsAnnotation) is not null)
                {
                    revocations ??= layer;
                }
            }

            listing = new TrustListing(roots, revocations);
            problem = "";
            return true;
        }
        catch (EdgeSyncException failure)
        {
            problem = failure.Message;
            return false;
        }
    }

    private static ArtifactBlob Layer(string annotation, long number, ReadOnlyMemory<byte> envelope)
    {
        var blob = ArtifactBlob.Of(DsseEnvelope.MediaType, envelope.ToArray());
        var annotations = new Dictionary<string, string> { [annotation] = number.ToString(CultureInfo.InvariantCulture) };
        return blob with { Descriptor = blob.Descriptor with { Annotations = annotations } };
    }

    private static long? Number(Descriptor layer, string annotation) =>
        long.TryParse(layer.Annotation(annotation), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
