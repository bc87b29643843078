using System.Text;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.References;
using EdgeSync.Primitives;
using EdgeSync.Signing.Sigstore;
using EdgeSync.Signing.Sigstore.Bundles;
using EdgeSync.Signing.Sigstore.Roots;
using EdgeSync.Signing.Sigstore.Statements;

namespace EdgeSync.Signing.Tests.Peers;

/// <summary>Bundles that the real cosign 3 makes, for images under the fallback tag and for files.</summary>
public sealed class CosignBundleTests(CosignFixture fixture) : IClassFixture<CosignFixture>
{
    private const int MaxBytes = 1 << 20;

    [PeerTheory]
    [InlineData("first")]
    [InlineData("p384")]
    [InlineData("rsa")]
    public async Task A_bundle_of_an_image_says_what_was_signed(string name)
    {
        var key = TestKeys.Named(name);
        var image = await fixture.PushImageAsync();
        await SignAsync("sign", await fixture.ImportAsync(key), ["-a", "env=prod", image.ToString()]);

        var bundle = await FetchAsync(image);

        var subject = SigstoreSubject.OfDigest(image.Digest!.Value);
        var trusted = Assert.IsType<SigstoreVerdict.Trusted>(
            SigstoreVerifier.Verify(bundle, subject, key.PublicKey, TrustedRoot.Empty, SigstoreRequirements.SignatureOnly));
        Assert.Equal(InTotoStatement.CosignSignature, trusted.Statement!.PredicateType);
        Assert.Equal("prod", trusted.Statement.Find(image.Digest.Value)!.Annotations["env"]);
        AssertRefused(SigstoreCheckKind.Signature, bundle, subject, TestKeys.Stranger.PublicKey, SigstoreRequirements.SignatureOnly);
        AssertRefused(
            SigstoreCheckKind.Subject, bundle, SigstoreSubject.OfDigest(Digest.Of("other"u8)), key.PublicKey, SigstoreRequirements.SignatureOnly);
        AssertRefused(SigstoreCheckKind.TransparencyLog, bundle, subject, key.PublicKey, SigstoreRequirements.Default);
    }

    [PeerFact]
    public async Task An_attestation_of_an_image_is_not_a_signature()
    {
        var image = await fixture.PushImageAsync();
        await File.WriteAllTextAsync(fixture["bundle-predicate.json"], """{"looks":"good"}""");
        await SignAsync(
            "attest", await fixture.ImportAsync(TestKeys.First), ["--type", "custom", "--predicate", fixture["bundle-predicate.json"], image.ToString()]);

        var verdict = SigstoreVerifier.Verify(
            await FetchAsync(image), SigstoreSubject.OfDigest(image.Digest!.Value), TestKeys.First.PublicKey, TrustedRoot.Empty, SigstoreRequirements.SignatureOnly);

        var statement = Assert.IsType<SigstoreVerdict.Trusted>(verdict).Statement!;
        Assert.NotEqual(InTotoStatement.CosignSignature, statement.PredicateType);
        Assert.Contains("looks", Encoding.UTF8.GetString(statement.Predicate.Span), StringComparison.Ordinal);
    }

    [PeerTheory]
    [InlineData("first")]
    [InlineData("p384")]
    [InlineData("rsa")]
    public async Task A_bundle_of_a_file_is_valid_for_that_file_only(string name)
    {
        var key = TestKeys.Named(name);
        var path = fixture[$"{name}.txt"];
        await File.WriteAllTextAsync(path, "the artifact");
        await SignAsync("sign-blob", await fixture.ImportAsync(key), ["--bundle", path + ".json", path]);

        Assert.True(SigstoreBundle.TryParse(await File.ReadAllBytesAsync(path + ".json"), out var bundle, out var problem), problem);

        Assert.IsType<SigstoreVerdict.Trusted>(SigstoreVerifier.Verify(
            bundle, SigstoreSubject.OfContent("the artifact"u8.ToArray()), key.PublicKey, TrustedRoot.Empty, SigstoreRequirements.SignatureOnly));
        Assert.IsType<SigstoreVerdict.Untrusted>(SigstoreVerifier.Verify(
            bundle, SigstoreSubject.OfContent("another"u8.ToArray()), key.PublicKey, TrustedRoot.Empty, SigstoreRequirements.SignatureOnly));
    }

    [PeerFact]
    public async Task A_trusted_root_that_cosign_made_is_read()
    {
        var root = fixture["trusted-root.json"];
        (await fixture.CosignAsync(3, "trusted-root", "create", "--out", root)).EnsureSuccess();

        Assert.True(TrustedRoot.TryParse(await File.ReadAllBytesAsync(root), out _, out var problem), problem);
    }

    private static void AssertRefused(
        SigstoreCheckKind kind, SigstoreBundle bundle, SigstoreSubject subject, EdgeSync.Signing.Keys.VerificationKey key, SigstoreRequirements requirements)
    {
        var untrusted = Assert.IsType<SigstoreVerdict.Untrusted>(SigstoreVerifier.Verify(bundle, subject, key, TrustedRoot.Empty, requirements));
        Assert.Equal(kind, untrusted.Failure.Kind);
    }

    private async Task SignAsync(string verb, string key, IReadOnlyList<string> arguments)
    {
        var configuration = fixture[$"signing-{Guid.NewGuid():N}.json"];
        var root = fixture[$"root-{Guid.NewGuid():N}.json"];
        (await fixture.CosignAsync(3, "signing-config", "create", "--out", configuration)).EnsureSuccess();
        (await fixture.CosignAsync(3, "trusted-root", "create", "--out", root)).EnsureSuccess();
        (await fixture.CosignAsync(
            3, [verb, "--key", key, "--signing-config", configuration, "--trusted-root", root, "-y", .. arguments])).EnsureSuccess();
    }

    // The listing may describe a referrer wrongly, so each one is fetched and read.
    private async Task<SigstoreBundle> FetchAsync(OciReference image)
    {
        var index = await fixture.Registry.FindManifestAsync(image.Repository, $"sha256-{image.Digest!.Value.Hex}", CancellationToken.None);
        foreach (var referrer in Assert.IsType<ImageIndex>(index!.Content).Manifests)
        {
            var manifest = await fixture.Registry.GetManifestAsync(image.Repository, referrer.Digest, CancellationToken.None);
            if (manifest.Content is ImageManifest { Layers: [{ MediaType: SigstoreBundle.MediaType } layer] })
            {
                var bytes = await fixture.Registry.GetBlobAsync(image.Repository, layer, MaxBytes, CancellationToken.None);
                Assert.True(SigstoreBundle.TryParse(bytes.AsSpan(), out var bundle, out var problem), problem);
                return bundle;
            }
        }

        throw new InvalidOperationException("cosign left no bundle");
    }
}
