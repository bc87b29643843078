using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using EdgeSync.Signing.Keys.Edwards;

namespace EdgeSync.Signing.Tests.Keys;

/// <summary>Signs with Ed25519 (RFC 8032, section 5.1.6), with numbers of any size and a nonce by chance: for tests, and nothing else.</summary>
internal sealed class TestEdwardsKey
{
    public static readonly BigInteger Order = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493", CultureInfo.InvariantCulture);

    private readonly Random _random;
    private readonly BigInteger _secret;

    public TestEdwardsKey(Random random)
    {
        _random = random;
        _secret = Number();
        PublicKey = Encode(Multiply(_secret));
    }

    public byte[] PublicKey { get; }

    public byte[] Sign(byte[] message)
    {
        var nonce = Number();
        var commitment = Encode(Multiply(nonce));
        var challenge = new BigInteger(SHA512.HashData([.. commitment, .. PublicKey, .. message]), isUnsigned: true) % Order;
        var response = new byte[32];
        ((nonce + (challenge * _secret)) % Order).TryWriteBytes(response, out _, isUnsigned: true);
        return [.. commitment, .. response];
    }

    private static CurvePoint Multiply(BigInteger number)
    {
        var sum = CurvePoint.Identity;
        for (var bit = 252; bit >= 0; bit--)
        {
            sum += sum;
            sum = (number >> bit).IsEven ? sum : sum + CurvePoint.Base;
        }

        return sum;
    }

    private static byte[] Encode(CurvePoint point)
    {
        var bytes = new byte[32];
        point.Write(bytes);
        return bytes;
    }

    private BigInteger Number()
    {
        var bytes = new byte[40];
        _random.NextBytes(bytes);
        return new BigInteger(bytes, isUnsigned: true) % Order;
    }
}
