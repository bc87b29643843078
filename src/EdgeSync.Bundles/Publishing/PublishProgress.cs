using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.References;

namespace EdgeSync.Bundles.Publishing;

/// <summary>What a push had to do for a blob.</summary>
public enum UploadOutcome
{
    /// <summary>The target repository already had the blob.</summary>
    Present,

    /// <summary>The registry took the blob from another of its repositories.</summary>
    Mounted,

    /// <summary>The blob was sent.</summary>
    Sent,
}

/// <summary>The target repository has one more blob.</summary>
/// <param name="Blob">The blob.</param>
/// <param name="Outcome">What the push had to do for it.</param>
/// <param name="Done">How many blobs the target has now.</param>
/// <param name="Total">How many blobs the bundle has.</param>
public sealed record PublishProgress(Descriptor Blob, UploadOutcome Outcome, int Done, int Total);

/// <summary>What a push did.</summary>
/// <param name="Target">The bundle in the registry, by digest.</param>
/// <param name="Sent">How many blobs were sent.</param>
/// <param name="Mounted">How many blobs the registry took from another of its repositories.</param>
/// <param name="Present">How many blobs the target already had.</param>
/// <param name="SentBytes">The bytes of the blobs that were sent.</param>
public sealed record PublishReport(OciReference Target, int Sent, int Mounted, int Present, long SentBytes);
