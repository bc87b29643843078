using System.Formats.Asn1;
using System.Globalization;
using System.Numerics;

namespace EdgeSync.Signing.Tests.Keys;

/// <summary>Decodes DER signatures of P-256 and encodes them in other ways.</summary>
internal static class EcdsaEncoding
{
    private static readonly BigInteger Order = BigInteger.Parse(
        "0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    public static (BigInteger R, BigInteger S) Read(byte[] der)
    {
        var sequence = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        return (sequence.ReadInteger(), sequence.ReadInteger());
    }

    public static byte[] Write(BigInteger r, BigInteger s)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(r);
            writer.WriteInteger(s);
        }

        return writer.Encode();
    }

    public static byte[] Malleate(byte[] der)
    {
        var (r, s) = Read(der);
        return Write(r, Order - s);
    }

    public static byte[] AddOrder(byte[] der)
    {
        var (r, s) = Read(der);
        return Write(r, s + Order);
    }

    public static byte[] Concatenate(byte[] der)
    {
        var (r, s) = Read(der);
        return [.. Pad(r), .. Pad(s)];
    }

    private static byte[] Pad(BigInteger value)
    {
        var bytes = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - bytes.Length], .. bytes];
    }
}
