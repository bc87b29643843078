namespace EdgeSync.Agent.Trust;

/// <summary>Small files that a configuration names.</summary>
internal static class BoundedFile
{
    /// <summary>The file's bytes; null with the reason where it cannot be read or is too large.</summary>
    public static byte[]? Read(string path, int maxBytes, out string problem)
    {
        problem = "";
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (file.Length > maxBytes)
            {
                problem = $"'{path}' is larger than {maxBytes >> 10} KiB";
                return null;
            }

            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            problem = $"no such file '{path}'";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            problem = $"cannot read '{path}': {failure.Message}";
        }

        return null;
    }
}
