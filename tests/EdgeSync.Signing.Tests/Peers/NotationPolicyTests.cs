using System.Security.Cryptography;
using EdgeSync.Contracts;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.References;
using EdgeSync.Primitives;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Notation;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Tests.Notation;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Signing.Tests.Peers;

/// <summary>Rules that name a Notation trust store, for what the real notation attaches to an image.</summary>
public sealed class NotationPolicyTests(NotationFixture fixture) : IClassFixture<NotationFixture>
{
    private const string Right = "x509.subject: C=US, ST=WA, O=Shop, OU=Release";
    private const string Wrong = "x509.subject: C=US, ST=WA, O=Shop, OU=Marketing";

    [PeerTheory]
    [InlineData("p256", "jws")]
    [InlineData("rsa-3072", "cose")]
    public async Task A_signature_counts_for_its_authority_only(string key, string format)
    {
        var (image, target) = await SignAsync(key, format);
        var found = await FetchAsync(image, target);

        var trusted = Assert.IsType<BundleVerdict.Trusted>(Verify(target, found, 1, Authority("shop", key, Right)));
        Assert.Equal(["shop"], Assert.Single(trusted.Bundle.Signers).Authorities);
        AssertRefused("a Notation signature, but", Verify(target, found, 1, Authority("shop", key, Wrong)));
        AssertRefused("the rule names no trust store", Verify(target, found, 1, new TrustAuthority.ByKey("key", TestKeys.First.PublicKey)));
        AssertRefused("is of a signature of something else", Verify(Descriptor.Of(target.MediaType, "other"u8), found, 1, Authority("shop", key, Right)));
    }

    [PeerFact]
    public async Task A_certificate_and_its_key_count_as_one_signer()
    {
        var (image, target) = await SignAsync("p256", "cose");
        var ofTheLeaf = VerificationKey.FromSubjectPublicKeyInfo(((ECDsa)fixture.Chain("p256").Leaf.Key).ExportSubjectPublicKeyInfo(), "leaf");

        var verdict = Verify(
            target, await FetchAsync(image, target), 2, Authority("shop", "p256", Right), Authority("again", "p256", Right), new TrustAuthority.ByKey("key", ofTheLeaf));

        AssertRefused("1 of 2", verdict);
    }

    private static BundleVerdict Verify(Descriptor target, IReadOnlyList<SignatureArtifact> found, int threshold, params TrustAuthority[] authorities) =>
        BundleVerifier.Verify(
            target, found, new TrustPolicy([], [new BundleRule("shop", TrustScope.Everything, authorities, threshold, [])]), TrustPlace.Unknown,
            TimeProvider.System.GetUtcNow());

    private static void AssertRefused(string words, BundleVerdict verdict)
    {
        var refused = Assert.IsType<BundleVerdict.Untrusted>(verdict);
        Assert.Equal(ReasonCodes.SignatureUntrusted, refused.Reason);
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
    }

    private TrustAuthority.ByCertificate Authority(string name, string key, string identity) =>
        new(name, new NotationTrust([fixture.Chain(key).Store()], [NotationCase.Identity(identity)], NotationLevel.Strict));

    private async Task<(OciReference Image, Descriptor Target)> SignAsync(string key, string format)
    {
        var image = await fixture.PushImageAsync();
        await fixture.SignAsync(image, format, key);
        return (image, await fixture.DescribeAsync(image));
    }

    private async Task<IReadOnlyList<SignatureArtifact>> FetchAsync(OciReference image, Descriptor target)
    {
        var found = new List<SignatureArtifact>();
        foreach (var referrer in await fixture.Registry.GetReferrersAsync(image.Repository, target.Digest, artifactType: null, CancellationToken.None))
        {
            var manifest = await fixture.Registry.GetManifestAsync(image.Repository, referrer.Digest, CancellationToken.None);
            var blobs = new Dictionary<Digest, ReadOnlyMemory<byte>>();
            foreach (var blob in SignatureArtifact.FindWantedBlobs(manifest.Bytes))
            {
                blobs[blob.Digest] = await fixture.Registry.GetBlobAsync(image.Repository, blob, SignatureArtifact.MaxBlobBytes, CancellationToken.None);
            }

            found.Add(new SignatureArtifact(manifest.Bytes, blobs));
        }

        return found;
    }
}
