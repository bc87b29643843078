using System.Diagnostics;
using EdgeSync.Oci.Content;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Testing;

namespace EdgeSync.Oci.Tests.Content;

/// <summary>A stick can hold pipes in place of files: whoever opens one to read waits for somebody to write.</summary>
public sealed class PipeTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Read_BlobThatIsAPipe_IsDamaged(bool isLink)
    {
        using var folder = new TempDirectory();
        using var store = await ContentStore.OpenAsync(folder.Path, TimeProvider.System, default);
        var digest = Digest.Of("content"u8);
        MakePipe(Path.Combine(folder.Path, "blobs", "sha256", digest.Hex), isLink);

        await Assert.ThrowsAsync<StorageException>(() => Task.Run(() => store.ReadVerifiedAsync(digest, 100, default)).WaitAsync(Soon));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task List_IndexThatIsAPipe_IsNoLayout(bool isLink)
    {
        using var folder = new TempDirectory();
        await File.WriteAllTextAsync(folder["oci-layout"], "{}");
        MakePipe(folder["index.json"], isLink);
        using var store = ContentStore.OpenExisting(folder.Path, TimeProvider.System);

        await Assert.ThrowsAsync<StorageException>(() => Task.Run(() => store.Tags.ListAsync(default)).WaitAsync(Soon));
    }

    [Fact]
    public async Task List_IndexThatLeadsToADeviceWithoutAnEnd_IsNoLayout()
    {
        using var folder = new TempDirectory();
        await File.WriteAllTextAsync(folder["oci-layout"], "{}");
        File.CreateSymbolicLink(folder["index.json"], "/dev/zero");
        using var store = ContentStore.OpenExisting(folder.Path, TimeProvider.System);

        await Assert.ThrowsAsync<StorageException>(() => Task.Run(() => store.Tags.ListAsync(default)).WaitAsync(Soon));
    }

    private static void MakePipe(string path, bool isLink)
    {
        var pipe = isLink ? path + "-pipe" : path;
        if (isLink)
        {
            File.CreateSymbolicLink(path, pipe);
        }

        using var made = Process.Start("mkfifo", [pipe])!;
        made.WaitForExit();
        Assert.Equal(0, made.ExitCode);
    }
}
