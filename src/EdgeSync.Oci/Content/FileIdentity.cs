using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgeSync.Oci.Content;

/// <summary>
/// Says whether an open file is the same, with the same content, as one seen before: inode, size, time of last write and of last change.
/// The change time cannot be set back by a program, so a file that was written to in place is told apart too.
/// </summary>
internal readonly partial record struct FileIdentity(ulong Device, ulong Inode, ulong Size, long Modified, long Changed)
{
    /// <summary>The file at a path, followed through links; null where it cannot be opened.</summary>
    public static FileIdentity? TryOf(string path)
    {
        try
        {
            using var file = File.OpenHandle(path);
            return Of(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public static FileIdentity Of(SafeFileHandle file)
    {
        const int EmptyPath = 0x1000; // AT_EMPTY_PATH: the descriptor itself
        const uint BasicStats = 0x7ff; // STATX_BASIC_STATS
        return StatX(file, "", EmptyPath, BasicStats, out var status) == 0
            ? new FileIdentity(
                ((ulong)status.DeviceMajor << 32) | status.DeviceMinor,
                status.Inode,
                status.Size,
                status.Modified.Total,
                status.Changed.Total)
            : throw new IOException($"cannot read the state of an open file: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(SafeFileHandle directory, string path, int flags, uint mask, out Status status);

    // struct statx of linux/stat.h: unlike struct stat it is the same on every architecture.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Status
    {
        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public ulong Size;

        [FieldOffset(96)]
        public Timestamp Changed;

        [FieldOffset(112)]
        public Timestamp Modified;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Timestamp
    {
        public long Seconds;
        public uint Nanoseconds;
        public int Padding;

        public readonly long Total => (Seconds * 1_000_000_000) + Nanoseconds;
    }
}
