using System.Text.Json;
using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives;
using EdgeSync.Signing.Artifacts;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Text;

namespace EdgeSync.Signing.Cosign;

/// <summary>The artifact under the tag <c>sha256-HEX.sig</c>: one layer for each signature of one digest.</summary>
public static class CosignSignatures
{
    /// <summary>The annotation that holds a layer's signature in base64.</summary>
    public const string SignatureAnnotation = "dev.cosignproject.cosign/signature";

    /// <summary>The most signatures that are read or written under one tag.</summary>
    public const int MaxSignatures = 128;

    /// <summary>The tag, in the same repository, of the signatures of this digest.</summary>
    public static string TagOf(Digest digest) => $"sha256-{digest.Hex}.sig";

    /// <summary>The tag, in the same repository, of cosign's attestations of this digest.</summary>
    public static string AttestationTagOf(Digest digest) => $"sha256-{digest.Hex}.att";

    /// <summary>
    /// Signs a digest and adds the signature to the existing ones, which stay unchanged. Null if this key has already signed it. Throws
    /// <see cref="SigningException"/> if no signature can be added to the content under the tag.
    /// </summary>
    /// <param name="payload">What is signed.</param>
    /// <param name="key">The key that signs.</param>
    /// <param name="existing">The manifest that is under the tag now, or null.</param>
    public static PushableArtifact? Append(SimpleSigningPayload payload, SigningKey key, OciManifest? existing)
    {
        ArgumentNullException.ThrowIfNull(payload);
        ArgumentNullException.ThrowIfNull(key);
        var content = payload.ToBytes();
        var before = FindLayers(existing, payload.Digest);
        if (before.Any(layer => IsSignedBy(layer, content, key.PublicKey)))
        {
            return null;
        }

        var blob = ArtifactBlob.Of(SimpleSigningPayload.MediaType, content);
        var signature = Convert.ToBase64String(key.Sign(content, SignatureScheme.CosignTag));
        IReadOnlyList<Descriptor> layers =
            [.. before, blob.Descriptor with { Annotations = new Dictionary<string, string> { [SignatureAnnotation] = signature } }];
        var configuration = ArtifactBlob.Of(MediaTypes.ImageConfig, JsonSerializer.SerializeToUtf8Bytes(
            SignatureConfiguration.For(layers.Select(layer => layer.Digest.ToString())), SigningJsonContext.Default.SignatureConfiguration));
        var manifest = new ImageManifest
        {
            SchemaVersion = 2,
            MediaType = MediaTypes.ImageManifest,
            Config = configuration.Descriptor,
            Layers = layers,
            Annotations = existing?.Annotations,
        };
        return new PushableArtifact(ManifestWriter.Write(manifest), [configuration, blob]);
    }

    /// <summary>The signature in a layer's annotation; false if there is none, or none that is canonical base64.</summary>
    internal static bool TryReadSignature(Descriptor layer, out byte[] signature)
    {
        var found = StrictBase64.TryDecode(layer.Annotation(SignatureAnnotation), out var value) && value.Length > 0;
        signature = value ?? [];
        return found;
    }

    private static IReadOnlyList<Descriptor> FindLayers(OciManifest? existing, Digest digest) => existing switch
    {
        null => [],
        ImageManifest { Layers.Count: < MaxSignatures } manifest => manifest.Layers,
        _ => throw new SigningException(
            SigningReasons.SignatureTagUnusable, $"the tag '{TagOf(digest)}' does not name a list of signatures, or the list is full")
        {
            Subject = TagOf(digest),
            Hint = "Inspect the tag with another tool, and remove it if nobody needs it.",
        },
    };

    private static bool IsSignedBy(Descriptor layer, byte[] content, VerificationKey key) =>
        layer.Digest == Digest.Of(content) && TryReadSignature(layer, out var signature) && key.Verify(content, signature, SignatureScheme.CosignTag);
}
