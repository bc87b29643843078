using System.Diagnostics;

namespace EdgeSync.Primitives.Tests.Storage;

/// <summary>A file system of 64 KiB in memory, for real ENOSPC. Needs the right to mount.</summary>
internal sealed class TinyDisk : IDisposable
{
    private readonly string _path;

    private TinyDisk(string path) => _path = path;

    /// <summary>Mounts it, or null where this process may not.</summary>
    public static TinyDisk? TryMount(string path)
    {
        Directory.CreateDirectory(path);
        return Run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", path) == 0 ? new TinyDisk(path) : null;
    }

    public void Dispose() => Run("umount", _path);

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
