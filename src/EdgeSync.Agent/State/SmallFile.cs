using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Storage;

namespace EdgeSync.Agent.State;

/// <summary>Small private files that are read and written whole, between two steps of a commit.</summary>
internal static class SmallFile
{
    /// <summary>Null where there is none. Throws <see cref="StorageException"/> where it cannot be read, or is larger than it may be.</summary>
    public static byte[]? Read(string path, int limit)
    {
        try
        {
            var file = new FileInfo(path);
            return !file.Exists ? null
                : file.Length <= limit ? File.ReadAllBytes(path)
                : throw new StorageException("FileTooLarge", $"'{path}' has {file.Length} bytes, more than {limit}") { Subject = path };
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StorageException("FileUnreadable", $"cannot read '{path}': {failure.Message}", failure) { Subject = path };
        }
    }

    /// <summary>On disk when the call returns. Throws <see cref="StorageException"/>.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var stream = DurableFile.Create(temporary, DurableFile.PrivateMode))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            DurableFile.Move(temporary, path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw DurableFile.Translate(path, failure);
        }
        finally
        {
            DeleteIfThere(temporary);
        }
    }

    // Tidying up must not hide the failure that made it necessary.
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
}
