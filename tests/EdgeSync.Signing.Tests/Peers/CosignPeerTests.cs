using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.References;
using EdgeSync.Signing.Cosign;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Signing.Tests.Peers;

/// <summary>We verify cosign's signatures, and cosign verifies ours, in both versions and with every kind of key.</summary>
public sealed class CosignPeerTests(CosignFixture fixture) : IClassFixture<CosignFixture>
{
    public static TheoryData<int, string> VersionsAndKeys => new()
    {
        { 2, "first" }, { 2, "p384" }, { 2, "rsa" },
        { 3, "first" }, { 3, "p384" }, { 3, "rsa" },
    };

    [PeerTheory]
    [InlineData(2, "first")]
    [InlineData(2, "p384")]
    [InlineData(2, "rsa")]
    [InlineData(3, "first")]
    [InlineData(3, "rsa")]
    public async Task Cosign_signs_and_we_verify(int version, string name)
    {
        var key = TestKeys.Named(name);
        var image = await fixture.PushImageAsync();
        await fixture.SignAsync(version, await fixture.ImportAsync(key), image, "-a", "env=prod");

        var found = await fixture.FetchAsync(image, CosignSignatures.TagOf(image.Digest!.Value));

        var trusted = Assert.IsType<BundleVerdict.Trusted>(Verify(image, 1, [key.PublicKey], found));
        Assert.Equal([key.PublicKey.Id.ToString()], trusted.Bundle.Signers.Select(s => s.Identity));
        Assert.IsType<BundleVerdict.Untrusted>(Verify(image, 1, [TestKeys.Stranger.PublicKey], found));
        Assert.IsType<BundleVerdict.Untrusted>(Verify(await fixture.PushImageAsync(), 1, [key.PublicKey], found));
    }

    [PeerTheory]
    [MemberData(nameof(VersionsAndKeys))]
    public async Task We_sign_and_cosign_verifies(int version, string name)
    {
        var key = TestKeys.Named(name);
        var image = await fixture.PushImageAsync();
        await fixture.AppendAsync(image, key);

        var right = await fixture.VerifyAsync(version, await fixture.WritePublicAsync(key.PublicKey), image);
        var wrong = await fixture.VerifyAsync(version, await fixture.WritePublicAsync(TestKeys.Stranger.PublicKey), image);

        Assert.True(right.ExitCode == 0, right.Error);
        Assert.NotEqual(0, wrong.ExitCode);
    }

    [PeerFact]
    public async Task What_cosign_3_signs_with_P384_under_a_tag_neither_cosign_nor_we_accept()
    {
        // It signs with SHA-384 there and verifies with SHA-256 (seen with 3.1.1); its own bundles are not concerned.
        var image = await fixture.PushImageAsync();
        await fixture.SignAsync(3, await fixture.ImportAsync(TestKeys.P384), image);

        var found = await fixture.FetchAsync(image, CosignSignatures.TagOf(image.Digest!.Value));
        var verified = await fixture.VerifyAsync(3, await fixture.WritePublicAsync(TestKeys.P384.PublicKey), image);

        Assert.IsType<BundleVerdict.Untrusted>(Verify(image, 1, [TestKeys.P384.PublicKey], found));
        Assert.NotEqual(0, verified.ExitCode);
    }

    [PeerTheory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_key_pair_that_cosign_made_is_trusted(int version)
    {
        var prefix = fixture[$"generated-{version}"];
        (await fixture.CosignAsync(version, "generate-key-pair", "--output-key-prefix", prefix)).EnsureSuccess();
        var key = await VerificationKeyFile.LoadAsync(prefix + ".pub", CancellationToken.None);
        var image = await fixture.PushImageAsync();
        await fixture.SignAsync(version, prefix + ".key", image);

        Assert.IsType<BundleVerdict.Trusted>(
            Verify(image, 1, [key], await fixture.FetchAsync(image, CosignSignatures.TagOf(image.Digest!.Value))));
        var failure = await Assert.ThrowsAsync<SigningException>(
            () => SigningKeyFile.LoadAsync(prefix + ".key", "test", CancellationToken.None));
        Assert.Contains("cosign", failure.Hint, StringComparison.Ordinal);
    }

    [PeerTheory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task We_add_a_signature_to_cosigns_and_cosign_adds_one_to_ours(int version)
    {
        var image = await fixture.PushImageAsync();
        await fixture.SignAsync(version, await fixture.ImportAsync(TestKeys.First), image);
        await fixture.AppendAsync(image, TestKeys.Second);
        await fixture.SignAsync(version, await fixture.ImportAsync(TestKeys.Rsa), image);

        var found = await fixture.FetchAsync(image, CosignSignatures.TagOf(image.Digest!.Value));

        VerificationKey[] keys = [TestKeys.First.PublicKey, TestKeys.Second.PublicKey, TestKeys.Rsa.PublicKey];
        Assert.IsType<BundleVerdict.Trusted>(Verify(image, 3, keys, found));
        foreach (var key in keys)
        {
            var result = await fixture.VerifyAsync(version, await fixture.WritePublicAsync(key), image);
            Assert.True(result.ExitCode == 0, result.Error);
        }
    }

    [PeerTheory]
    [InlineData(2, "--tlog-upload=false")]
    [InlineData(3, "--tlog-upload=false", "--use-signing-config=false", "--new-bundle-format=false")]
    public async Task An_attestation_of_cosign_is_no_signature(int version, params string[] flags)
    {
        var image = await fixture.PushImageAsync();
        await File.WriteAllTextAsync(fixture["predicate.json"], """{"looks":"good"}""");
        (await fixture.CosignAsync(version, [
            "attest", "--key", await fixture.ImportAsync(TestKeys.First), .. flags, "--type", "custom",
            "--predicate", fixture["predicate.json"], "-y", image.ToString()])).EnsureSuccess();

        var found = await fixture.FetchAsync(image, $"sha256-{image.Digest!.Value.Hex}.att");

        Assert.IsType<BundleVerdict.Untrusted>(Verify(image, 1, [TestKeys.First.PublicKey], found));
    }

    [PeerFact]
    public async Task The_payload_that_we_make_is_the_one_that_cosign_makes()
    {
        var image = await fixture.PushImageAsync();
        await fixture.SignAsync(2, await fixture.ImportAsync(TestKeys.First), image);
        var tag = CosignSignatures.TagOf(image.Digest!.Value);

        var manifest = await fixture.Registry.FindManifestAsync(image.Repository, tag, CancellationToken.None);

        var layer = ((ImageManifest)manifest!.Content).Layers[0];
        Assert.Equal(
            new SimpleSigningPayload(image.Digest.Value, image.Name).ToBytes(),
            await fixture.Registry.GetBlobAsync(image.Repository, layer, 1 << 16, CancellationToken.None));
    }

    private static BundleVerdict Verify(OciReference image, int threshold, VerificationKey[] keys, SignatureArtifact found) => BundleVerifier.Verify(
        new Descriptor { MediaType = MediaTypes.ImageManifest, Digest = image.Digest!.Value, Size = 1 },
        [found],
        new TrustPolicy(new KeyRing("release", keys, 1), new KeyRing("bundle", keys, threshold)),
        TrustPlace.Unknown,
        TimeProvider.System.GetUtcNow());
}
