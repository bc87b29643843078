using System.Numerics;
using EdgeSync.Signing.Keys;

namespace EdgeSync.Signing.Tests.Keys;

public sealed class Ed25519Tests
{
    private const string Key = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
    private const string R = "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da";
    private const string S = "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";
    private const string Mixed = "0cbba71954049ec81385f1a9a40b65bf4f2928735bd8f1248c4ef99a630012b0";
    private const string MixedR = "6b12d4d055bd943206034b402ebe601bf715a3bbe772cdac6ab65b94d9a07bf6";

    // RFC 8032, section 7.1: tests 1, 2, 3 and "SHA(abc)".
    [Theory]
    [InlineData(
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")]
    [InlineData(Key, "72", R + S)]
    [InlineData(
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a")]
    [InlineData(
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704")]
    public void Verify_VectorOfTheRfc_IsTrue(string key, string message, string signature)
    {
        Assert.True(Verify(key, message, signature));
        Assert.False(Verify(key, message + "00", signature));
    }

    [Fact]
    public void Verify_AnyBitFlipped_IsFalse()
    {
        for (var bit = 0; bit < 512; bit++)
        {
            var signature = Convert.FromHexString(R + S);
            signature[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(Ed25519.Verify(Convert.FromHexString(Key), [0x72], signature), $"bit {bit} of the signature");
        }

        for (var bit = 0; bit < 256; bit++)
        {
            var key = Convert.FromHexString(Key);
            key[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(Ed25519.Verify(key, [0x72], Convert.FromHexString(R + S)), $"bit {bit} of the key");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public void Verify_NumberBeyondTheOrder_IsFalse(int times)
    {
        var number = new BigInteger(Convert.FromHexString(S), isUnsigned: true) + (times * TestEdwardsKey.Order);

        Assert.False(Verify(Key, "72", R + Hex(number)));
    }

    [Theory]
    [InlineData("")]
    [InlineData(R)]
    [InlineData(R + S + "00")]
    public void Verify_WrongLength_IsFalse(string signature) => Assert.False(Verify(Key, "72", signature));

    // With such a key, zero for S and the key's own point or nothing for R would "verify" many messages.
    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000080")]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")]
    [InlineData("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85")]
    [InlineData("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")]
    [InlineData("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa")]
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    public void IsKey_PointOfSmallOrder_IsRefused(string key)
    {
        Assert.False(Ed25519.IsKey(Convert.FromHexString(key)));
        for (byte message = 0; message < 16; message++)
        {
            Assert.False(Ed25519.Verify(Convert.FromHexString(key), [message], Convert.FromHexString("01" + new string('0', 126))));
        }
    }

    [Theory]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000080", "x is zero, and said to be odd")]
    [InlineData("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "y is the prime itself")]
    [InlineData("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "y is one above the prime")]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", "all bits")]
    [InlineData("0200000000000000000000000000000000000000000000000000000000000000", "not on the curve")]
    [InlineData("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af466", "31 bytes")]
    public void IsKey_OddSpelling_IsRefused(string key, string why) => Assert.False(Ed25519.IsKey(Convert.FromHexString(key)), why);

    // The key and the signature's point have a part of small order. Go and OpenSSL, which verify without the cofactor, accept the first signature only;
    // a verifier that multiplies by the cofactor accepts both. No tool generates such a key, so it is refused.
    [Theory]
    [InlineData("0f", "1b265af9ce9960cce759e2bfe9335e734cb622526384f1359e1c170ab2a63204")]
    [InlineData("00", "9fb63cda2a628d111314c600fb760ee889a8bf9880562f0c6ad901315eaa0f02")]
    public void Verify_KeyOfMixedOrder_IsRefused(string message, string s)
    {
        Assert.False(Ed25519.IsKey(Convert.FromHexString(Mixed)));
        Assert.False(Verify(Mixed, message, MixedR + s));
    }

    // R is a good signature's point plus a point of order 2: the verification equation misses by that point of small order only.
    [Fact]
    public void Verify_SignaturePointOfMixedOrder_IsRefused()
    {
        var signer = new TestEdwardsKey(new Random(8032));
        for (byte message = 0; message < 32; message++)
        {
            Assert.False(Ed25519.Verify(signer.PublicKey, [message], signer.SignWithPointOfOrderTwo([message])));
        }
    }

    [Fact]
    public void Verify_OwnSignatures_AreTrue()
    {
        var random = new Random(25519);
        for (var i = 0; i < 50; i++)
        {
            var signer = new TestEdwardsKey(random);
            var message = new byte[random.Next(200)];
            random.NextBytes(message);
            var signature = signer.Sign(message);

            Assert.True(Ed25519.Verify(signer.PublicKey, message, signature));
            signature[33]++;
            Assert.False(Ed25519.Verify(signer.PublicKey, message, signature));
        }
    }

    [Fact]
    public void VerificationKey_Ed25519_VerifiesWithEitherScheme()
    {
        var der = Convert.FromHexString("302a300506032b6570032100" + Key);
        var key = VerificationKey.FromSubjectPublicKeyInfo(der, "ed25519");

        Assert.Equal(KeyAlgorithm.Ed25519, key.Algorithm);
        Assert.True(key.Verify([0x72], Convert.FromHexString(R + S), SignatureScheme.Envelope));
        Assert.True(key.Verify([0x72], Convert.FromHexString(R + S), SignatureScheme.CosignTag));
        Assert.False(key.Verify([0x73], Convert.FromHexString(R + S), SignatureScheme.Envelope));
        Assert.Equal(key, VerificationKey.FromPem(key.ToPem(), "again"));
    }

    private static bool Verify(string key, string message, string signature) =>
        Ed25519.Verify(Convert.FromHexString(key), Convert.FromHexString(message), Convert.FromHexString(signature));

    private static string Hex(BigInteger number)
    {
        var bytes = new byte[32];
        number.TryWriteBytes(bytes, out _, isUnsigned: true);
        return Convert.ToHexStringLower(bytes);
    }
}
