using System.Numerics;
using EdgeSync.Signing.Keys;

namespace EdgeSync.Signing.Tests.Keys;

/// <summary>Bytes that are not a valid signature of the first test key over a message; most of them are almost one.</summary>
internal static class BadSignatures
{
    private static readonly Dictionary<string, Func<byte[], byte[], byte[]>> Makers = new()
    {
        ["empty"] = (_, _) => [],
        ["zero byte"] = (_, _) => [0],
        ["all zeros"] = (_, s) => new byte[s.Length],
        ["r and s are zero"] = (_, _) => EcdsaEncoding.Write(BigInteger.Zero, BigInteger.Zero),
        ["r and s are one"] = (_, _) => EcdsaEncoding.Write(BigInteger.One, BigInteger.One),
        ["negative s"] = (_, s) => EcdsaEncoding.Write(EcdsaEncoding.Read(s).R, -EcdsaEncoding.Read(s).S),
        ["s above the order"] = (_, s) => EcdsaEncoding.AddOrder(s),
        ["r and s side by side, not DER"] = (_, s) => EcdsaEncoding.Concatenate(s),
        ["trailing byte"] = (_, s) => [.. s, 0],
        ["cut by a byte"] = (_, s) => s[..^1],
        ["last bit flipped"] = (_, s) => [.. s[..^1], (byte)(s[^1] ^ 1)],
        ["long form of the length"] = (_, s) => [0x30, 0x81, .. s[1..]],
        ["of another key"] = (m, _) => TestKeys.Stranger.Sign(m, SignatureScheme.Envelope),
        ["of another message"] = (_, _) => TestKeys.First.Sign("another"u8, SignatureScheme.Envelope),
        ["of RSA"] = (m, _) => TestKeys.Rsa.Sign(m, SignatureScheme.Envelope),
        ["of P-384"] = (m, _) => TestKeys.P384.Sign(m, SignatureScheme.Envelope),
        ["a hundred kilobytes"] = (_, s) => [.. s, .. new byte[100_000]],
    };

    public static TheoryData<string> Names => [.. Makers.Keys];

    public static byte[] Make(string name, byte[] message) =>
        Makers[name](message, TestKeys.First.Sign(message, SignatureScheme.Envelope));
}
