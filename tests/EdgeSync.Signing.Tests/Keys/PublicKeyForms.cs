using System.Formats.Asn1;
using System.Security.Cryptography;

namespace EdgeSync.Signing.Tests.Keys;

/// <summary>Public keys in forms that no honest tool writes by default.</summary>
internal static class PublicKeyForms
{
    /// <summary>The same P-256 key with its point compressed (SEC 1, 2.3.3).</summary>
    public static byte[] Compress(byte[] der)
    {
        var info = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        var algorithm = info.ReadEncodedValue().ToArray();
        var point = info.ReadBitString(out _);
        return Write(algorithm, [(byte)(2 + (point[^1] & 1)), .. point[1..33]]);
    }

    /// <summary>A key of any algorithm identifier without parameters.</summary>
    public static byte[] WithOid(string oid, byte[] key)
    {
        var algorithm = new AsnWriter(AsnEncodingRules.DER);
        using (algorithm.PushSequence())
        {
            algorithm.WriteObjectIdentifier(oid);
        }

        return Write(algorithm.Encode(), key);
    }

    public static string Pem(byte[] der) => PemEncoding.WriteString("PUBLIC KEY", der);

    private static byte[] Write(byte[] algorithm, byte[] key)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(algorithm);
            writer.WriteBitString(key);
        }

        return writer.Encode();
    }
}
