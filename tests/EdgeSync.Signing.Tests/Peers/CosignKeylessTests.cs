using EdgeSync.Oci.Manifests;
using EdgeSync.Signing.Cosign;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Sigstore;
using EdgeSync.Signing.Sigstore.Roots;
using EdgeSync.Signing.Tests.Sigstore.World;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Signing.Tests.Peers;

/// <summary>Real cosign attaches a signature with a certificate; it and we verify it with the tests' own Sigstore instance.</summary>
public sealed class CosignKeylessTests(CosignFixture fixture) : IClassFixture<CosignFixture>
{
    [PeerFact]
    public async Task What_cosign_2_attaches_under_a_certificate_cosign_and_we_verify()
    {
        var image = await fixture.PushImageAsync();
        var recipe = new BundleRecipe { Content = new SimpleSigningPayload(image.Digest!.Value, image.Name).ToBytes() };
        var annotations = CosignAnnotations.Sign(recipe).Layer.Annotations!;
        var root = await WriteAsync("root.json", TestWorld.Root().ToJsonString());
        var chain = await WriteAsync(
            "chain", CosignAnnotations.Pem(TestWorld.Authority.Intermediate.RawData) + CosignAnnotations.Pem(TestWorld.Authority.Root.RawData));
        var attached = await fixture.CosignAsync(
            2, "attach", "signature",
            "--payload", await WriteAsync("payload", System.Text.Encoding.UTF8.GetString(recipe.Content)),
            "--signature", await WriteAsync("signature", annotations[CosignSignatures.SignatureAnnotation]),
            "--certificate", await WriteAsync("certificate", annotations[CosignAnnotations.Certificate]),
            "--certificate-chain", chain,
            "--rekor-response", await WriteAsync("entry", $$"""{"rekorBundle":{{annotations[CosignAnnotations.Entry]}}}"""),
            image.ToString());
        attached.EnsureSuccess();

        // cosign 2 asks the public instance for keys that it is not given; cosign 3 takes the root.
        var keys = new Dictionary<string, string?>
        {
            ["SIGSTORE_REKOR_PUBLIC_KEY"] = await WriteAsync("rekor.pub", TestWorld.Rekor1.Key.ExportSubjectPublicKeyInfoPem()),
            ["SIGSTORE_CT_LOG_PUBLIC_KEY_FILE"] = await WriteAsync("ct.pub", TestWorld.CertificateLogKey.ExportSubjectPublicKeyInfoPem()),
        };
        string[] identity = ["--certificate-identity", LeafRecipe.Subject, "--certificate-oidc-issuer", LeafRecipe.Issuer];
        var two = await fixture.CosignAsync(2, keys, ["verify", "--certificate-chain", chain, "--offline", .. identity, image.ToString()]);
        var three = await fixture.CosignAsync(3, ["verify", "--trusted-root", root, .. identity, image.ToString()]);
        Assert.True(two.ExitCode == 0, two.Error);
        Assert.True(three.ExitCode == 0, three.Error);

        var found = await fixture.FetchAsync(image, CosignSignatures.TagOf(image.Digest.Value));
        Assert.IsType<BundleVerdict.Trusted>(Judge(LeafRecipe.Subject, image.Digest.Value, found));
        Assert.IsType<BundleVerdict.Untrusted>(Judge("https://elsewhere.example.com", image.Digest.Value, found));
    }

    private static BundleVerdict Judge(string subject, EdgeSync.Primitives.Digest image, SignatureArtifact found)
    {
        var authority = new TrustAuthority.ByIdentity(
            "pipeline",
            new SigstoreIdentity(IdentityPattern.Exactly(subject), IdentityPattern.Exactly(LeafRecipe.Issuer)),
            TrustedRoot.Parse(TestWorld.Bytes(TestWorld.Root()), "test"),
            SigstoreRequirements.Default);
        return BundleVerifier.Verify(
            new Descriptor { MediaType = MediaTypes.ImageManifest, Digest = image, Size = 1 },
            [found],
            new TrustPolicy([], [new BundleRule("shop", TrustScope.Everything, [authority], 1, [])]),
            TrustPlace.Unknown,
            TestWorld.Now);
    }

    private async Task<string> WriteAsync(string name, string content)
    {
        var path = fixture[$"keyless-{name}"];
        await File.WriteAllTextAsync(path, content);
        return path;
    }
}
