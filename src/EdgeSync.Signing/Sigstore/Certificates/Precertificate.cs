using System.Buffers.Binary;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeSync.Signing.Sigstore.Certificates;

/// <summary>
/// Rebuilds what a certificate transparency log signed before the certificate was whole (RFC 6962, section 3.2): the part to be signed without the
/// list of timestamps.
/// </summary>
internal static class Precertificate
{
    private static readonly Asn1Tag ExtensionsTag = new(TagClass.ContextSpecific, 3, isConstructed: true);

    /// <summary>The bytes that the log signed for this certificate, of this issuer. Throws <see cref="FormatException"/> for odd certificates.</summary>
    public static byte[] SignedBytes(X509Certificate2 leaf, X509Certificate2 issuer, SignedCertificateTimestamp timestamp)
    {
        var certificate = WithoutTimestamps(leaf.RawDataMemory);
        var bytes = new byte[1 + 1 + 8 + 2 + 32 + 3 + certificate.Length + 2 + timestamp.Extensions.Length];
        var rest = bytes.AsSpan()[2..]; // Version 1 and "certificate timestamp" are both zero.
        BinaryPrimitives.WriteUInt64BigEndian(rest, timestamp.Timestamp);
        BinaryPrimitives.WriteUInt16BigEndian(rest[8..], 1); // A precertificate.
        SHA256.HashData(issuer.PublicKey.ExportSubjectPublicKeyInfo(), rest[10..]);
        rest = rest[42..];
        rest[0] = (byte)(certificate.Length >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(rest[1..], (ushort)certificate.Length);
        certificate.CopyTo(rest[3..]);
        rest = rest[(3 + certificate.Length)..];
        BinaryPrimitives.WriteUInt16BigEndian(rest, (ushort)timestamp.Extensions.Length);
        timestamp.Extensions.CopyTo(rest[2..]);
        return bytes;
    }

    public static byte[] WithoutTimestamps(ReadOnlyMemory<byte> certificate)
    {
        try
        {
            var fields = new AsnReader(certificate, AsnEncodingRules.DER).ReadSequence().ReadSequence();
            var writer = new AsnWriter(AsnEncodingRules.DER);
            writer.PushSequence();
            while (fields.HasData)
            {
                if (fields.PeekTag() == ExtensionsTag)
                {
                    CopyExtensions(fields.ReadSequence(ExtensionsTag), writer);
                }
                else
                {
                    writer.WriteEncodedValue(fields.ReadEncodedValue().Span);
                }
            }

            writer.PopSequence();
            return writer.Encode();
        }
        catch (Exception failure) when (failure is AsnContentException or ArgumentException)
        {
            throw new FormatException("the certificate is damaged", failure);
        }
    }

    private static void CopyExtensions(AsnReader wrapper, AsnWriter writer)
    {
        writer.PushSequence(ExtensionsTag);
        writer.PushSequence();
        var extensions = wrapper.ReadSequence();
        while (extensions.HasData)
        {
            var encoded = extensions.ReadEncodedValue();
            if (new AsnReader(encoded, AsnEncodingRules.DER).ReadSequence().ReadObjectIdentifier() != SignedCertificateTimestamp.ListOid)
            {
                writer.WriteEncodedValue(encoded.Span);
            }
        }

        writer.PopSequence();
        writer.PopSequence(ExtensionsTag);
    }
}
