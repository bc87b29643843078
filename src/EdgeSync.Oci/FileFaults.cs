namespace EdgeSync.Oci;

/// <summary>Says in plain words why a file could not be read.</summary>
internal static class FileFaults
{
    public static string Describe(Exception failure) => failure switch
    {
        FileNotFoundException or DirectoryNotFoundException => "there is no such file",
        UnauthorizedAccessException => "access is denied, or it is no file",
        _ => "the disk or the file system does not let it be read",
    };
}
