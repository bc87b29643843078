using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Storage;
using EdgeSync.Testing;

namespace EdgeSync.Primitives.Tests.Storage;

public sealed class DurableFileTests : IDisposable
{
    private readonly TempDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(DurableFile.PrivateMode)]
    [InlineData(DurableFile.SharedMode)]
    public async Task Write_NewFile_HasContentAndMode(UnixFileMode mode)
    {
        await Write("a", "content", mode);

        Assert.Equal("content", await File.ReadAllTextAsync(_folder["a"]));
        Assert.Equal(mode, File.GetUnixFileMode(_folder["a"]));
        AssertNothingElse("a");
    }

    [Fact]
    public async Task Write_Existing_IsReplacedWithTheNewMode()
    {
        await Write("a", "old and longer", DurableFile.SharedMode);

        await Write("a", "new", DurableFile.PrivateMode);

        Assert.Equal("new", await File.ReadAllTextAsync(_folder["a"]));
        Assert.Equal(DurableFile.PrivateMode, File.GetUnixFileMode(_folder["a"]));
        AssertNothingElse("a");
    }

    [Fact]
    public void Write_OnTheCallersThread_IsTheSame()
    {
        DurableFile.Write(_folder["a"], "old and longer"u8, DurableFile.SharedMode);

        DurableFile.Write(_folder["a"], "new"u8, DurableFile.PrivateMode);

        Assert.Equal("new", File.ReadAllText(_folder["a"]));
        Assert.Equal(DurableFile.PrivateMode, File.GetUnixFileMode(_folder["a"]));
        AssertNothingElse("a");
    }

    [Fact]
    public void Write_OnTheCallersThreadToNoFolder_IsAStorageFailureAndLeavesNothing()
    {
        Assert.Equal("WriteFailed", Assert.Throws<StorageException>(() => DurableFile.Write(_folder["none/a"], "x"u8, DurableFile.SharedMode)).Reason);

        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task Write_ReaderHasTheOldOneOpen_SeesTheOldContentWhole()
    {
        await Write("a", "old", DurableFile.SharedMode);
        using var reader = new StreamReader(_folder["a"]);

        await Write("a", "new", DurableFile.SharedMode);

        Assert.Equal("old", await reader.ReadToEndAsync());
    }

    [Fact]
    public async Task Write_Cancelled_LeavesTheOldContentAndNoLitter()
    {
        await Write("a", "old", DurableFile.SharedMode);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => DurableFile.WriteAsync(_folder["a"], new byte[1 << 20], DurableFile.SharedMode, new CancellationToken(canceled: true)));

        Assert.Equal("old", await File.ReadAllTextAsync(_folder["a"]));
        AssertNothingElse("a");
    }

    [Fact]
    public async Task Write_FolderMissing_IsAStorageFailureThatNamesThePath()
    {
        var failure = await Assert.ThrowsAsync<StorageException>(() => Write("no/such/a", "x", DurableFile.SharedMode));

        Assert.Equal(("WriteFailed", _folder["no/such/a"]), (failure.Reason, failure.Subject));
    }

    [Fact]
    public async Task Write_TargetIsAFolder_IsAStorageFailureAndLeavesNoLitter()
    {
        Directory.CreateDirectory(_folder["a"]);

        await Assert.ThrowsAsync<StorageException>(() => Write("a", "x", DurableFile.SharedMode));

        AssertNothingElse("a");
    }

    [Fact]
    public async Task WriteNew_NameTaken_ReplacesNothing()
    {
        await Write("a", "precious", DurableFile.SharedMode);

        var failure = await Assert.ThrowsAsync<StorageException>(
            () => DurableFile.WriteNewAsync(_folder["a"], "x"u8.ToArray(), DurableFile.SharedMode, CancellationToken.None));

        Assert.Equal("AlreadyExists", failure.Reason);
        Assert.Equal("precious", await File.ReadAllTextAsync(_folder["a"]));
        AssertNothingElse("a");
    }

    [Fact]
    public async Task WriteNew_NameFree_HasContentAndMode()
    {
        await DurableFile.WriteNewAsync(_folder["a"], "x"u8.ToArray(), DurableFile.PrivateMode, CancellationToken.None);

        Assert.Equal("x", await File.ReadAllTextAsync(_folder["a"]));
        Assert.Equal(DurableFile.PrivateMode, File.GetUnixFileMode(_folder["a"]));
    }

    [PeerFact]
    public async Task Write_FullDisk_IsDiskFullAndKeepsTheOldContent()
    {
        using var disk = TinyDisk.TryMount(_folder["disk"]);
        if (disk is null)
        {
            // Mounting needs root.
            return;
        }

        await DurableFile.WriteAsync(_folder["disk/a"], "old"u8.ToArray(), DurableFile.SharedMode, CancellationToken.None);

        var failure = await Assert.ThrowsAsync<StorageException>(
            () => DurableFile.WriteAsync(_folder["disk/a"], new byte[1 << 20], DurableFile.SharedMode, CancellationToken.None));

        Assert.Equal("DiskFull", failure.Reason);
        Assert.Contains("Free space", failure.Hint, StringComparison.Ordinal);
        Assert.Equal("old", await File.ReadAllTextAsync(_folder["disk/a"]));
        Assert.Equal([_folder["disk/a"]], Directory.GetFiles(_folder["disk"]));
    }

    [Fact]
    public void Create_NameTaken_Throws()
    {
        File.WriteAllText(_folder["a"], "x");

        Assert.Throws<IOException>(() => DurableFile.Create(_folder["a"], DurableFile.PrivateMode));
    }

    [Fact]
    public void FlushDirectory_NotAFolder_Throws()
    {
        File.WriteAllText(_folder["a"], "x");

        Assert.Throws<IOException>(() => DurableFile.FlushDirectory(_folder["a"]));
        Assert.Throws<IOException>(() => DurableFile.FlushDirectory(_folder["missing"]));
    }

    private Task Write(string name, string content, UnixFileMode mode) =>
        DurableFile.WriteAsync(_folder[name], System.Text.Encoding.UTF8.GetBytes(content), mode, CancellationToken.None);

    private void AssertNothingElse(string name) =>
        Assert.Equal([_folder[name]], Directory.GetFileSystemEntries(_folder.Path));
}
