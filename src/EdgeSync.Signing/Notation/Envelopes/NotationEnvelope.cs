using System.Security.Cryptography.X509Certificates;

namespace EdgeSync.Signing.Notation.Envelopes;

/// <summary>A signature envelope that was read and is well formed. Nothing is verified yet, neither its signature nor its certificates.</summary>
internal sealed class NotationEnvelope
{
    public const string JwsMediaType = "application/jose+json";
    public const string CoseMediaType = "application/cose";
    public const int MaxCertificates = 8;
    public const int MaxSignatureBytes = 512; // RSA of 4096 bits.
    public const int MaxTimestampBytes = 32 * 1024;
    public const int MaxAgentLength = 256;

    public required NotationAlgorithm Algorithm { get; init; }

    public required SignedAttributes Attributes { get; init; }

    public required byte[] Payload { get; init; }

    /// <summary>Verifies the envelope's signature with the key of this certificate.</summary>
    public required Func<X509Certificate2, bool> IsSignedBy { get; init; }

    public required byte[] Signature { get; init; }

    /// <summary>The signing certificate first, the root last, in DER.</summary>
    public required IReadOnlyList<byte[]> Certificates { get; init; }

    /// <summary>A bare token of RFC 3161; null if there is none.</summary>
    public byte[]? Timestamp { get; init; }

    /// <summary>Throws <see cref="FormatException"/> for an envelope that is not well formed.</summary>
    public static NotationEnvelope Read(ReadOnlySpan<byte> content, string mediaType)
    {
        if (content.Length > NotationVerifier.MaxBytes)
        {
            throw new FormatException($"the envelope has more than {NotationVerifier.MaxBytes} bytes");
        }

        return mediaType switch
        {
            JwsMediaType => JwsReader.Read(content),
            CoseMediaType => CoseReader.Read(content),
            _ => throw new FormatException($"an envelope is {JwsMediaType} or {CoseMediaType}"),
        };
    }
}
