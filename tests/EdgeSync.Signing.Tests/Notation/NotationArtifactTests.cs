using System.Text.Json;
using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives;
using EdgeSync.Signing.Notation;
using EdgeSync.Signing.Tests.Notation.World;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Signing.Tests.Notation;

public sealed class NotationArtifactTests
{
    private static readonly byte[] Content = "an envelope"u8.ToArray();
    private static readonly Descriptor Layer = Descriptor.Of(NotationCase.Jws, Content);

    private static ImageManifest Good => new()
    {
        SchemaVersion = 2,
        MediaType = MediaTypes.ImageManifest,
        Config = Descriptor.Of(NotationArtifact.MediaType, "{}"u8),
        Layers = [Layer],
        Subject = EnvelopeRecipe.Target,
    };

    public static TheoryData<string, string> Bad => new()
    {
        { "other artifact", "none of a Notation signature" },
        { "other configuration", "none of a Notation signature" },
        { "artifact type beside a foreign configuration", "none of a Notation signature" },
        { "no subject", "something else" },
        { "other subject", "something else" },
        { "other size", "something else" },
        { "other media type", "something else" },
        { "no layer", "one layer" },
        { "two layers", "one layer" },
        { "layer of another kind", "one layer" },
        { "no blob", "missing" },
        { "other blob", "does not have its digest" },
    };

    [Theory]
    [InlineData(null, NotationArtifact.MediaType)]
    [InlineData(NotationArtifact.MediaType, MediaTypes.Empty)]
    [InlineData(NotationArtifact.MediaType, NotationArtifact.MediaType)]
    public void TryFindEnvelope_Signature_Found(string? artifactType, string configuration)
    {
        var found = Find(Good with { ArtifactType = artifactType, Config = Descriptor.Of(configuration, "{}"u8) }, Content, out var mediaType, out var problem);

        Assert.True(found, problem);
        Assert.Equal(NotationCase.Jws, mediaType);
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public void TryFindEnvelope_SomethingElse_ReportsWhy(string what, string words)
    {
        var manifest = what switch
        {
            "other artifact" => Good with { ArtifactType = "application/vnd.dev.sigstore.bundle.v0.3+json" },
            "other configuration" => Good with { Config = Descriptor.Of(MediaTypes.ImageConfig, "{}"u8) },
            "artifact type beside a foreign configuration" => Good with
            {
                ArtifactType = NotationArtifact.MediaType,
                Config = Descriptor.Of(MediaTypes.ImageConfig, "{}"u8),
            },
            "no subject" => Good with { Subject = null },
            "other subject" => Good with { Subject = Descriptor.Of(MediaTypes.ImageIndex, "another"u8) },
            "other size" => Good with { Subject = EnvelopeRecipe.Target with { Size = 1 } },
            "other media type" => Good with { Subject = EnvelopeRecipe.Target with { MediaType = MediaTypes.ImageManifest } },
            "no layer" => Good with { Layers = [] },
            "two layers" => Good with { Layers = [Layer, Layer] },
            "layer of another kind" => Good with { Layers = [Layer with { MediaType = "application/json" }] },
            "no blob" => Good with { Layers = [Descriptor.Of(NotationCase.Jws, "missing"u8)] },
            _ => Good,
        };

        Assert.False(Find(manifest, what == "other blob" ? [1] : Content, out _, out var problem));
        Assert.Contains(words, problem, StringComparison.Ordinal);
    }

    private static bool Find(ImageManifest manifest, byte[] blob, out string mediaType, out string problem)
    {
        var artifact = new SignatureArtifact(
            JsonSerializer.SerializeToUtf8Bytes(manifest, OciJsonContext.Default.ImageManifest),
            new Dictionary<Digest, ReadOnlyMemory<byte>> { [Layer.Digest] = blob });
        return NotationArtifact.TryFindEnvelope(manifest, artifact, EnvelopeRecipe.Target, out _, out mediaType, out problem);
    }
}
