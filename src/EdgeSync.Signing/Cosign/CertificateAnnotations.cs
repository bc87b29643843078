using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using EdgeSync.Oci.Manifests;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Sigstore.Bundles;
using EdgeSync.Signing.Sigstore.Certificates;
using EdgeSync.Signing.Sigstore.Json;

namespace EdgeSync.Signing.Cosign;

/// <summary>
/// The annotations in which cosign 2 stores the evidence of a keyless signature: certificate, entry of a transparency log, timestamp. They have the same
/// content as a Sigstore bundle of version 0.1 and are converted to one. The chain that cosign adds is not read, because the authorities are in the
/// trusted root.
/// </summary>
internal static class CertificateAnnotations
{
    private const string CertificateName = "dev.sigstore.cosign/certificate";
    private const string LogEntryName = "dev.sigstore.cosign/bundle";
    private const string TimestampName = "dev.sigstore.cosign/rfc3161timestamp";
    private const int MaxText = 512;
    private const int MaxSignature = 1024;
    private const int MaxEntry = 64 * 1024;
    private const int MaxTimestamp = 32 * 1024;

    /// <summary>Whether somebody signed under a certificate.</summary>
    public static bool AreOn(Descriptor layer) => !string.IsNullOrEmpty(layer.Annotation(CertificateName));

    /// <summary>Reads those of the signature of a payload.</summary>
    public static bool TryRead(
        Descriptor layer, MessageSignature signature, [NotNullWhen(true)] out SigstoreBundle? bundle, out string problem) =>
        TryRead(() => new SigstoreBundle(BundleVersion.V01)
        {
            Certificate = ReadCertificate(layer),
            LogEntries = ReadLogEntry(layer),
            Timestamps = ReadTimestamp(layer),
            Message = signature,
        }, out bundle, out problem);

    /// <summary>Reads those of an attestation; cosign has its timestamp made over all of the envelope's bytes.</summary>
    public static bool TryRead(
        Descriptor layer, DsseEnvelope envelope, ReadOnlyMemory<byte> blob, [NotNullWhen(true)] out SigstoreBundle? bundle, out string problem) =>
        TryRead(() => new SigstoreBundle(BundleVersion.V01)
        {
            Certificate = ReadCertificate(layer),
            LogEntries = ReadLogEntry(layer),
            Timestamps = ReadTimestamp(layer),
            Envelope = envelope,
            StampedEnvelope = blob,
        }, out bundle, out problem);

    private static bool TryRead(Func<SigstoreBundle> read, [NotNullWhen(true)] out SigstoreBundle? bundle, out string problem)
    {
        try
        {
            bundle = read();
            problem = "";
            return true;
        }
        catch (FormatException failure)
        {
            bundle = null;
            problem = failure.Message;
            return false;
        }
    }

    private static byte[] ReadCertificate(Descriptor layer)
    {
        var pem = layer.Annotation(CertificateName).AsSpan().Trim();
        return pem.Length <= 2 * StrictCertificate.MaxBytes
            && PemEncoding.TryFind(pem, out var fields)
            && pem[fields.Location].Length == pem.Length
            && pem[fields.Label] is "CERTIFICATE"
                ? Convert.FromBase64String(pem[fields.Base64Data].ToString())
                : throw new FormatException("its annotation holds something else than one certificate in PEM");
    }

    private static List<LogEntry> ReadLogEntry(Descriptor layer)
    {
        if (layer.Annotation(LogEntryName) is not { Length: > 0 } text)
        {
            return [];
        }

        var message = ProtoMessage.Parse(Encoding.UTF8.GetBytes(text), MaxEntry, "the log entry").Only("SignedEntryTimestamp", "Payload");
        var payload = message.Message("Payload").Only("body", "integratedTime", "logIndex", "logID");
        var body = payload.Bytes("body", MaxEntry);
        var kind = ProtoMessage.Parse(body, MaxEntry, "the log entry's body");
        return
        [
            new LogEntry(
                payload.Count("logIndex"),
                ReadLogId(payload),
                kind.Text("kind", MaxText),
                kind.Text("apiVersion", MaxText),
                payload.Count("integratedTime"),
                message.Bytes("SignedEntryTimestamp", MaxSignature),
                Proof: null,
                body),
        ];
    }

    private static byte[] ReadLogId(ProtoMessage payload)
    {
        var text = payload.Text("logID", 2 * SHA256.HashSizeInBytes);
        return text.Length == 2 * SHA256.HashSizeInBytes && text.All(char.IsAsciiHexDigitLower)
            ? Convert.FromHexString(text)
            : throw payload.Wrong("logID", "is not 64 digits of lower-case hexadecimal");
    }

    private static byte[][] ReadTimestamp(Descriptor layer) => layer.Annotation(TimestampName) is { Length: > 0 } text
        ? [ProtoMessage.Parse(Encoding.UTF8.GetBytes(text), 2 * MaxTimestamp, "the timestamp").Only("SignedRFC3161Timestamp").Bytes("SignedRFC3161Timestamp", MaxTimestamp)]
        : [];
}
