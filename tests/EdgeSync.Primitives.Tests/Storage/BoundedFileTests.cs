using System.Text;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Storage;
using EdgeSync.Testing;

namespace EdgeSync.Primitives.Tests.Storage;

public sealed class BoundedFileTests : IDisposable
{
    private const int Limit = 10_000;
    private readonly TempDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(Limit - 1)]
    [InlineData(Limit)]
    public async Task Read_UpToTheLimit_HasEveryByte(int length)
    {
        var content = new byte[length];
        new Random(length).NextBytes(content);
        await File.WriteAllBytesAsync(_folder["a"], content);

        Assert.Equal(content, BoundedFile.Read(_folder["a"], Limit));
        Assert.Equal(content, await BoundedFile.ReadAsync(_folder["a"], Limit, default));
        Assert.Equal(content, await BoundedFile.TryReadAsync(_folder["a"], Limit, default));
        Assert.Equal(content, BoundedFile.Read(_folder["a"], Limit, out var problem));
        Assert.Empty(problem);
    }

    [Theory]
    [InlineData(Limit, "is larger than 10000 bytes")]
    [InlineData(8192, "is larger than 8 KiB")]
    [InlineData(0, "is larger than 0 KiB")]
    public async Task Read_OneByteMore_IsTooLarge(int limit, string words)
    {
        await File.WriteAllBytesAsync(_folder["a"], new byte[limit + 1]);

        await AssertRefusedAsync(_folder["a"], limit, "FileTooLarge", words);
    }

    // Its length is 0 as the file system says it, and it has no end: a length that is believed would take nothing, or everything.
    [Fact]
    public async Task Read_NoLengthAndNoEnd_IsTooLarge() => await AssertRefusedAsync("/dev/zero", 1 << 20, "FileTooLarge", "is larger than 1024 KiB");

    [Fact]
    public async Task Read_MadeUpByTheKernel_HasItsContent()
    {
        Assert.Equal(0, new FileInfo("/proc/self/status").Length);

        Assert.Contains("Pid:", Encoding.UTF8.GetString(BoundedFile.Read("/proc/self/status", 1 << 20)!), StringComparison.Ordinal);
        Assert.Contains("Pid:", Encoding.UTF8.GetString((await BoundedFile.ReadAsync("/proc/self/status", 1 << 20, default))!), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("none/a")]
    public async Task Read_NoSuchFile_IsNull(string name)
    {
        Assert.Null(BoundedFile.Read(_folder[name], Limit));
        Assert.Null(await BoundedFile.ReadAsync(_folder[name], Limit, default));
        Assert.Null(await BoundedFile.TryReadAsync(_folder[name], Limit, default));
        Assert.Null(BoundedFile.Read(_folder[name], Limit, out var problem));
        Assert.Equal($"no such file '{_folder[name]}'", problem);
    }

    [Fact]
    public async Task Read_Folder_IsUnreadable()
    {
        Directory.CreateDirectory(_folder["sub"]);

        await AssertRefusedAsync(_folder["sub"], Limit, "FileUnreadable", "it is a folder, and a file is expected");
    }

    [Fact]
    public async Task Read_SomebodyWritesToIt_IsNotKeptAway()
    {
        await using var writer = new FileStream(_folder["a"], FileMode.Create, FileAccess.Write, FileShare.Read);
        await writer.WriteAsync("content"u8.ToArray());
        await writer.FlushAsync();

        Assert.Equal("content"u8.ToArray(), BoundedFile.Read(_folder["a"], Limit));
    }

    [Fact]
    public async Task ReadAsync_Cancelled_IsNoFailureOfTheDisk()
    {
        await File.WriteAllTextAsync(_folder["a"], "content");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => BoundedFile.TryReadAsync(_folder["a"], Limit, new CancellationToken(canceled: true)));
    }

    private static async Task AssertRefusedAsync(string path, int limit, string reason, string words)
    {
        var failure = Assert.Throws<StorageException>(() => BoundedFile.Read(path, limit));
        Assert.Equal((reason, path), (failure.Reason, failure.Subject));
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        Assert.Equal(reason, (await Assert.ThrowsAsync<StorageException>(() => BoundedFile.ReadAsync(path, limit, default))).Reason);
        Assert.Null(await BoundedFile.TryReadAsync(path, limit, default));
        Assert.Null(BoundedFile.Read(path, limit, out var problem));
        Assert.Equal(failure.Message, problem);
    }
}
