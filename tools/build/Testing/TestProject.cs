namespace EdgeSync.Build.Testing;

/// <summary>A project of tests.</summary>
internal sealed record TestProject(string Name, string Folder)
{
    // These start whole nodes. They run last, so that cheap failures show first.
    private static readonly string[] Slow = ["EdgeSync.Testbed.Tests", "EdgeSync.Kubernetes.Tests", "EdgeSync.Hq.Tests", "EdgeSync.Agent.Tests", "EdgeSync.EndToEnd.Tests"];

    /// <summary>All of them, or those with a text in their name; the quick ones first.</summary>
    public static IReadOnlyList<TestProject> FindAll(Repository repository, string? namePart)
    {
        var all = Directory.EnumerateFiles(repository["tests"], "*.Tests.csproj", SearchOption.AllDirectories)
            .Select(f => new TestProject(Path.GetFileNameWithoutExtension(f), Path.GetDirectoryName(f)!))
            .Where(p => namePart is null || p.Name.Contains(namePart, StringComparison.OrdinalIgnoreCase))
            .OrderBy(p => Array.IndexOf(Slow, p.Name))
            .ThenBy(p => p.Name, StringComparer.Ordinal)
            .ToList();
        return all.Count > 0 ? all : throw new BuildException($"No test project has '{namePart}' in its name.");
    }
}
