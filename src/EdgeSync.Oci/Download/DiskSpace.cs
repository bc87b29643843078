using EdgeSync.Oci.Content;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Oci.Download;

/// <summary>Looks whether the disk has room before anything large is begun.</summary>
internal static class DiskSpace
{
    public static void EnsureRoomFor(long bytes, long reserve, string folder)
    {
        if (bytes <= 0)
        {
            return;
        }

        var free = new DriveInfo(folder).AvailableFreeSpace;
        if (free - reserve < bytes)
        {
            throw new StorageException(
                StorageReasons.DiskFull, $"'{folder}' has {free} bytes free, and {bytes} are needed with {reserve} to stay free")
            {
                Subject = folder,
                Hint = "Free space on this disk, or lower the size of the cache.",
            };
        }
    }
}
