using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.References;
using EdgeSync.Signing.Notation;
using EdgeSync.Signing.Notation.Stores;
using EdgeSync.Signing.Tests.Notation;
using EdgeSync.Signing.Tests.Notation.World;
using EdgeSync.Signing.Tests.Sigstore.World;

namespace EdgeSync.Signing.Tests.Peers;

/// <summary>Signatures of the real notation, with each kind of key, in both formats, with and without timestamps.</summary>
public sealed class NotationPeerTests(NotationFixture fixture) : IClassFixture<NotationFixture>
{
    private const string Right = "x509.subject: C=US, ST=WA, O=Shop, OU=Release";
    private const string Wrong = "x509.subject: C=US, ST=WA, O=Shop, OU=Marketing";

    public static TheoryData<string, string> KeysAndFormats
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var key in new[] { "rsa-2048", "rsa-3072", "rsa-4096", "p256", "p384", "p521" })
            {
                data.Add(key, "jws");
                data.Add(key, "cose");
            }

            return data;
        }
    }

    [PeerTheory]
    [MemberData(nameof(KeysAndFormats))]
    public async Task A_signature_is_trusted_for_its_image_and_its_signer_only(string key, string format)
    {
        var (image, target) = await PushAsync();
        await fixture.SignAsync(image, format, key, "-m", "build=17", "-e", "720h");
        var (envelope, mediaType) = await fixture.FetchAsync(image, target);

        var verdict = Verify(envelope, mediaType, target, Trust(key, Right));

        var trusted = Assert.IsType<NotationVerdict.Trusted>(verdict);
        Assert.Equal("17", trusted.Annotations["build"]);
        Assert.Null(trusted.ProvenTime);
        Assert.Equal(3, trusted.Signer.Chain.Count);
        Assert.Equal("ca:shop", trusted.Signer.Store);
        Assert.Equal(Right, trusted.Signer.Identity);
        var other = key == "p256" ? "p384" : "p256";
        AssertRefused(NotationCheckKind.Authenticity, Verify(envelope, mediaType, target, Trust(key, Wrong)));
        AssertRefused(NotationCheckKind.Authenticity, Verify(envelope, mediaType, target, Trust(other, "*")));
        AssertRefused(NotationCheckKind.Integrity, Verify(envelope, mediaType, Descriptor.Of(target.MediaType, "other"u8), Trust(key, "*")));
        AssertRefused(NotationCheckKind.Expiry, Verify(envelope, mediaType, target, Trust(key, Right), TimeSpan.FromDays(30)));
        AssertRefused(
            NotationCheckKind.AuthenticTimestamp,
            Verify(envelope, mediaType, target, Trust(key, Right, NotationLevel.Strict.Override(NotationCheckKind.Expiry, NotationEnforcement.Logged)), TimeSpan.FromDays(31)));
    }

    [PeerTheory]
    [MemberData(nameof(KeysAndFormats))]
    public async Task A_timestamp_keeps_a_signature_when_its_certificate_has_expired(string key, string format)
    {
        var (image, target) = await PushAsync();
        await fixture.SignWithTimestampAsync(image, format, key);
        var (envelope, mediaType) = await fixture.FetchAsync(image, target);
        var later = TimeSpan.FromDays(3 * 365);

        var trusted = Assert.IsType<NotationVerdict.Trusted>(Verify(envelope, mediaType, target, Stamped(key, TestWorld.TimestampRoot), later));

        Assert.NotNull(trusted.ProvenTime);
        AssertRefused(NotationCheckKind.AuthenticTimestamp, Verify(envelope, mediaType, target, Trust(key, Right), later));
        AssertRefused(NotationCheckKind.AuthenticTimestamp, Verify(envelope, mediaType, target, Stamped(key, TestWorld.Authority), later));
    }

    [PeerFact]
    public async Task A_self_signed_certificate_is_trusted_when_a_store_has_it()
    {
        (await fixture.RunAsync("cert", "generate-test", "shop.example.com")).EnsureSuccess();
        var (image, target) = await PushAsync();
        await fixture.SignAsync(image, "jws", "shop.example.com");
        var (envelope, mediaType) = await fixture.FetchAsync(image, target);
        var pem = await File.ReadAllTextAsync(fixture["notation/localkeys/shop.example.com.crt"]);
        Assert.True(NotationTrustStore.TryRead(NotationStoreKind.CertificateAuthority, "shop", pem, out var store, out var problem), problem);

        var verdict = Verify(envelope, mediaType, target, new NotationTrust([store], [NotationIdentity.Any], NotationLevel.Strict));

        var trusted = Assert.IsType<NotationVerdict.Trusted>(verdict);
        Assert.Equal("C=US, ST=WA, L=Seattle, O=Notary, CN=shop.example.com", trusted.Signer.Subject);
    }

    /// <summary>Notation accepts what the recipes of the hostile cases make without their fault, so the fault is the reason for each refusal.</summary>
    [PeerTheory]
    [InlineData(NotationCase.Jws, "")]
    [InlineData(NotationCase.Cose, "")]
    [InlineData(NotationCase.Jws, "signature")]
    [InlineData(NotationCase.Cose, "signature")]
    [InlineData(NotationCase.Jws, "plugin")]
    [InlineData(NotationCase.Cose, "duplicate")]
    public async Task Notation_and_we_agree_on_what_the_tests_make(string mediaType, string fault)
    {
        var (image, target) = await PushAsync();
        var recipe = new EnvelopeRecipe
        {
            SigningTime = TimeProvider.System.GetUtcNow(),
            Payload = $$$"""{"targetArtifact":{"mediaType":"{{{target.MediaType}}}","digest":"{{{target.Digest}}}","size":{{{target.Size}}} } }""",
        };
        recipe.Chain.ValidAround(TimeProvider.System.GetUtcNow());
        switch (fault)
        {
            case "signature":
                recipe.ChangeSignature = s => [.. s[..^1], (byte)(s[^1] ^ 1)];
                break;
            case "plugin":
                recipe.More[EnvelopeRecipe.Prefix + "verificationPlugin"] = "com.example.plugin";
                recipe.Critical.Add(EnvelopeRecipe.Prefix + "verificationPlugin");
                break;
            case "duplicate":
                recipe.ChangePairs = pairs => pairs.Add(pairs[0]);
                break;
        }

        var envelope = recipe.Make(mediaType);
        await fixture.PushSignatureAsync(image, target, envelope, mediaType);

        var theirs = await fixture.VerifyAsync(image, recipe.Chain);
        var ours = Verify(envelope, mediaType, target, new NotationTrust([recipe.Chain.Store()], [NotationCase.Identity(Right)], NotationLevel.Strict));

        Assert.True((fault.Length == 0) == (theirs.ExitCode == 0), theirs.Error);
        Assert.True((fault.Length == 0) == ours is NotationVerdict.Trusted, string.Join('\n', ours.Checks));
    }

    private static NotationVerdict Verify(ReadOnlyMemory<byte> envelope, string mediaType, Descriptor target, NotationTrust trust, TimeSpan later = default) =>
        NotationVerifier.Verify(envelope, mediaType, target, trust, TimeProvider.System.GetUtcNow() + later);

    private static void AssertRefused(NotationCheckKind kind, NotationVerdict verdict) =>
        Assert.Equal(kind, Assert.IsType<NotationVerdict.Untrusted>(verdict).Failure.Kind);

    private NotationTrust Trust(string key, string identity, NotationLevel? level = null) =>
        new([fixture.Chain(key).Store()], [NotationCase.Identity(identity)], level ?? NotationLevel.Strict);

    private NotationTrust Stamped(string key, TestAuthority authority) => new(
        [fixture.Chain(key).Store(), ChainRecipe.Store(authority.Root.RawData, NotationStoreKind.TimestampAuthority, "times")],
        [NotationCase.Identity(Right)],
        NotationLevel.Strict);

    private async Task<(OciReference Image, Descriptor Target)> PushAsync()
    {
        var image = await fixture.PushImageAsync();
        return (image, await fixture.DescribeAsync(image));
    }
}
