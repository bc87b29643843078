using System.Runtime.InteropServices;

namespace EdgeSync.Agent.Preflight;

/// <summary>What is free on a file system.</summary>
/// <param name="Bytes">Its size.</param>
/// <param name="FreeBytes">What a user without privileges may still write.</param>
/// <param name="Inodes">How many files it can hold; 0 where there is no limit, as on btrfs.</param>
/// <param name="FreeInodes">How many more.</param>
internal sealed partial record DiskUsage(long Bytes, long FreeBytes, long Inodes, long FreeInodes)
{
    public double FreeShare => Bytes == 0 ? 0 : (double)FreeBytes / Bytes;

    public double FreeInodeShare => Inodes == 0 ? 1 : (double)FreeInodes / Inodes;

    /// <summary>Of the file system that holds this folder; null where there is no such folder.</summary>
    public static DiskUsage? Of(string folder) => Ask(folder, out var status) == 0
        ? new DiskUsage((long)(status.FragmentSize * status.Blocks), (long)(status.FragmentSize * status.Available), (long)status.Files, (long)status.AvailableFiles)
        : null;

    [LibraryImport("libc", EntryPoint = "statvfs", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Ask(string path, out Status status);

    // struct statvfs of glibc on 64-bit Linux, the same on x64 and arm64.
    [StructLayout(LayoutKind.Explicit, Size = 112)]
    private struct Status
    {
        [FieldOffset(8)]
        public ulong FragmentSize;

        [FieldOffset(16)]
        public ulong Blocks;

        [FieldOffset(32)]
        public ulong Available;

        [FieldOffset(40)]
        public ulong Files;

        [FieldOffset(56)]
        public ulong AvailableFiles;
    }
}
