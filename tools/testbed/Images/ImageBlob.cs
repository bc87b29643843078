using System.Security.Cryptography;

namespace EdgeSync.Testbed.Images;

/// <summary>Bytes with their media type and digest.</summary>
internal sealed record ImageBlob(string MediaType, byte[] Content)
{
    public const string Index = "application/vnd.oci.image.index.v1+json";
    public const string Manifest = "application/vnd.oci.image.manifest.v1+json";
    public const string Configuration = "application/vnd.oci.image.config.v1+json";
    public const string Layer = "application/vnd.oci.image.layer.v1.tar+gzip";

    public string Digest { get; } = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Content))}";
}
