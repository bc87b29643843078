using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Text;

namespace EdgeSync.Signing.Cosign;

/// <summary>What cosign signs under a tag: "the manifest with this digest, in this repository" (containers/image, "simple signing").</summary>
/// <param name="Digest">The digest that is signed.</param>
/// <param name="DockerReference">The repository at the time of signing. For information only: a copy elsewhere is equally valid.</param>
public sealed record SimpleSigningPayload(Digest Digest, string DockerReference)
{
    /// <summary>The media type of a layer that holds a payload.</summary>
    public const string MediaType = "application/vnd.dev.cosign.simplesigning.v1+json";

    /// <summary>The largest payload that is read, in bytes.</summary>
    public const int MaxBytes = 16 * 1024;

    private const string SignatureType = "cosign container image signature";
    private const int MaxReferenceLength = 512;

    /// <summary>The exact bytes that <c>cosign sign</c> makes for it.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(
        new SimpleSigningDocument(new SimpleSigningDocument.CriticalSection(
            new SimpleSigningDocument.IdentitySection(DockerReference), new SimpleSigningDocument.ImageSection(Digest.ToString()), SignatureType)),
        SigningJsonContext.Default.SimpleSigningDocument);

    /// <summary>
    /// Reads a payload strictly: no other member, no other type of signature. If the result is false, <paramref name="problem"/> says why.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8Json, [NotNullWhen(true)] out SimpleSigningPayload? payload, out string problem)
    {
        payload = null;
        if (utf8Json.Length > MaxBytes)
        {
            problem = $"its payload has more than {MaxBytes} bytes";
            return false;
        }

        try
        {
            var critical = StrictJson.Read(utf8Json, SigningJsonContext.Default.SimpleSigningDocument).Critical;
            problem = FindProblem(critical, out var digest) ?? "";
            payload = problem.Length == 0 ? new SimpleSigningPayload(digest, critical.Identity.DockerReference) : null;
        }
        catch (JsonException failure)
        {
            problem = $"its payload is not one of cosign: {FaultText.Describe(failure)}";
        }

        return payload is not null;
    }

    private static string? FindProblem(SimpleSigningDocument.CriticalSection critical, out Digest digest)
    {
        digest = default;
        return critical switch
        {
            { Type: not SignatureType } => $"its payload's type is not '{SignatureType}'",
            { Identity.DockerReference.Length: > MaxReferenceLength } => "its payload's repository is too long",
            _ => Digest.TryParse(critical.Image.DockerManifestDigest, out digest) ? null : "its payload's digest is no sha256 digest",
        };
    }
}
