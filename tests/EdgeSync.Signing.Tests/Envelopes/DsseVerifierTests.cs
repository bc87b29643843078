using System.Text;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Keys;

namespace EdgeSync.Signing.Tests.Envelopes;

public sealed class DsseVerifierTests
{
    private const string Type = "application/vnd.test+json";
    private static readonly byte[] Payload = """{"a":1}"""u8.ToArray();

    // The test vector of the DSSE protocol document.
    [Fact]
    public void PreAuthenticationEncoding_VectorOfTheProtocol_IsTheSame() => Assert.Equal(
        "DSSEv1 29 http://example.com/HelloWorld 11 hello world",
        Encoding.UTF8.GetString(PreAuthenticationEncoding.Of("http://example.com/HelloWorld", "hello world"u8)));

    [Theory]
    [InlineData("first")]
    [InlineData("p384")]
    [InlineData("rsa")]
    public void Verify_OneTrustedSigner_IsValidWithThePayload(string name)
    {
        var key = TestKeys.Named(name);

        var verdict = Verify(DsseSigner.Sign(Type, Payload, [key]), 1, key);

        var valid = Assert.IsType<DsseVerdict.Valid>(verdict);
        Assert.Equal(Payload, valid.Payload.ToArray());
        Assert.Equal([key.PublicKey], valid.Keys);
    }

    [Fact]
    public void Verify_TwoDifferentKeys_MeetTwo()
    {
        var envelope = DsseSigner.Add(DsseSigner.Sign(Type, Payload, [TestKeys.First]), TestKeys.Second);

        Assert.IsType<DsseVerdict.Valid>(Verify(envelope, 2, TestKeys.First, TestKeys.Second));
    }

    [Fact]
    public void Verify_SameKeyTwice_CountsOnce()
    {
        var one = DsseSigner.Sign(Type, Payload, [TestKeys.First]).Signatures[0];
        var other = DsseSigner.Sign(Type, Payload, [TestKeys.First]).Signatures[0];
        var malleated = new DsseSignature("someone-else", Keys.EcdsaEncoding.Malleate(one.Value.ToArray()));

        var verdict = Verify(new DsseEnvelope(Type, Payload, [one, other, malleated]), 2, TestKeys.First, TestKeys.Second);

        Assert.Equal([TestKeys.First.PublicKey], Assert.IsType<DsseVerdict.ThresholdNotMet>(verdict).Keys);
    }

    [Fact]
    public void Verify_SameKeyTrustedTwiceUnderTwoNames_CountsOnce()
    {
        var again = VerificationKey.FromPem(TestKeys.First.PublicKey.ToPem(), "other-name");
        var envelope = DsseSigner.Sign(Type, Payload, [TestKeys.First]).ToBytes();

        Assert.IsType<DsseVerdict.ThresholdNotMet>(DsseVerifier.Verify(envelope, Type, [TestKeys.First.PublicKey, again], 2));
    }

    [Fact]
    public void Verify_JunkNextToTheValidOne_HidesNothing()
    {
        var good = DsseSigner.Sign(Type, Payload, [TestKeys.First]).Signatures[0];
        var hint = TestKeys.First.PublicKey.Id.ToString();
        var junk = Enumerable.Range(1, DsseEnvelope.MaxSignatures - 1).Select(i => new DsseSignature(hint, new byte[i]));

        Assert.IsType<DsseVerdict.Valid>(Verify(new DsseEnvelope(Type, Payload, [.. junk, good]), 1, TestKeys.First));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("sha256:0000000000000000000000000000000000000000000000000000000000000000")]
    public void Verify_KeyIdMissingOrWrong_IsIgnored(string? hint)
    {
        var good = DsseSigner.Sign(Type, Payload, [TestKeys.First]).Signatures[0] with { KeyId = hint };

        Assert.IsType<DsseVerdict.Valid>(Verify(new DsseEnvelope(Type, Payload, [good]), 1, TestKeys.First));
    }

