namespace EdgeSync.Agent.Tests.Setup;

/// <summary>Cases that are folders below <c>TestData</c>: <c>before</c>, and <c>after</c> or <c>refused.txt</c>.</summary>
internal static class GoldenFolders
{
    public static TheoryData<string> Of(string kind) => [.. Names(kind)];

    public static IEnumerable<string> Names(string kind) => Directory.GetDirectories(Full(kind)).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal);

    public static string Before(string kind, string name) => File.ReadAllText(Directory.GetFiles(Path.Combine(Full(kind), name), "before.*").Single());

    public static string? After(string kind, string name) =>
        Directory.GetFiles(Path.Combine(Full(kind), name), "after.*").SingleOrDefault() is { } file ? File.ReadAllText(file) : null;

    /// <summary>The text that the message must contain.</summary>
    public static string Refusal(string kind, string name) => File.ReadAllText(Path.Combine(Full(kind), name, "refused.txt")).Trim();

    private static string Full(string kind) => Path.Combine(AppContext.BaseDirectory, "TestData", kind);
}
