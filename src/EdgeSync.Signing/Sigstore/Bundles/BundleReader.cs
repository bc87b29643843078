using System.Security.Cryptography;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Sigstore.Certificates;
using EdgeSync.Signing.Sigstore.Json;

namespace EdgeSync.Signing.Sigstore.Bundles;

/// <summary>Reads bundles (sigstore_bundle.proto). Unknown members are refused, because they might change what the signature means.</summary>
internal static class BundleReader
{
    private const int MaxLogEntries = 8;
    private const int MaxTimestamps = 8;
    private const int MaxIntermediates = 8;
    private const int MaxProofHashes = 64; // A tree of 2^63 leaves.
    private const int MaxText = 512;
    private const int MaxCheckpoint = 16 * 1024;
    private const int MaxSignature = 1024;
    private const int MaxTimestampBytes = 32 * 1024;

    public static SigstoreBundle Read(ReadOnlySpan<byte> utf8Json)
    {
        var message = ProtoMessage.Parse(utf8Json, SigstoreBundle.MaxBytes, "the bundle");
        var version = ReadVersion(message);
        message.Only("mediaType", "verificationMaterial", "messageSignature", "dsseEnvelope");
        if (message.Has("messageSignature") == message.Has("dsseEnvelope"))
        {
            throw new FormatException("the bundle must have one of messageSignature and dsseEnvelope");
        }

        var material = message.Message("verificationMaterial")
            .Only("publicKey", "x509CertificateChain", "certificate", "tlogEntries", "timestampVerificationData");
        var certificate = ReadCertificate(material, version);
        return new SigstoreBundle(version)
        {
            KeyHint = material.OptionalMessage("publicKey")?.Only("hint").OptionalText("hint", MaxText) ?? (certificate is null ? "" : null),
            Certificate = certificate,
            LogEntries = ReadLogEntries(material, version),
            Timestamps = ReadTimestamps(material),
            Message = ReadMessage(message),
            Envelope = ReadEnvelope(message),
        };
    }

    private static BundleVersion ReadVersion(ProtoMessage message) => message.Text("mediaType", MaxText) switch
    {
        "application/vnd.dev.sigstore.bundle+json;version=0.1" => BundleVersion.V01,
        "application/vnd.dev.sigstore.bundle+json;version=0.2" => BundleVersion.V02,
        "application/vnd.dev.sigstore.bundle+json;version=0.3" or SigstoreBundle.MediaType => BundleVersion.V03,
        _ => throw message.Wrong("mediaType", "is not one of a bundle of version 0.1, 0.2 or 0.3"),
    };

    // Null for a bundle that a key signed. Only the leaf of a chain is used: authorities are in the trusted root, and a root
    // certificate in the bundle is treated as an attack.
    private static byte[]? ReadCertificate(ProtoMessage material, BundleVersion version)
    {
        var (key, chain, single) = (material.Has("publicKey"), material.Has("x509CertificateChain"), material.Has("certificate"));
        if ((key ? 1 : 0) + (chain ? 1 : 0) + (single ? 1 : 0) != 1)
        {
            throw new FormatException("the bundle must have one of certificate, x509CertificateChain and publicKey");
        }

        if (key)
        {
            return null;
        }

        if (chain == (version == BundleVersion.V03))
        {
            throw new FormatException(chain ? "a bundle of version 0.3 has one certificate, no chain" : "a bundle before version 0.3 has a chain");
        }

        if (single)
        {
            return material.Message("certificate").Only("rawBytes").Bytes("rawBytes", StrictCertificate.MaxBytes);
        }

        var certificates = new List<byte[]>();
        foreach (var entry in material.Message("x509CertificateChain").Only("certificates").Messages("certificates", MaxIntermediates + 1))
        {
            certificates.Add(entry.Only("rawBytes").Bytes("rawBytes", StrictCertificate.MaxBytes));
        }

        if (certificates.Count == 0)
        {
            throw new FormatException("the bundle's certificate chain is empty");
        }

        foreach (var certificate in certificates)
        {
            using var loaded = StrictCertificate.Load(certificate);
            if (loaded.SubjectName.RawData.AsSpan().SequenceEqual(loaded.IssuerName.RawData))
            {
                throw new FormatException("the bundle's certificate chain has a root");
            }
        }

        return certificates[0];
    }