    [Fact]
    public void Verify_Stranger_IsNotMetAndNamesNoSigner()
    {
        var verdict = Verify(DsseSigner.Sign(Type, Payload, [TestKeys.Stranger]), 1, TestKeys.First);

        Assert.Empty(Assert.IsType<DsseVerdict.ThresholdNotMet>(verdict).Keys);
    }

    [Fact]
    public void Verify_PayloadSignedWithoutItsType_IsNotMet()
    {
        var bare = new DsseSignature(null, TestKeys.First.Sign(Payload, SignatureScheme.Envelope));

        Assert.IsType<DsseVerdict.ThresholdNotMet>(Verify(new DsseEnvelope(Type, Payload, [bare]), 1, TestKeys.First));
    }

    [Fact]
    public void Verify_PayloadExchanged_IsNotMet()
    {
        var signed = DsseSigner.Sign(Type, Payload, [TestKeys.First]);

        Assert.IsType<DsseVerdict.ThresholdNotMet>(Verify(new DsseEnvelope(Type, "{}"u8.ToArray(), signed.Signatures), 1, TestKeys.First));
    }

    [Fact]
    public void Verify_SignedUnderAnotherType_IsNotMetUnderThisOne()
    {
        var signed = DsseSigner.Sign("text/plain", Payload, [TestKeys.First]);

        Assert.IsType<DsseVerdict.Malformed>(Verify(signed, 1, TestKeys.First));
        Assert.IsType<DsseVerdict.ThresholdNotMet>(Verify(new DsseEnvelope(Type, Payload, signed.Signatures), 1, TestKeys.First));
    }

    [Fact]
    public void Add_KeyThatHasSigned_ChangesNothing()
    {
        var envelope = DsseSigner.Sign(Type, Payload, [TestKeys.First]);

        Assert.Same(envelope, DsseSigner.Add(envelope, TestKeys.First));
    }

    [Fact]
    public void Add_FullEnvelope_Throws()
    {
        var junk = Enumerable.Repeat(new DsseSignature(null, new byte[1]), DsseEnvelope.MaxSignatures).ToList();

        var failure = Assert.Throws<SigningException>(() => DsseSigner.Add(new DsseEnvelope(Type, Payload, junk), TestKeys.First));

        Assert.Equal(SigningReasons.EnvelopeFull, failure.Reason);
    }

    [Fact]
    public void Sign_OneKeyTwice_Throws() =>
        Assert.Throws<ArgumentException>(() => DsseSigner.Sign(Type, Payload, [TestKeys.First, TestKeys.First]));

    [Fact]
    public void Parse_OwnBytes_RoundTrips()
    {
        var envelope = DsseSigner.Sign(Type, Payload, [TestKeys.First, TestKeys.Rsa]);

        Assert.True(DsseEnvelope.TryParse(envelope.ToBytes(), out var read, out _));

        Assert.Equal(envelope.ToBytes(), read.ToBytes());
        Assert.Equal(2, read.Signatures.Count);
    }

    [Fact]
    public void Parse_MemberOfALaterVersion_IsSkipped()
    {
        var json = """{"payload":"AA==","payloadType":"t","signatures":[{"sig":"AA==","cert":"x"}],"more":[1]}"""u8;

        Assert.True(DsseEnvelope.TryParse(json, out var read, out _));
        Assert.Equal("t", read.PayloadType);
    }

    [Theory]
    [MemberData(nameof(HostileEnvelopes.Names), MemberType = typeof(HostileEnvelopes))]
    public void Parse_HostileEnvelope_ReportsWhy(string name)
    {
        var (json, words) = HostileEnvelopes.All[name];

        Assert.False(DsseEnvelope.TryParse(json, out var read, out var problem));
        Assert.Null(read);
        Assert.Contains(words, problem, StringComparison.Ordinal);
    }

    private static DsseVerdict Verify(DsseEnvelope envelope, int threshold, params SigningKey[] keys) =>
        DsseVerifier.Verify(envelope.ToBytes(), Type, [.. keys.Select(key => key.PublicKey)], threshold);
}
