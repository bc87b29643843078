using EdgeSync.Oci.References;

namespace EdgeSync.Bundles.Publishing;

/// <summary>What a push did.</summary>
/// <param name="Target">The bundle in the registry, by digest.</param>
/// <param name="Sent">Blobs that were sent.</param>
/// <param name="Mounted">Blobs that the registry took over from another of its repositories.</param>
/// <param name="Present">Blobs that were there already.</param>
/// <param name="SentBytes">The bytes of the blobs that were sent.</param>
public sealed record PublishReport(OciReference Target, int Sent, int Mounted, int Present, long SentBytes);
