namespace EdgeSync.Bundles.Tests;

/// <summary>Cases that are folders of <c>TestData</c>, found by looking.</summary>
internal static class GoldenFolders
{
    private static string Root => Path.Combine(AppContext.BaseDirectory, "TestData");

    public static TheoryData<string> Names(string kind) => [.. Directory.GetDirectories(Path.Combine(Root, kind)).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    public static string PathOf(string kind, string name) => Path.Combine(Root, kind, name);

    /// <summary>Compares with the file; EDGESYNC_GOLDEN=write writes the sources' file instead, for a person to look at.</summary>
    public static void AssertEqual(string kind, string name, string file, string found)
    {
        if (Environment.GetEnvironmentVariable("EDGESYNC_GOLDEN") == "write")
        {
            var project = AppContext.BaseDirectory[..AppContext.BaseDirectory.IndexOf("/artifacts/", StringComparison.Ordinal)];
            File.WriteAllText(Path.Combine(project, "tests", "EdgeSync.Bundles.Tests", "TestData", kind, name, file), found);
            return;
        }

        Assert.Equal(File.ReadAllText(Path.Combine(PathOf(kind, name), file)), found);
    }
}
