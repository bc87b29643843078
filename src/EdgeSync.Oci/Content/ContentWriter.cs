using System.Security.Cryptography;
using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Storage;

namespace EdgeSync.Oci.Content;

/// <summary>
/// Writes one blob and hashes it on the way. Only <see cref="CommitAsync"/> gives it its final name, after size and digest are checked and
/// all is on disk. A writer that is resumable keeps what it has when it is disposed of, and the next one goes on from there, also in
/// another process after a power cut: it hashes again what is there.
/// </summary>
public sealed class ContentWriter : IAsyncDisposable
{
    private const UnixFileMode ReadOnly = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const int CopySize = 128 * 1024;

    // What a power cut can cost of a long download. Without it, a file system may keep the length and lose the bytes.
    private const int FlushInterval = 32 * 1024 * 1024;

    private readonly ContentStore _store;
    private readonly string _path;
    private readonly bool _resumable;
    private readonly FileStream _file;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _unflushed;
    private bool _keep;
    private bool _disposed;

    private ContentWriter(ContentStore store, Descriptor expected, string path, FileStream file, bool resumable)
    {
        _store = store;
        Expected = expected;
        _path = path;
        _file = file;
        _resumable = resumable;
        _keep = resumable;
    }

    /// <summary>What the blob must be in the end.</summary>
    public Descriptor Expected { get; }

    /// <summary>How many bytes are written.</summary>
    public long Length { get; private set; }

    /// <summary>
    /// Adds bytes. Throws <see cref="RegistryException"/> with <see cref="RegistryReasons.ContentTooLarge"/> before more than the expected
    /// size is written, and <see cref="StorageException"/> when the disk refuses.
    /// </summary>
    public async Task AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (Length + bytes.Length > Expected.Size)
        {
            _keep = false;
            throw new RegistryException(
                RegistryReasons.ContentTooLarge, $"the content {Expected.Digest} has more than the {Expected.Size} bytes that it should have")
            {
                Subject = Expected.Digest.ToString(),
            };
        }

        try
        {
            await _file.WriteAsync(bytes, cancellationToken);
            _unflushed += bytes.Length;
            if (_unflushed >= FlushInterval)
            {
                _file.Flush(flushToDisk: true);
                _unflushed = 0;
            }
        }
        catch (IOException failure)
        {
            throw DurableFile.Translate(_path, failure);
        }

        _hash.AppendData(bytes.Span);
        Length += bytes.Length;
    }

    /// <summary>Adds all that the stream still has. The stream stays the caller's.</summary>
    public async Task AppendAsync(Stream source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        var buffer = new byte[CopySize];
        int read;
        while ((read = await source.ReadAsync(buffer, cancellationToken)) > 0)
        {
            await AppendAsync(buffer.AsMemory(0, read), cancellationToken);
        }
    }

    /// <summary>Throws away what is written and begins again.</summary>
    public void Restart()
    {
        _file.SetLength(0);
        _file.Position = 0;
        _hash.GetHashAndReset();
        Length = 0;
    }

    /// <summary>Whether all is here and right, so that <see cref="CommitAsync"/> will take it.</summary>
    public bool IsExpected() => Length == Expected.Size && CurrentDigest() == Expected.Digest;

    /// <summary>
    /// Checks size and digest, brings all to disk and gives the blob its name. Throws <see cref="RegistryException"/> with
    /// <see cref="RegistryReasons.DigestMismatch"/>; what was written is then thrown away.
    /// </summary>
    public Task CommitAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var digest = CurrentDigest();
        if (Length != Expected.Size || digest != Expected.Digest)
        {
            _keep = false;
            throw new RegistryException(
                RegistryReasons.DigestMismatch, $"{Length} bytes with the digest {digest} came where {Expected} was asked for")
            {
                Subject = Expected.Digest.ToString(),
                Hint = "The registry, or something on the way to it, changes content; nothing of it was kept.",
            };
        }

        try
        {
            File.SetUnixFileMode(_file.SafeFileHandle, ReadOnly);
            _file.Flush(flushToDisk: true);
            _store.Adopt(_path, Expected.Digest);
            _keep = true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw DurableFile.Translate(_path, failure);
        }

        return Task.CompletedTask;
    }

    /// <summary>Closes the file. Without a commit, a resumable blob is kept for the next try and any other is removed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _hash.Dispose();
        if (!_keep)
        {
            // Before the file is closed and its lock is gone: afterwards another writer may own the name.
            File.Delete(_path);
        }

        await _file.DisposeAsync();
    }

    internal static ContentWriter CreateTemporary(ContentStore store, Descriptor expected, string path) =>
        new(store, expected, path, Open(path, expected.Digest, FileMode.CreateNew), resumable: false);

    internal static async Task<ContentWriter> ResumeAsync(
        ContentStore store, Descriptor expected, string path, CancellationToken cancellationToken)
    {
        var writer = new ContentWriter(store, expected, path, Open(path, expected.Digest, FileMode.OpenOrCreate), resumable: true);
        try
        {
            await writer.TakeUpAsync(cancellationToken);
            return writer;
        }
        catch
        {
            await writer.DisposeAsync();
            throw;
        }
    }

    private Digest CurrentDigest() => Digest.FromHash(_hash.GetCurrentHash());

    private async Task TakeUpAsync(CancellationToken cancellationToken)
    {
        if (_file.Length > Expected.Size)
        {
            Restart();
            return;
        }

        var buffer = new byte[CopySize];
        int read;
        while ((read = await _file.ReadAsync(buffer, cancellationToken)) > 0)
        {
            _hash.AppendData(buffer, 0, read);
            Length += read;
        }
    }

    private static FileStream Open(string path, Digest digest, FileMode mode)
    {
        try
        {
            return new FileStream(path, new FileStreamOptions
            {
                Mode = mode,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None, // one writer for a name, also across processes
                Options = FileOptions.Asynchronous,
                BufferSize = 0,
                UnixCreateMode = DurableFile.SharedMode,
            });
        }
        catch (IOException failure) when (File.Exists(path) && mode == FileMode.OpenOrCreate)
        {
            throw StoreFaults.Busy(digest, failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw DurableFile.Translate(path, failure);
        }
    }
}
