using System.Security.Cryptography;

namespace EdgeSync.Signing.Sigstore.Logs;

/// <summary>What a log entry must contain to be of this bundle.</summary>
/// <param name="Signature">The bundle's signature.</param>
/// <param name="Verifier">The signer's certificate, or its public key, in DER.</param>
/// <param name="IsCertificate">Which of the two.</param>
/// <param name="Payload">The envelope's payload; null if the bundle signs an artifact's bytes.</param>
/// <param name="EnvelopeBytes">What the envelope's signature is over; null as before.</param>
/// <param name="Artifact">The artifact; null for an envelope.</param>
/// <param name="WholeEnvelope">The envelope with its signature, byte for byte as it was logged; null if only its parts are known.</param>
internal sealed record LoggedContent(
    ReadOnlyMemory<byte> Signature,
    ReadOnlyMemory<byte> Verifier,
    bool IsCertificate,
    ReadOnlyMemory<byte>? Payload,
    byte[]? EnvelopeBytes,
    SigstoreSubject? Artifact,
    ReadOnlyMemory<byte>? WholeEnvelope = null)
{
    /// <summary>Whether this is the hash of what was signed.</summary>
    public bool IsOfSigned(string algorithm, ReadOnlySpan<byte> hash) =>
        HashNames.TryRead(algorithm, out var name)
        && (EnvelopeBytes is { } envelope ? CryptographicOperations.HashData(name, envelope) : Artifact!.Hash(name)) is { } expected
        && hash.SequenceEqual(expected);

    /// <summary>Whether this is the hash of the whole envelope.</summary>
    public bool IsOfEnvelope(string algorithm, ReadOnlySpan<byte> hash) =>
        WholeEnvelope is { } envelope && HashNames.TryRead(algorithm, out var name)
        && hash.SequenceEqual(CryptographicOperations.HashData(name, envelope.Span));

    /// <summary>Whether this is the hash of the envelope's payload.</summary>
    public bool IsOfPayload(string algorithm, ReadOnlySpan<byte> hash) =>
        Payload is { } payload && HashNames.TryRead(algorithm, out var name)
        && hash.SequenceEqual(CryptographicOperations.HashData(name, payload.Span));
}
