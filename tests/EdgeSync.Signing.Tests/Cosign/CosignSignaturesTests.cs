using System.Text;
using System.Text.Json;
using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives;
using EdgeSync.Signing.Artifacts;
using EdgeSync.Signing.Cosign;
using EdgeSync.Signing.Verification;
using static EdgeSync.Signing.Tests.Verification.SignatureFixture;

namespace EdgeSync.Signing.Tests.Cosign;

public sealed class CosignSignaturesTests
{
    [Fact]
    public void TagOf_Digest_IsTheOneCosignLooksFor() =>
        Assert.Equal($"sha256-{Bundle.Digest.Hex}.sig", CosignSignatures.TagOf(Bundle.Digest));

    [Fact]
    public void Payload_Bytes_AreExactlyThoseOfCosign() => Assert.Equal(
        $$$"""{"critical":{"identity":{"docker-reference":"registry.example.com/retail/shop"},"image":{"docker-manifest-digest":"{{{Bundle.Digest}}}"},"type":"cosign container image signature"},"optional":null}""",
        Encoding.UTF8.GetString(Payload.ToBytes()));

    [Fact]
    public void Payload_WithAnnotations_IsRead()
    {
        var json = Encoding.UTF8.GetString(Payload.ToBytes()).Replace("null", """{"env":"prod","n":1}""", StringComparison.Ordinal);

        Assert.True(SimpleSigningPayload.TryParse(Encoding.UTF8.GetBytes(json), out var read, out _));
        Assert.Equal(Payload, read);
    }

    [Fact]
    public void Append_ToNothing_IsTrusted()
    {
        var artifact = CosignSignatures.Append(Payload, TestKeys.First, existing: null)!;

        Assert.IsType<BundleVerdict.Trusted>(Verify(1, [TestKeys.First.PublicKey], AsFound(artifact)));
    }

    [Fact]
    public void Append_ToTheSignatureOfAnother_KeepsItByteForByte()
    {
        var foreign = Layer(TestKeys.Rsa, Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Payload.ToBytes()).Replace("null", "{\"env\":\"prod\"}", StringComparison.Ordinal)));
        foreign.Layer = foreign.Layer with
        {
            Annotations = new Dictionary<string, string>(foreign.Layer.Annotations!) { ["dev.sigstore.cosign/bundle"] = "{\"x\":1}" },
        };
        var existing = Artifact(foreign);

        var artifact = CosignSignatures.Append(Payload, TestKeys.First, ManifestReader.Read(existing.Manifest, null).Content)!;

        var layers = Read(artifact).Layers;
        Assert.Equal(2, layers.Count);
        Assert.Equal(foreign.Layer.Annotations, layers[0].Annotations);
        Assert.Equal(foreign.Layer.Digest, layers[0].Digest);
        Assert.IsType<BundleVerdict.Trusted>(Verify(
            2, [TestKeys.First.PublicKey, TestKeys.Rsa.PublicKey], AsFound(artifact, existing)));
    }

    [Fact]
    public void Append_Configuration_NamesEachLayer()
    {
        var first = CosignSignatures.Append(Payload, TestKeys.First, existing: null)!;
        var second = CosignSignatures.Append(Payload, TestKeys.Second, Read(first))!;

        var configuration = second.Blobs.Single(b => b.Descriptor == Read(second).Config).Content;
        using var json = JsonDocument.Parse(configuration);

        Assert.Equal(2, json.RootElement.GetProperty("rootfs").GetProperty("diff_ids").GetArrayLength());
        Assert.Equal(2, json.RootElement.GetProperty("history").GetArrayLength());
    }

    [Fact]
    public void Append_SameKeyAgain_IsNothingToDo()
    {
        var first = CosignSignatures.Append(Payload, TestKeys.First, existing: null)!;

        Assert.Null(CosignSignatures.Append(Payload, TestKeys.First, Read(first)));
    }

    [Fact]
    public void Append_FullTag_IsRefused()
    {
        var full = Artifact([.. Enumerable.Range(0, CosignSignatures.MaxSignatures).Select(i => Layer(Encoding.UTF8.GetBytes($"{i}"), "AA=="))]);

        var failure = Assert.Throws<SigningException>(
            () => CosignSignatures.Append(Payload, TestKeys.First, ManifestReader.Read(full.Manifest, null).Content));

        Assert.Equal((SigningReasons.SignatureTagUnusable, CosignSignatures.TagOf(Bundle.Digest)), (failure.Reason, failure.Subject));
    }

    private static ImageManifest Read(PushableArtifact artifact) => (ImageManifest)ManifestReader.Read(artifact.Manifest, null).Content;

    private static SignatureArtifact AsFound(PushableArtifact artifact, SignatureArtifact? before = null)
    {
        var blobs = artifact.Blobs.ToDictionary(b => b.Descriptor.Digest, b => b.Content);
        foreach (var (digest, content) in before?.Blobs ?? new Dictionary<Digest, ReadOnlyMemory<byte>>())
        {
            blobs[digest] = content;
        }

        return new SignatureArtifact(artifact.Manifest, blobs);
    }
}
