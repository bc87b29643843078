using EdgeSync.Primitives.Failures;

namespace EdgeSync.Primitives.Storage;

/// <summary>Says in plain words why a file cannot be read. .NET reports a folder as a file to which access is denied, or as none at all.</summary>
public static class FileFaults
{
    private const string Folder = "it is a folder, and a file is expected";
    private const string Missing = "there is no such file";

    /// <summary>Why opening or reading the file failed; one sentence without a full stop.</summary>
    public static string Describe(string path, Exception failure) => failure switch
    {
        _ when Directory.Exists(path) => Folder,
        FileNotFoundException or DirectoryNotFoundException => Missing,
        UnauthorizedAccessException => "this user may not read it",
        _ => FaultText.Describe(failure),
    };

    /// <summary>Why the file cannot be opened for reading; null where it can.</summary>
    public static string? FindUnreadable(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Describe(path, failure);
        }
    }

    /// <summary>Why there is no file; null where there is one.</summary>
    public static string? FindMissing(string path) => Directory.Exists(path) ? Folder : File.Exists(path) ? null : Missing;
}
