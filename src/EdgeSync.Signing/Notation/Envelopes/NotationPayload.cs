using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives;
using EdgeSync.Signing.Text;

namespace EdgeSync.Signing.Notation.Envelopes;

/// <summary>The signed content: the descriptor of an artifact and the signer's annotations.</summary>
/// <param name="MediaType">The artifact's media type.</param>
/// <param name="Digest">Its digest.</param>
/// <param name="Size">Its size.</param>
/// <param name="Annotations">The signer's annotations by key.</param>
internal sealed record NotationPayload(string MediaType, Digest Digest, long Size, IReadOnlyDictionary<string, string> Annotations)
{
    private const int MaxAnnotations = 64;
    private const int MaxTextLength = 4096;

    /// <summary>Throws <see cref="FormatException"/> for anything but one descriptor with known members.</summary>
    public static NotationPayload Read(ReadOnlySpan<byte> json)
    {
        var target = StrictObject.Parse(json, "the payload").Only("targetArtifact")
            .Object("targetArtifact").Only("mediaType", "digest", "size", "annotations", "artifactType");
        target.OptionalText("artifactType", MaxTextLength);
        var digest = target.Text("digest", MaxTextLength);
        return new NotationPayload(
            target.Text("mediaType", MaxTextLength),
            Digest.TryParse(digest, out var parsed) ? parsed : throw target.Wrong("digest", "is not sha256 with 64 lower-case digits"),
            target.Count("size"),
            target.OptionalObject("annotations")?.Map(MaxAnnotations, MaxTextLength) ?? []);
    }

    /// <summary>How this differs from the expected artifact; empty if it is the same.</summary>
    public string FindDifference(Descriptor wanted)
    {
        if (Digest != wanted.Digest)
        {
            return $"the signature is of {Digest}, not of {wanted.Digest}";
        }

        if (Size != wanted.Size)
        {
            return $"the signature is of {Size} bytes, not of {wanted.Size}";
        }

        return MediaType == wanted.MediaType ? "" : $"the signature is of '{Printable.Of(MediaType)}', not of '{wanted.MediaType}'";
    }
}
