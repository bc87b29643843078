using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Oci.Content;

/// <summary>The failures of a content store, each worded once.</summary>
internal static class StoreFaults
{
    public static StorageException Missing(Digest digest) =>
        new(StorageReasons.ContentMissing, $"the content {digest} is not in the store") { Subject = digest.ToString() };

    public static StorageException Damaged(Digest digest, string how) =>
        new(StorageReasons.ContentDamaged, $"the content {digest} is damaged: {how}")
        {
            Subject = digest.ToString(),
            Hint = "It is fetched again when the link is there; if this comes back, check the disk.",
        };

    public static StorageException TooLarge(Digest digest, long limit) =>
        new(StorageReasons.ContentDamaged, $"the content {digest} has more than the {limit} bytes that are read at once")
        {
            Subject = digest.ToString(),
            Disposition = Disposition.Stalled,
        };

    public static StorageException Busy(Digest digest, Exception cause) =>
        new(StorageReasons.ContentBusy, $"the content {digest} is being written by another process", cause) { Subject = digest.ToString() };

    public static StorageException InvalidLayout(string path, string why, Exception? cause = null) =>
        new(StorageReasons.LayoutInvalid, $"'{path}' is no OCI image layout that can be read: {why}", cause)
        {
            Subject = path,
            Disposition = Disposition.Stalled,
            ExitCode = ExitCodes.BadInput,
        };
}
