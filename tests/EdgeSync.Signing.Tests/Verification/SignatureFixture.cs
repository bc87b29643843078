using System.Text.Json;
using EdgeSync.Oci.Manifests;
using EdgeSync.Signing.Cosign;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Signing.Tests.Verification;

/// <summary>A bundle, and its signature artifacts, made layer by layer, good and bad ones.</summary>
internal static class SignatureFixture
{
    public static Descriptor Bundle { get; } = Descriptor.Of(MediaTypes.ImageIndex, "a bundle"u8);

    public static SimpleSigningPayload Payload { get; } = new(Bundle.Digest, "registry.example.com/retail/shop");

    public static BundleVerdict Verify(int threshold, VerificationKey[] keys, params SignatureArtifact[] artifacts) => BundleVerifier.Verify(
        Bundle, artifacts, new TrustPolicy(new KeyRing("release", [TestKeys.Stranger.PublicKey], 1), new KeyRing("bundle", keys, threshold)),
        TrustPlace.Unknown, DateTimeOffset.UnixEpoch);

    public static (Descriptor Layer, byte[] Content) Layer(SigningKey key, byte[] payload) =>
        Layer(payload, Convert.ToBase64String(key.Sign(payload, SignatureScheme.CosignTag)));

    public static (Descriptor Layer, byte[] Content) Layer(byte[] payload, string? signature) => (
        Descriptor.Of(SimpleSigningPayload.MediaType, payload) with
        {
            Annotations = signature is null ? null : new Dictionary<string, string> { [CosignSignatures.SignatureAnnotation] = signature },
        },
        payload);

    public static SignatureArtifact Artifact(params (Descriptor Layer, byte[] Content)[] layers)
    {
        var manifest = new ImageManifest
        {
            SchemaVersion = 2,
            MediaType = MediaTypes.ImageManifest,
            Config = Descriptor.Of(MediaTypes.ImageConfig, "{}"u8),
            Layers = [.. layers.Select(l => l.Layer)],
        };
        return new SignatureArtifact(
            JsonSerializer.SerializeToUtf8Bytes(manifest, OciJsonContext.Default.ImageManifest),
            layers.DistinctBy(l => l.Layer.Digest).ToDictionary(l => l.Layer.Digest, l => (ReadOnlyMemory<byte>)l.Content));
    }

    public static SignatureArtifact Signed(params SigningKey[] keys) => Artifact([.. keys.Select(key => Layer(key, Payload.ToBytes()))]);
}
