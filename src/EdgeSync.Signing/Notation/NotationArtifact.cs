using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives;
using EdgeSync.Signing.Notation.Envelopes;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Signing.Notation;

/// <summary>How a signature of the Notary Project is stored in a registry: a separate manifest with the envelope as its only layer.</summary>
internal static class NotationArtifact
{
    public const string MediaType = "application/vnd.cncf.notary.signature";

    /// <summary>Whether a manifest says that it is such a signature: by its artifact type, or by its configuration in registries without artifact types.</summary>
    public static bool Recognises(ImageManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return manifest.ArtifactType is null ? manifest.Config.MediaType == MediaType : manifest.ArtifactType == MediaType;
    }

    /// <summary>The one envelope of a signature of this artifact; if the result is false, <paramref name="problem"/> says why.</summary>
    public static bool TryFindEnvelope(
        ImageManifest manifest,
        SignatureArtifact artifact,
        Descriptor target,
        out ReadOnlyMemory<byte> envelope,
        out string mediaType,
        out string problem)
    {
        envelope = default;
        mediaType = manifest.Layers is [var layer] ? layer.MediaType : "";
        if (!Recognises(manifest) || (manifest.ArtifactType is not null && manifest.Config.MediaType is not (MediaType or MediaTypes.Empty)))
        {
            problem = "the manifest is none of a Notation signature";
        }
        else if (manifest.Subject is not { } subject || subject.Digest != target.Digest || subject.Size != target.Size || subject.MediaType != target.MediaType)
        {
            problem = "the manifest is of a signature of something else";
        }
        else if (mediaType is not (NotationEnvelope.JwsMediaType or NotationEnvelope.CoseMediaType))
        {
            problem = "the signature does not have one layer, of JWS or of COSE";
        }
        else if (!artifact.Blobs.TryGetValue(manifest.Layers[0].Digest, out envelope) || Digest.Of(envelope.Span) != manifest.Layers[0].Digest)
        {
            problem = "the envelope is missing or does not have its digest";
        }
        else
        {
            problem = "";
            return true;
        }

        envelope = default;
        return false;
    }
}