    private static List<LogEntry> ReadLogEntries(ProtoMessage material, BundleVersion version)
    {
        var entries = new List<LogEntry>();
        foreach (var message in material.Messages("tlogEntries", MaxLogEntries))
        {
            message.Only(
                "logIndex", "logId", "kindVersion", "integratedTime", "inclusionPromise", "inclusionProof", "canonicalizedBody");
            var kind = message.Message("kindVersion").Only("kind", "version");
            var entry = new LogEntry(
                message.Count("logIndex"),
                message.Message("logId").Only("keyId").Bytes("keyId", 64),
                kind.Text("kind", MaxText),
                kind.Text("version", MaxText),
                message.Count("integratedTime"),
                message.OptionalMessage("inclusionPromise")?.Only("signedEntryTimestamp").Bytes("signedEntryTimestamp", MaxSignature),
                message.OptionalMessage("inclusionProof") is { } proof ? ReadProof(proof) : null,
                message.Bytes("canonicalizedBody", SigstoreBundle.MaxBytes));
            entries.Add(Require(entry, version));
        }

        return entries;
    }

    private static LogEntry Require(LogEntry entry, BundleVersion version)
    {
        if (version == BundleVersion.V01 && entry.Promise is null)
        {
            throw new FormatException("a log entry of a bundle of version 0.1 has no inclusion promise");
        }

        return version == BundleVersion.V01 || entry.Proof is { Checkpoint.Length: > 0 }
            ? entry
            : throw new FormatException("a log entry of a bundle since version 0.2 has no inclusion proof with a checkpoint");
    }

    private static InclusionProof ReadProof(ProtoMessage message)
    {
        message.Only("logIndex", "rootHash", "treeSize", "hashes", "checkpoint");
        var proof = new InclusionProof(
            message.Count("logIndex"),
            message.Count("treeSize"),
            message.Bytes("rootHash", SHA256.HashSizeInBytes),
            message.BytesList("hashes", MaxProofHashes, SHA256.HashSizeInBytes),
            message.OptionalMessage("checkpoint")?.Only("envelope").OptionalText("envelope", MaxCheckpoint) ?? "");
        var whole = proof.RootHash.Length == SHA256.HashSizeInBytes && proof.Hashes.All(hash => hash.Length == SHA256.HashSizeInBytes);
        return whole ? proof : throw message.Wrong("hashes", "or the root hash are not all of 32 bytes");
    }

    private static List<byte[]> ReadTimestamps(ProtoMessage material)
    {
        var timestamps = new List<byte[]>();
        if (material.OptionalMessage("timestampVerificationData") is { } message)
        {
            foreach (var entry in message.Only("rfc3161Timestamps").Messages("rfc3161Timestamps", MaxTimestamps))
            {
                timestamps.Add(entry.Only("signedTimestamp").Bytes("signedTimestamp", MaxTimestampBytes));
            }
        }

        return timestamps;
    }

    private static MessageSignature? ReadMessage(ProtoMessage bundle)
    {
        if (bundle.OptionalMessage("messageSignature") is not { } message)
        {
            return null;
        }

        var digest = message.Only("messageDigest", "signature").OptionalMessage("messageDigest")?.Only("algorithm", "digest");
        return new MessageSignature(
            message.Bytes("signature", MaxSignature), digest?.Text("algorithm", MaxText), digest?.Bytes("digest", SHA512.HashSizeInBytes));
    }

    private static DsseEnvelope? ReadEnvelope(ProtoMessage bundle)
    {
        if (bundle.OptionalMessage("dsseEnvelope") is not { } message)
        {
            return null;
        }

        var signatures = message.Only("payload", "payloadType", "signatures").Messages("signatures", DsseEnvelope.MaxSignatures);
        if (signatures.Count != 1)
        {
            throw message.Wrong("signatures", "are not exactly one, as a bundle must have");
        }

        var signature = signatures[0].Only("sig", "keyid");
        return new DsseEnvelope(
            message.Text("payloadType", MaxText),
            message.Bytes("payload", SigstoreBundle.MaxBytes),
            [new DsseSignature(signature.OptionalText("keyid", MaxText), signature.Bytes("sig", MaxSignature))]);
    }
}
