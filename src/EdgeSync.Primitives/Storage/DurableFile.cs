using System.Runtime.InteropServices;
using EdgeSync.Primitives.Failures;
using Microsoft.Win32.SafeHandles;

namespace EdgeSync.Primitives.Storage;

/// <summary>
/// Writes that survive a power cut: to a temporary name in the same folder, flushed to disk, renamed, and the folder flushed. A
/// reader sees the old content or the new, never a part.
/// </summary>
public static partial class DurableFile
{
    /// <summary>Owner may read and write, nobody else anything: for keys and credentials.</summary>
    public const UnixFileMode PrivateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Everybody may read, the owner write.</summary>
    public const UnixFileMode SharedMode = PrivateMode | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>
    /// Writes the whole content under <paramref name="path"/>, replacing what is there. Safe to call again. Throws
    /// <see cref="StorageException"/> when the disk refuses.
    /// </summary>
    public static Task WriteAsync(string path, ReadOnlyMemory<byte> content, UnixFileMode mode, CancellationToken cancellationToken) =>
        WriteAsync(path, content, mode, overwrite: true, cancellationToken);

    /// <summary>
    /// As <see cref="WriteAsync(string, ReadOnlyMemory{byte}, UnixFileMode, CancellationToken)"/>, on the caller's thread: for small files between two steps of
    /// a commit, under a lock.
    /// </summary>
    public static void Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var stream = Create(temporary, mode))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            Move(temporary, path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Translate(path, failure);
        }
        finally
        {
            DeleteIfThere(temporary);
        }
    }

    /// <summary>
    /// As <see cref="WriteAsync(string, ReadOnlyMemory{byte}, UnixFileMode, CancellationToken)"/>, but never replaces: throws
    /// <see cref="StorageException"/> with the reason <c>AlreadyExists</c> where the name is taken.
    /// </summary>
    public static Task WriteNewAsync(string path, ReadOnlyMemory<byte> content, UnixFileMode mode, CancellationToken cancellationToken) =>
        WriteAsync(path, content, mode, overwrite: false, cancellationToken);

    /// <summary>Creates a new file that must not exist, with this mode from its first instant.</summary>
    public static FileStream Create(string path, UnixFileMode mode) => new(path, new FileStreamOptions
    {
        Mode = FileMode.CreateNew,
        Access = FileAccess.Write,
        Options = FileOptions.Asynchronous,
        UnixCreateMode = mode,
    });

    /// <summary>Renames a file that is already flushed, and flushes the folder, so that the new name survives a power cut.</summary>
    public static void Move(string from, string to)
    {
        File.Move(from, to, overwrite: true);
        FlushDirectory(Path.GetDirectoryName(Path.GetFullPath(to))!);
    }

    /// <summary>Flushes a folder's entries to disk.</summary>
    public static void FlushDirectory(string directory)
    {
        using var handle = OpenDirectory(directory);
        if (FSync(handle) != 0)
        {
            throw new IOException($"cannot flush the folder '{directory}' to disk: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    private static async Task WriteAsync(
        string path, ReadOnlyMemory<byte> content, UnixFileMode mode, bool overwrite, CancellationToken cancellationToken)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            await using (var stream = Create(temporary, mode))
            {
                await stream.WriteAsync(content, cancellationToken);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite);
            FlushDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Translate(path, failure);
        }
        finally
        {
            DeleteIfThere(temporary);
        }
    }

    // Tidying up must not hide the failure that made it necessary, nor make one of its own.
    private static void DeleteIfThere(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
        }
    }

    private static SafeFileHandle OpenDirectory(string directory)
    {
        const int ReadOnlyDirectory = 0x10000 | 0x80000; // O_DIRECTORY | O_CLOEXEC
        var descriptor = Open(directory, ReadOnlyDirectory);
        return descriptor >= 0
            ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw new IOException($"cannot open the folder '{directory}': {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>The failure that says in words what the disk refused: <c>DiskFull</c> or <c>WriteFailed</c>.</summary>
    public static StorageException Translate(string path, Exception failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        const int NoSpaceLeft = 28; // ENOSPC
        const int Exists = 17; // EEXIST
        return (failure.HResult & 0xFFFF) switch
        {
            NoSpaceLeft => new StorageException("DiskFull", $"cannot write '{path}': the disk is full", failure)
            {
                Subject = path,
                Hint = "Free space on this disk, or lower the size of the cache.",
            },
            Exists => new StorageException("AlreadyExists", $"'{path}' is there already, and is not replaced", failure)
            {
                Disposition = Disposition.Stalled,
                Subject = path,
                Hint = "Choose another name, or move the old file away.",
            },
            _ => new StorageException("WriteFailed", $"cannot write '{path}': {failure.Message}", failure) { Subject = path },
        };
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(SafeFileHandle handle);
}
