using System.Globalization;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Primitives.Storage;

/// <summary>
/// Reads small files whole, and large ones not at all. What the file system says of a length is a hint only: a file may grow while it is read, and one that
/// the kernel makes up has none.
/// </summary>
public static class BoundedFile
{
    private const int FirstRead = 4096;

    /// <summary>
    /// The bytes, or null where there is no such file. Throws <see cref="StorageException"/> with the reason <c>FileUnreadable</c>, or <c>FileTooLarge</c>
    /// where there are more than <paramref name="maxBytes"/>.
    /// </summary>
    public static byte[]? Read(string path, int maxBytes)
    {
        try
        {
            using var file = Open(path, FileOptions.SequentialScan);
            var (buffer, count) = (NewBuffer(file, maxBytes), 0);
            while (file.Read(buffer, count, buffer.Length - count) is > 0 and var read)
            {
                count = Take(path, ref buffer, count + read, maxBytes);
            }

            return buffer[..count];
        }
        catch (Exception failure) when (IsAbsence(failure))
        {
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, failure);
        }
    }

    /// <summary>As <see cref="Read(string, int)"/>, in the background.</summary>
    public static async Task<byte[]?> ReadAsync(string path, int maxBytes, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = Open(path, FileOptions.SequentialScan | FileOptions.Asynchronous);
            var (buffer, count) = (NewBuffer(file, maxBytes), 0);
            while (await file.ReadAsync(buffer.AsMemory(count), cancellationToken) is > 0 and var read)
            {
                count = Take(path, ref buffer, count + read, maxBytes);
            }

            return buffer[..count];
        }
        catch (Exception failure) when (IsAbsence(failure))
        {
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, failure);
        }
    }

    /// <summary>The bytes; null, with the reason in words, where there is no such file, or it cannot be read or is too large.</summary>
    public static byte[]? Read(string path, int maxBytes, out string problem)
    {
        try
        {
            var bytes = Read(path, maxBytes);
            problem = bytes is null ? $"no such file '{path}'" : "";
            return bytes;
        }
        catch (StorageException failure)
        {
            problem = failure.Message;
            return null;
        }
    }

    /// <summary>The bytes; null where there is no such file, or it cannot be read or is too large: for content that can be made again.</summary>
    public static async Task<byte[]?> TryReadAsync(string path, int maxBytes, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(path, maxBytes, cancellationToken);
        }
        catch (StorageException)
        {
            return null;
        }
    }

    private static FileStream Open(string path, FileOptions options) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, options);

    // One more than is said to be there, so that the end is seen without a larger buffer.
    private static byte[] NewBuffer(FileStream file, int maxBytes) =>
        new byte[Math.Min(Math.Max(file.CanSeek ? file.Length + 1 : 0, FirstRead), maxBytes + 1L)];

    private static int Take(string path, ref byte[] buffer, int count, int maxBytes)
    {
        if (count > maxBytes)
        {
            throw new StorageException("FileTooLarge", $"'{path}' is larger than {Size(maxBytes)}") { Subject = path };
        }

        if (count == buffer.Length)
        {
            Array.Resize(ref buffer, (int)Math.Min(count * 2L, maxBytes + 1L));
        }

        return count;
    }

    private static string Size(int bytes) => bytes % 1024 == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes >> 10} KiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes");

    private static bool IsAbsence(Exception failure) => failure is FileNotFoundException or DirectoryNotFoundException;

    private static StorageException Unreadable(string path, Exception failure) =>
        new("FileUnreadable", $"cannot read '{path}': {FileFaults.Describe(path, failure)}", failure) { Subject = path };
}
