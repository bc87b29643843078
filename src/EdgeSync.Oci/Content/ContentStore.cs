using System.Collections.Concurrent;
using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Storage;

namespace EdgeSync.Oci.Content;

/// <summary>
/// An OCI image layout on disk, that oras, skopeo and any other tool can read: blobs by digest, and tags in <c>index.json</c>. Blobs are
/// whole and verified when they appear under their name, and never written again. Safe for use by several threads and processes.
/// </summary>
public sealed class ContentStore : IDisposable
{
    private static readonly byte[] LayoutFile = """{"imageLayoutVersion":"1.0.0"}"""u8.ToArray();

    private static readonly Digest Nothing = Digest.Of([]);

    private readonly LayoutPaths _paths;
    private readonly LayoutLock _lock;
    private readonly VerifiedFiles _verified;
    private readonly ConcurrentDictionary<ContentLease, byte> _leases = new();

    private ContentStore(LayoutPaths paths, TimeProvider time)
    {
        _paths = paths;
        _lock = new LayoutLock(paths.Lock, time);
        _verified = new VerifiedFiles(time);
        Tags = new LayoutTags(paths, _lock);
    }

    /// <summary>The folder.</summary>
    public string Root => _paths.Root;

    /// <summary>The tags of <c>index.json</c>.</summary>
    public LayoutTags Tags { get; }

    internal LayoutPaths Paths => _paths;

    /// <summary>
    /// Opens the layout in this folder, and makes one where the folder is empty or missing. Throws <see cref="StorageException"/> where
    /// the folder holds something else, or cannot be written.
    /// </summary>
    public static async Task<ContentStore> OpenAsync(string root, TimeProvider time, CancellationToken cancellationToken)
    {
        var paths = new LayoutPaths(root);
        try
        {
            var isNew = !File.Exists(paths.Layout);
            if (isNew && paths.HoldsOtherFiles())
            {
                throw StoreFaults.InvalidLayout(paths.Root, "the folder holds other files and no 'oci-layout'");
            }

            Directory.CreateDirectory(paths.Blobs);
            Directory.CreateDirectory(paths.Partials);
            var store = new ContentStore(paths, time);
            await store.Tags.EnsureAsync(cancellationToken);
            if (isNew)
            {
                // Last, so that a layout which a power cut left half made is made again.
                await DurableFile.WriteAsync(paths.Layout, LayoutFile, DurableFile.SharedMode, cancellationToken);
            }

            return store;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw DurableFile.Translate(paths.Root, failure);
        }
    }

    /// <summary>
    /// Opens the layout that is in this folder, and writes nothing: for a medium that is not ours or cannot be written. Throws
    /// <see cref="StorageException"/> where there is none.
    /// </summary>
    public static ContentStore OpenExisting(string root, TimeProvider time)
    {
        var paths = new LayoutPaths(root);
        return File.Exists(paths.Layout)
            ? new ContentStore(paths, time)
            : throw StoreFaults.InvalidLayout(paths.Root, "it has no file 'oci-layout'");
    }

    /// <summary>Whether a blob with this digest is here. Says nothing of damage; see <see cref="CheckAsync"/>.</summary>
    public bool Contains(Digest digest) => File.Exists(_paths.Blob(digest));

    /// <summary>The size of the blob on disk, or null where it is not here.</summary>
    public long? SizeOf(Digest digest)
    {
        var file = new FileInfo(_paths.Blob(digest));
        return file.Exists ? file.Length : null;
    }

    /// <summary>The digests of all blobs, in no order.</summary>
    public IEnumerable<Digest> List() =>
        Directory.EnumerateFiles(_paths.Blobs)
            .Select(path => Digest.TryParse("sha256:" + Path.GetFileName(path), out var digest) ? digest : (Digest?)null)
            .OfType<Digest>();

    /// <summary>
    /// Opens a blob whose size agrees. The caller owns the stream. Its content is not checked here: to act on it, read it by
    /// <see cref="OpenVerifiedAsync"/> or <see cref="ReadVerifiedAsync"/>. Throws <see cref="StorageException"/>.
    /// </summary>
    public FileStream OpenRead(Descriptor descriptor)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        var file = Open(descriptor.Digest);
        if (file.Length == descriptor.Size)
        {
            return file;
        }

