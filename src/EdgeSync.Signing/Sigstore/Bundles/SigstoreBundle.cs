using System.Diagnostics.CodeAnalysis;
using EdgeSync.Signing.Envelopes;

namespace EdgeSync.Signing.Sigstore.Bundles;

/// <summary>
/// A Sigstore bundle: a signature with everything that is needed to verify it offline. Nothing of it is verified; <see cref="SigstoreVerifier"/>
/// does that.
/// </summary>
public sealed class SigstoreBundle
{
    /// <summary>The media type that bundles have today; older ones are read too.</summary>
    public const string MediaType = "application/vnd.dev.sigstore.bundle.v0.3+json";

    /// <summary>The largest bundle that is read, in bytes; attestations carry a whole bill of materials.</summary>
    public const int MaxBytes = 8 * 1024 * 1024;

    internal SigstoreBundle(BundleVersion version) => Version = version;

    /// <summary>The version in its media type.</summary>
    public BundleVersion Version { get; }

    /// <summary>Whether it was signed under a certificate, and not with a key that the verifier has.</summary>
    public bool HasCertificate => Certificate is not null;

    /// <summary>Whether it holds an envelope, and not the signature of an artifact's bytes.</summary>
    public bool HasEnvelope => Envelope is not null;

    /// <summary>A hint which key made it; null if it has a certificate. It is not signed.</summary>
    public string? KeyHint { get; internal init; }

    internal byte[]? Certificate { get; init; }

    internal IReadOnlyList<LogEntry> LogEntries { get; init; } = [];

    internal IReadOnlyList<byte[]> Timestamps { get; init; } = [];

    internal MessageSignature? Message { get; init; }

    internal DsseEnvelope? Envelope { get; init; }

    /// <summary>What timestamps are of: the one signature, except in cosign's older attestations.</summary>
    internal ReadOnlySpan<byte> Stamped => StampedEnvelope is { } envelope ? envelope.Span : Signature;

    internal ReadOnlyMemory<byte>? StampedEnvelope { get; init; }

    /// <summary>The bytes of the one signature.</summary>
    internal ReadOnlySpan<byte> Signature => Message is { } message ? message.Signature : Envelope!.Signatures[0].Value.Span;

    /// <summary>
    /// Reads a bundle strictly, by the rules of its version. If the result is false, <paramref name="problem"/> says why.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8Json, [NotNullWhen(true)] out SigstoreBundle? bundle, out string problem)
    {
        try
        {
            bundle = BundleReader.Read(utf8Json);
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
}
