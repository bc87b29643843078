using System.Buffers.Binary;
using System.Formats.Asn1;

namespace EdgeSync.Signing.Sigstore.Certificates;

/// <summary>A certificate transparency log's promise to publish a certificate (RFC 6962, section 3.2).</summary>
/// <param name="LogId">Which log.</param>
/// <param name="Time">When.</param>
/// <param name="Timestamp">The same, in the milliseconds that are signed.</param>
/// <param name="Extensions">What else is signed; Static CT puts the leaf's index here.</param>
/// <param name="HashAlgorithm">As TLS numbers them; 4 is SHA-256.</param>
/// <param name="SignatureAlgorithm">As TLS numbers them; 1 is RSA, 3 is ECDSA.</param>
/// <param name="Signature">The signature.</param>
internal sealed record SignedCertificateTimestamp(
    byte[] LogId, DateTimeOffset Time, ulong Timestamp, byte[] Extensions, byte HashAlgorithm, byte SignatureAlgorithm, byte[] Signature)
{
    /// <summary>The extension of a certificate that holds the list.</summary>
    public const string ListOid = "1.3.6.1.4.1.11129.2.4.2";

    private const int MaxCount = 8;
    private const long MaxMilliseconds = 253_402_300_799_999; // The end of the year 9999.

    /// <summary>Reads the extension's list; throws <see cref="FormatException"/> for anything that is not whole.</summary>
    public static IReadOnlyList<SignedCertificateTimestamp> ReadList(ReadOnlyMemory<byte> extension)
    {
        ReadOnlySpan<byte> list;
        try
        {
            var reader = new AsnReader(extension, AsnEncodingRules.DER);
            list = reader.ReadOctetString();
            reader.ThrowIfNotEmpty();
        }
        catch (AsnContentException failure)
        {
            throw new FormatException("the certificate's list of timestamps is damaged", failure);
        }

        var entries = Vector(ref list);
        End(list);
        var timestamps = new List<SignedCertificateTimestamp>();
        while (!entries.IsEmpty)
        {
            if (timestamps.Count == MaxCount)
            {
                throw new FormatException($"the certificate has more than {MaxCount} timestamps");
            }

            timestamps.Add(Read(Vector(ref entries)));
        }

        return timestamps;
    }

    private static SignedCertificateTimestamp Read(ReadOnlySpan<byte> bytes)
    {
        if (Take(ref bytes, 1)[0] != 0)
        {
            throw new FormatException("a timestamp of the certificate is not of version 1");
        }

        var logId = Take(ref bytes, 32);
        var time = BinaryPrimitives.ReadUInt64BigEndian(Take(ref bytes, 8));
        if (time > MaxMilliseconds)
        {
            throw new FormatException("a timestamp of the certificate is at no time");
        }

        var extensions = Vector(ref bytes);
        var algorithms = Take(ref bytes, 2);
        var signature = Vector(ref bytes);
        End(bytes);
        return new SignedCertificateTimestamp(
            logId.ToArray(), DateTimeOffset.FromUnixTimeMilliseconds((long)time), time, extensions.ToArray(), algorithms[0], algorithms[1], signature.ToArray());
    }

    private static ReadOnlySpan<byte> Vector(ref ReadOnlySpan<byte> bytes) =>
        Take(ref bytes, BinaryPrimitives.ReadUInt16BigEndian(Take(ref bytes, 2)));

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> bytes, int count)
    {
        if (bytes.Length < count)
        {
            throw new FormatException("the certificate's list of timestamps is cut short");
        }

        var taken = bytes[..count];
        bytes = bytes[count..];
        return taken;
    }

    private static void End(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.IsEmpty)
        {
            throw new FormatException("the certificate's list of timestamps has trailing bytes");
        }
    }
}
