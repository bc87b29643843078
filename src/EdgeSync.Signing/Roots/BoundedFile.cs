namespace EdgeSync.Signing.Roots;

/// <summary>Reads small files, and no large ones.</summary>
internal static class BoundedFile
{
    /// <summary>The bytes; null where there is no such file, where it cannot be read, or where it is larger than this.</summary>
    public static async Task<byte[]?> TryReadAsync(string path, int maxBytes, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (file.Length > maxBytes)
            {
                return null;
            }

            var bytes = new byte[file.Length];
            await file.ReadExactlyAsync(bytes, cancellationToken);
            return bytes;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
