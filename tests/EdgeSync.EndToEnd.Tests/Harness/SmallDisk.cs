using EdgeSync.Testbed.Peers;

namespace EdgeSync.EndToEnd.Tests.Harness;

/// <summary>A folder on a disk of its own, an ext4 file system in a file: it can be filled without filling the machine.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly string _folder;

    private SmallDisk(string folder) => _folder = folder;

    private string Ballast => Path.Combine(_folder, "ballast");

    /// <summary>Mounts a new disk of so many MiB at a folder, which is made.</summary>
    public static async Task<SmallDisk> MountAsync(string folder, string image, int mebibytes)
    {
        Directory.CreateDirectory(folder);
        await using (var file = File.Create(image))
        {
            file.SetLength((long)mebibytes << 20);
        }

        (await PeerTool.Installed("mkfs.ext4").RunAsync(CancellationToken.None, "-q", "-m", "0", image)).EnsureSuccess();
        (await PeerTool.Installed("mount").RunAsync(CancellationToken.None, "-o", "loop", image, folder)).EnsureSuccess();
        return new SmallDisk(folder);
    }

    /// <summary>Fills the disk up to this share of its size.</summary>
    public void Fill(double share)
    {
        var drive = new DriveInfo(_folder);
        using var file = File.OpenHandle(
            Ballast, FileMode.Create, FileAccess.Write, preallocationSize: drive.AvailableFreeSpace - (long)(drive.TotalSize * (1 - share)));
    }

    /// <summary>Makes room again.</summary>
    public void Clear() => File.Delete(Ballast);

    // Lazily, because what a killed process had open may take a moment to go.
    public async ValueTask DisposeAsync() => (await PeerTool.Installed("umount").RunAsync(CancellationToken.None, "--lazy", _folder)).EnsureSuccess();
}
