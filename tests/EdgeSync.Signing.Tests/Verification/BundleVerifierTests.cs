using System.Text;
using EdgeSync.Contracts;
using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives;
using EdgeSync.Signing.Cosign;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Verification;
using static EdgeSync.Signing.Tests.Verification.SignatureFixture;

namespace EdgeSync.Signing.Tests.Verification;

public sealed class BundleVerifierTests
{
    [Theory]
    [InlineData("first")]
    [InlineData("p384")]
    [InlineData("rsa")]
    public void Verify_SignedByATrustedKey_IsTrustedAndNamesTheSigner(string name)
    {
        var key = TestKeys.Named(name);

        var trusted = Assert.IsType<BundleVerdict.Trusted>(Verify(1, [key.PublicKey], Signed(key)));

        Assert.Equal(Bundle, trusted.Bundle.Descriptor);
        Assert.Equal([key.PublicKey.Id.ToString()], trusted.Bundle.Signers.Select(s => s.Identity));
        Assert.Contains(key.PublicKey.ToString(), trusted.Bundle.Evidence[0].Description, StringComparison.Ordinal);
        Assert.Contains("registry.example.com/retail/shop", trusted.Bundle.Evidence[0].Description, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_NoSignature_IsSignatureMissing() => AssertRefused(ReasonCodes.SignatureMissing, "has no signature", Verify(1, [TestKeys.First.PublicKey]));

    [Fact]
    public void Verify_Stranger_IsSignatureUntrusted() => AssertRefused(
        ReasonCodes.SignatureUntrusted, "by no key that the rule names", Verify(1, [TestKeys.First.PublicKey], Signed(TestKeys.Stranger)));

    [Fact]
    public void FindEvidence_KeySignatureUnderARuleWithoutKeys_SaysThatTheRuleNamesNone() => Assert.Equal(
        "a cosign signature by a key, and the rule names none",
        BundleVerifier.FindEvidence([Signed(TestKeys.First)], new SignatureQuestion(Bundle, [], DateTimeOffset.UnixEpoch)).Single().Description);

    [Fact]
    public void Verify_ReleaseKeyOnly_IsSignatureUntrusted()
    {
        // The fixture's policy trusts the stranger for releases: that role says nothing about bundles.
        AssertRefused(ReasonCodes.SignatureUntrusted, "0 of 1", Verify(1, [TestKeys.First.PublicKey], Signed(TestKeys.Stranger)));
    }

    [Fact]
    public void Verify_TwoSignersOfOnePayload_MeetTwo()
    {
        // Both layers have the same digest.
        Assert.IsType<BundleVerdict.Trusted>(Verify(
            2, [TestKeys.First.PublicKey, TestKeys.Second.PublicKey], Signed(TestKeys.First, TestKeys.Second)));
    }

    [Fact]
    public void Verify_TwoSignersInTwoArtifacts_MeetTwo() => Assert.IsType<BundleVerdict.Trusted>(Verify(
        2, [TestKeys.First.PublicKey, TestKeys.Second.PublicKey], Signed(TestKeys.First), Signed(TestKeys.Second)));

    [Fact]
    public void Verify_SameKeyThrice_CountsOnce()
    {
        var payload = Payload.ToBytes();
        var signature = TestKeys.First.Sign(payload, SignatureScheme.CosignTag);
        var malleated = Layer(payload, Convert.ToBase64String(Keys.EcdsaEncoding.Malleate(signature)));
        var other = Layer(TestKeys.First, new SimpleSigningPayload(Bundle.Digest, "elsewhere.example.com/shop").ToBytes());

        AssertRefused(ReasonCodes.SignatureUntrusted, "1 of 2", Verify(
            2, [TestKeys.First.PublicKey, TestKeys.Second.PublicKey],
            Artifact(Layer(payload, Convert.ToBase64String(signature)), malleated, other), Signed(TestKeys.First)));
    }

    [Fact]
    public void Verify_JunkBeforeTheGoodOne_HidesNothing()
    {
        var junk = Enumerable.Range(0, CosignSignatures.MaxSignatures - 1).Select(i => Layer(TestKeys.Stranger, Encoding.UTF8.GetBytes($"junk {i}")));
        var good = Layer(TestKeys.First, Payload.ToBytes());

        Assert.IsType<BundleVerdict.Trusted>(Verify(1, [TestKeys.First.PublicKey], Artifact([.. junk, good])));
    }

    [Fact]
    public void Verify_JunkArtifactsBeforeTheGoodOne_HideNothing()
    {
        var junk = Enumerable.Repeat(new SignatureArtifact("junk"u8.ToArray(), new Dictionary<Digest, ReadOnlyMemory<byte>>()), BundleVerifier.MaxArtifacts - 1);

        Assert.IsType<BundleVerdict.Trusted>(Verify(1, [TestKeys.First.PublicKey], [.. junk, Signed(TestKeys.First)]));
    }

    [Fact]
    public void Verify_MoreArtifactsThanTheBounds_StopsThere()
    {
        var junk = Enumerable.Repeat(new SignatureArtifact("junk"u8.ToArray(), new Dictionary<Digest, ReadOnlyMemory<byte>>()), BundleVerifier.MaxArtifacts);

        var verdict = Verify(1, [TestKeys.First.PublicKey], [.. junk, Signed(TestKeys.First)]);

        Assert.Equal(BundleVerifier.MaxArtifacts, Assert.IsType<BundleVerdict.Untrusted>(verdict).Evidence.Count);
    }

    [Fact]
    public void Verify_MoreEvidenceThanTheBounds_StopsThere()
    {
        var full = Artifact([.. Enumerable.Range(0, CosignSignatures.MaxSignatures).Select(i => Layer(TestKeys.Stranger, Encoding.UTF8.GetBytes($"junk {i}")))]);

        var verdict = Verify(1, [TestKeys.First.PublicKey], [full, full, full, full, full]);

        Assert.Equal(BundleVerifier.MaxEvidence, Assert.IsType<BundleVerdict.Untrusted>(verdict).Evidence.Count);
        Assert.IsType<BundleVerdict.Trusted>(Verify(1, [TestKeys.First.PublicKey], [full, full, full, full, full, Signed(TestKeys.First)]));
    }

    [Fact]
    public void Verify_MoreThanTheBounds_StopsThere()
    {
        var junk = Enumerable.Range(0, CosignSignatures.MaxSignatures).Select(i => Layer(TestKeys.Stranger, Encoding.UTF8.GetBytes($"junk {i}")));

        var verdict = Verify(1, [TestKeys.First.PublicKey], Artifact([.. junk, Layer(TestKeys.First, Payload.ToBytes())]));

        Assert.Equal(CosignSignatures.MaxSignatures, Assert.IsType<BundleVerdict.Untrusted>(verdict).Evidence.Count);
    }

    [Fact]
    public void Verify_SignatureOfAnotherBundle_IsUntrustedAndNamesThatOne()
    {
        var other = Digest.Of("another bundle"u8);

        AssertRefused(ReasonCodes.SignatureUntrusted, $"but for {other}", Verify(
            1, [TestKeys.First.PublicKey], Artifact(Layer(TestKeys.First, new SimpleSigningPayload(other, "r.example.com/x").ToBytes()))));
    }

    [Fact]
    public void Verify_SignatureOfAnEnvelopesHash_IsUntrusted()
    {
        var payload = Payload.ToBytes();
        var wrongHash = Layer(payload, Convert.ToBase64String(TestKeys.P384.Sign(payload, SignatureScheme.Envelope)));

        AssertRefused(ReasonCodes.SignatureUntrusted, "0 of 1", Verify(1, [TestKeys.P384.PublicKey], Artifact(wrongHash)));
    }

    [Fact]
    public void Verify_BlobMissing_IsUntrusted() => AssertRefused(ReasonCodes.SignatureUntrusted, "content is missing", Verify(
        1, [TestKeys.First.PublicKey], Signed(TestKeys.First) with { Blobs = new Dictionary<Digest, ReadOnlyMemory<byte>>() }));

    [Fact]
    public void Verify_BlobExchanged_IsUntrusted()
    {
        var signed = Signed(TestKeys.First);
        var blobs = signed.Blobs.Keys.ToDictionary(d => d, _ => (ReadOnlyMemory<byte>)"other"u8.ToArray());

        AssertRefused(ReasonCodes.SignatureUntrusted, "does not have its digest", Verify(1, [TestKeys.First.PublicKey], signed with { Blobs = blobs }));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("!!!!")]
    [InlineData("AA=")]
    [InlineData("AAF=")]
    public void Verify_SignatureAnnotationBroken_IsUntrusted(string? signature) => AssertRefused(
        ReasonCodes.SignatureUntrusted, "without a signature in canonical base64",
        Verify(1, [TestKeys.First.PublicKey], Artifact(Layer(Payload.ToBytes(), signature))));

    [Fact]
    public void Verify_SignatureWithLineBreaks_IsUntrusted()
    {
        var payload = Payload.ToBytes();
        var broken = Convert.ToBase64String(TestKeys.First.Sign(payload, SignatureScheme.CosignTag)).Insert(40, "\n");

        AssertRefused(ReasonCodes.SignatureUntrusted, "canonical base64", Verify(1, [TestKeys.First.PublicKey], Artifact(Layer(payload, broken))));
    }

    [Fact]
    public void Verify_UnknownFormat_IsNamed()
    {
        var layer = Descriptor.Of("application/vnd.example.signature", "{}"u8);

        AssertRefused(ReasonCodes.SignatureUntrusted, "an image (application/vnd.oci.image.config.v1+json), which is no signature", Verify(
            1, [TestKeys.First.PublicKey], Artifact((layer, "{}"u8.ToArray()))));
    }

    [Theory]
    [InlineData("application/spdx+json", "a bill of materials (application/spdx+json), which is no signature")]
    [InlineData("application/vnd.cyclonedx+json", "a bill of materials")]
    [InlineData("application/vnd.in-toto+json", "an attestation that nobody signed")]
    [InlineData("application/vnd.example+json", "of a kind that is not checked here (application/vnd.example+json), which is no signature")]
    public void Verify_OtherArtifactInsteadOfASignature_IsNamed(string type, string words)
    {
        var manifest = $$"""
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","artifactType":"{{type}}",
             "config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"{{Digest.Of("{}"u8)}}","size":2},"layers":[]}
            """;

        AssertRefused(ReasonCodes.SignatureUntrusted, words, Verify(
            1, [TestKeys.First.PublicKey], new SignatureArtifact(System.Text.Encoding.UTF8.GetBytes(manifest), new Dictionary<Digest, ReadOnlyMemory<byte>>())));
    }

    [Fact]
    public void Verify_IndexInsteadOfASignature_IsUntrusted()
    {
        var index = """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}"""u8.ToArray();

        AssertRefused(ReasonCodes.SignatureUntrusted, "cannot be read", Verify(
            1, [TestKeys.First.PublicKey], new SignatureArtifact(index, new Dictionary<Digest, ReadOnlyMemory<byte>>())));
    }

    [Theory]
    [MemberData(nameof(Cosign.HostilePayloads.Names), MemberType = typeof(Cosign.HostilePayloads))]
    public void Verify_SignedButHostilePayload_IsUntrustedWithTheReason(string name)
    {
        var (payload, words) = Cosign.HostilePayloads.All[name];

        AssertRefused(ReasonCodes.SignatureUntrusted, words, Verify(1, [TestKeys.First.PublicKey], Artifact(Layer(TestKeys.First, payload))));
    }

    [Fact]
    public void FindWantedBlobs_TwoLayersOfOnePayload_IsOneBlob() =>
        Assert.Equal([Digest.Of(Payload.ToBytes())], SignatureArtifact.FindWantedBlobs(Signed(TestKeys.First, TestKeys.Second).Manifest).Select(d => d.Digest));

    [Fact]
    public void FindWantedBlobs_HugeOnes_AreLeftOut()
    {
        var huge = Layer([], "AA==").Layer with { Size = long.MaxValue };

        Assert.Empty(SignatureArtifact.FindWantedBlobs(Artifact((huge, [])).Manifest));
        Assert.Empty(SignatureArtifact.FindWantedBlobs("junk"u8.ToArray()));
    }

    private static void AssertRefused(string reason, string words, BundleVerdict verdict)
    {
        var refused = Assert.IsType<BundleVerdict.Untrusted>(verdict);
        Assert.Equal(reason, refused.Reason);
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
        Assert.NotEmpty(refused.Hint);
    }
}
