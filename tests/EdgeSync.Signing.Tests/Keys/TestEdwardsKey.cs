using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using BouncyCastleEd25519 = Org.BouncyCastle.Math.EC.Rfc8032.Ed25519;

namespace EdgeSync.Signing.Tests.Keys;

/// <summary>An Ed25519 key that signs for tests; its secret comes from a seeded random source.</summary>
internal sealed class TestEdwardsKey
{
    public static readonly BigInteger Order = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493", CultureInfo.InvariantCulture);

    private static readonly BigInteger Prime = BigInteger.Pow(2, 255) - 19;

    private readonly byte[] _secret = new byte[BouncyCastleEd25519.SecretKeySize];

    public TestEdwardsKey(Random random)
    {
        random.NextBytes(_secret);
        BouncyCastleEd25519.GeneratePublicKey(_secret, 0, PublicKey, 0);
    }

    public byte[] PublicKey { get; } = new byte[BouncyCastleEd25519.PublicKeySize];

    public byte[] Sign(byte[] message)
    {
        var signature = new byte[BouncyCastleEd25519.SignatureSize];
        BouncyCastleEd25519.Sign(_secret, 0, message, 0, message.Length, signature, 0);
        return signature;
    }

    /// <summary>
    /// Signs with a commitment to which the point of order 2, (0, -1), is added. The sum of (x, y) and that point is (-x, -y), so that both the
    /// coordinate and the sign bit of the encoding change.
    /// </summary>
    public byte[] SignWithPointOfOrderTwo(byte[] message)
    {
        var nonce = new TestEdwardsKey(new Random(message[0]));
        var y = new BigInteger([.. nonce.PublicKey[..31], (byte)(nonce.PublicKey[31] & 0x7f)], isUnsigned: true);
        var commitment = ToBytes(Prime - y);
        commitment[31] |= (byte)(~nonce.PublicKey[31] & 0x80);
        var challenge = new BigInteger(SHA512.HashData([.. commitment, .. PublicKey, .. message]), isUnsigned: true) % Order;
        return [.. commitment, .. ToBytes((nonce.Scalar + (challenge * Scalar)) % Order)];
    }

    private BigInteger Scalar
    {
        get
        {
            var scalar = SHA512.HashData(_secret)[..32];
            scalar[0] &= 0xf8;
            scalar[31] = (byte)((scalar[31] & 0x7f) | 0x40);
            return new BigInteger(scalar, isUnsigned: true);
        }
    }

    private static byte[] ToBytes(BigInteger number)
    {
        var bytes = new byte[32];
        number.TryWriteBytes(bytes, out _, isUnsigned: true);
        return bytes;
    }
}