        var length = file.Length;
        file.Dispose();
        throw StoreFaults.Damaged(descriptor.Digest, $"it has {length} bytes where {descriptor.Size} are expected");
    }

    /// <summary>
    /// Opens a blob whose content was found right through this very handle, or earlier for the same unchanged file. The caller owns the
    /// stream. Throws <see cref="StorageException"/> with <see cref="StorageReasons.ContentMissing"/> or
    /// <see cref="StorageReasons.ContentDamaged"/>.
    /// </summary>
    public async Task<FileStream> OpenVerifiedAsync(Digest digest, CancellationToken cancellationToken)
    {
        var file = Open(digest);
        try
        {
            return await _verified.CheckAsync(file.SafeFileHandle, digest, cancellationToken)
                ? file
                : throw StoreFaults.Damaged(digest, "its bytes have another digest");
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>Reads a whole blob of at most <paramref name="maxBytes"/> and hashes what was read. Throws <see cref="StorageException"/>.</summary>
    public async Task<byte[]> ReadVerifiedAsync(Digest digest, int maxBytes, CancellationToken cancellationToken)
    {
        if (digest == Nothing && RegularFile.LengthOf(_paths.Blob(digest)) == 0)
        {
            return [];
        }

        await using var file = Open(digest);
        if (file.Length > maxBytes)
        {
            throw StoreFaults.TooLarge(digest, maxBytes);
        }

        var bytes = new byte[file.Length];
        var read = await file.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return read == bytes.Length && Digest.Of(bytes) == digest
            ? bytes
            : throw StoreFaults.Damaged(digest, "its bytes have another digest");
    }

    /// <summary>
    /// Reads a manifest, verified. <paramref name="mediaType"/> is what the descriptor that points to it says, or null. Throws
    /// <see cref="StorageException"/>, or <see cref="RegistryException"/> for a document that cannot be read.
    /// </summary>
    public async Task<ReceivedManifest> ReadManifestAsync(Digest digest, string? mediaType, CancellationToken cancellationToken) =>
        ManifestReader.Read(await ReadVerifiedAsync(digest, ManifestReader.MaxSize, cancellationToken), mediaType, digest);

    /// <summary>Whether the blob is here and its bytes are right; hashes it unless this very file is known to be right.</summary>
    public async Task<ContentState> CheckAsync(Descriptor descriptor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        try
        {
            await using var file = OpenRead(descriptor);
            return await _verified.CheckAsync(file.SafeFileHandle, descriptor.Digest, cancellationToken)
                ? ContentState.Intact
                : ContentState.Damaged;
        }
        catch (StorageException failure) when (failure.Reason == StorageReasons.ContentMissing)
        {
            return ContentState.Missing;
        }
        catch (Exception failure) when (failure is IOException or StorageException { Reason: StorageReasons.ContentDamaged })
        {
            return ContentState.Damaged;
        }
    }

    /// <summary>
    /// Checks the roots and all below them that the selection needs, every byte, except of files that are known to be right and unchanged.
    /// </summary>
    public Task<StoreReport> VerifyAsync(IEnumerable<Descriptor> roots, GraphSelection selection, CancellationToken cancellationToken) =>
        ExamineAsync(roots, selection, hashBlobs: true, cancellationToken);

    /// <summary>The same, but of blobs only the size is looked at unless <paramref name="hashBlobs"/>; manifests are read and hashed in both cases.</summary>
    public async Task<StoreReport> ExamineAsync(
        IEnumerable<Descriptor> roots, GraphSelection selection, bool hashBlobs, CancellationToken cancellationToken) =>
        StoreReport.Of(await new ContentGraph(this, selection).WalkAsync(roots, hashBlobs, cancellationToken));

    /// <summary>
    /// What the roots need, the roots among it, by what the manifests here say. Sizes are looked at, bytes of blobs are not read.
    /// </summary>
    public async Task<IReadOnlyList<Descriptor>> ReachableAsync(
        IEnumerable<Descriptor> roots, GraphSelection selection, CancellationToken cancellationToken) =>
        [.. (await new ContentGraph(this, selection).WalkAsync(roots, hashBlobs: false, cancellationToken)).Select(node => node.Descriptor)];

    /// <summary>Stores bytes and describes them. Content that is here and intact is not written again.</summary>
    public async Task<Descriptor> WriteAsync(string mediaType, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var descriptor = Descriptor.Of(mediaType, bytes.Span);
        if (await CheckAsync(descriptor, cancellationToken) != ContentState.Intact)
        {
            await using var writer = ContentWriter.CreateTemporary(this, descriptor, _paths.Temporary(descriptor.Digest));
            await writer.AppendAsync(bytes, cancellationToken);
            await writer.CommitAsync(cancellationToken);
        }

        return descriptor;
    }

    /// <summary>
    /// Stores what the stream has, if it is what the descriptor says; else throws <see cref="RegistryException"/> and keeps nothing. The
    /// stream stays the caller's.
    /// </summary>
    public async Task WriteAsync(Descriptor expected, Stream content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(content);
        await using var writer = ContentWriter.CreateTemporary(this, expected, _paths.Temporary(expected.Digest));
        await writer.AppendAsync(content, cancellationToken);
        await writer.CommitAsync(cancellationToken);
    }

    /// <summary>
    /// Begins or takes up the writing of a blob that may take several tries. The caller disposes of the writer. Throws
    /// <see cref="StorageException"/> with <see cref="StorageReasons.ContentBusy"/> while another one writes the same blob.
    /// </summary>
    public Task<ContentWriter> ResumeAsync(Descriptor expected, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(expected);
        return ContentWriter.ResumeAsync(this, expected, _paths.Partial(expected.Digest), cancellationToken);
    }

    /// <summary>Removes a blob. Returns false where it was not here.</summary>
    public bool Delete(Digest digest)
    {
        _verified.Forget(digest);
        var path = _paths.Blob(digest);
        var existed = File.Exists(path);
        File.Delete(path);
        return existed;
    }

    /// <summary>Begins to keep content from garbage collection in this process. The caller disposes of it.</summary>
    public ContentLease Lease() => new(_leases);

    /// <summary>Closes the store. Streams and writers that are open stay usable.</summary>
    public void Dispose() => _lock.Dispose();

    internal bool IsLeased(Digest digest) => _leases.Keys.Any(lease => lease.Holds(digest));

    internal void Adopt(string path, Digest digest)
    {
        _verified.Forget(digest);
        DurableFile.Move(path, _paths.Blob(digest));
    }

    private FileStream Open(Digest digest)
    {
        // A pipe or a device on a medium that is not ours has no length, and opening it may wait for ever.
        if (digest != Nothing && RegularFile.LengthOf(_paths.Blob(digest)) == 0)
        {
            throw StoreFaults.Damaged(digest, "it is empty, or no regular file");
        }

        try
        {
            return new FileStream(_paths.Blob(digest), new FileStreamOptions
            {
                Mode = FileMode.Open,
                Access = FileAccess.Read,
                Share = FileShare.Read | FileShare.Delete,
                Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
            });
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw StoreFaults.Missing(digest);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw StoreFaults.Damaged(digest, FileFaults.Describe(_paths.Blob(digest), failure));
        }
    }
}
