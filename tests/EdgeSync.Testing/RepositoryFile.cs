namespace EdgeSync.Testing;

/// <summary>Finds a file of this repository from where the tests run.</summary>
public static class RepositoryFile
{
    public static string Path(string name)
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(System.IO.Path.Combine(at.FullName, "EdgeSync.sln")))
        {
            at = at.Parent;
        }

        return System.IO.Path.Combine(at!.FullName, name);
    }
}
