using System.Security.Cryptography;
using EdgeSync.Primitives;
using EdgeSync.Signing.Keys;

namespace EdgeSync.Signing.Tests.Keys;

public sealed class VerificationKeyTests
{
    private static readonly byte[] Message = "a message"u8.ToArray();

    [Theory]
    [InlineData("first", KeyAlgorithm.EcdsaP256)]
    [InlineData("p384", KeyAlgorithm.EcdsaP384)]
    [InlineData("rsa", KeyAlgorithm.Rsa)]
    public void Verify_OwnSignature_IsTrueInBothSchemes(string name, KeyAlgorithm algorithm)
    {
        var key = TestKeys.Named(name);
        var read = VerificationKey.FromPem(key.PublicKey.ToPem(), "read");

        Assert.Equal(algorithm, read.Algorithm);
        foreach (var scheme in Enum.GetValues<SignatureScheme>())
        {
            Assert.True(read.Verify(Message, key.Sign(Message, scheme), scheme));
        }
    }

    [Fact]
    public void Verify_P384_UsesTheHashOfTheScheme()
    {
        var key = TestKeys.P384;

        Assert.False(key.PublicKey.Verify(Message, key.Sign(Message, SignatureScheme.CosignTag), SignatureScheme.Envelope));
        Assert.False(key.PublicKey.Verify(Message, key.Sign(Message, SignatureScheme.Envelope), SignatureScheme.CosignTag));
    }

    [Theory]
    [MemberData(nameof(BadSignatures.Names), MemberType = typeof(BadSignatures))]
    public void Verify_BadSignature_IsFalse(string name) =>
        Assert.False(TestKeys.First.PublicKey.Verify(Message, BadSignatures.Make(name, Message), SignatureScheme.Envelope));

    [Fact]
    public void Verify_MalleatedSignature_IsAlsoTrue()
    {
        // (r, n - s) is as valid as (r, s): therefore no code may compare signature bytes.
        var malleated = EcdsaEncoding.Malleate(TestKeys.First.Sign(Message, SignatureScheme.Envelope));

        Assert.True(TestKeys.First.PublicKey.Verify(Message, malleated, SignatureScheme.Envelope));
    }

    [Fact]
    public void Verify_RsaPss_IsFalse()
    {
        using var rsa = RSA.Create(2048);
        var key = VerificationKey.FromSubjectPublicKeyInfo(rsa.ExportSubjectPublicKeyInfo(), "rsa");

        Assert.False(key.Verify(
            Message, rsa.SignData(Message, HashAlgorithmName.SHA256, RSASignaturePadding.Pss), SignatureScheme.Envelope));
        Assert.False(key.Verify(
            Message, rsa.SignData(Message, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1), SignatureScheme.Envelope));
    }

    [Fact]
    public void Id_AnyKey_IsTheDigestOfItsSubjectPublicKeyInfo()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        Assert.Equal(
            Digest.Of(key.ExportSubjectPublicKeyInfo()),
            VerificationKey.FromSubjectPublicKeyInfo(key.ExportSubjectPublicKeyInfo(), "key").Id);
    }

    [Fact]
    public void Id_CompressedPoint_IsTheSameIdentity()
    {
        var whole = TestKeys.First.PublicKey;
        var der = PemEncodingOf(whole.ToPem());
        var compressed = PublicKeyForms.Compress(der);

        // Whether or not a platform reads compressed points, it must never be another key.
        VerificationKey? read = null;
        var failure = Record.Exception(() => read = VerificationKey.FromSubjectPublicKeyInfo(compressed, "compressed"));

        Assert.True(failure is SigningException || read == whole, $"{failure} {read}");
    }

    [Theory]
    [MemberData(nameof(RefusedKeys.Names), MemberType = typeof(RefusedKeys))]
    public void FromPem_RefusedKey_ReportsWhy(string name)
    {
        var (pem, words) = RefusedKeys.All[name];

        var failure = Assert.Throws<SigningException>(() => VerificationKey.FromPem(pem(), "k.pub"));

        Assert.Equal((SigningReasons.KeyUnusable, "k.pub"), (failure.Reason, failure.Subject));
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }

    private static byte[] PemEncodingOf(string pem) => Convert.FromBase64String(pem[PemEncoding.Find(pem).Base64Data]);
}
