using System.Reflection;

namespace EdgeSync.Architecture.Tests;

/// <summary>The assemblies of <c>src</c>, by the names of their projects.</summary>
internal static class SourceAssemblies
{
    private static readonly Dictionary<string, string> FileNames = new() { ["EdgeSync.Agent"] = "edgesync", ["EdgeSync.Hq"] = "edgesync-hq" };

    /// <summary>All projects, as the folders of <c>src</c> name them.</summary>
    public static IReadOnlyList<string> Projects { get; } =
        [.. Directory.EnumerateDirectories(Path.Combine(Root(), "src"), "EdgeSync.*").Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal)];

    /// <summary>The folder that holds the solution.</summary>
    public static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "EdgeSync.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("No EdgeSync.sln above the tests.");
        }

        return folder.FullName;
    }

    public static Assembly Load(string project) => Assembly.Load(FileNames.GetValueOrDefault(project, project));

    /// <summary>The projects of <c>src</c> that an assembly uses, and the names of all else that it uses.</summary>
    public static (IReadOnlyList<string> Projects, IReadOnlyList<string> Others) ReferencesOf(string project)
    {
        var names = Load(project).GetReferencedAssemblies().Select(r => ProjectOf(r.Name!)).ToList();
        return ([.. names.Where(Projects.Contains)], [.. names.Where(n => !Projects.Contains(n))]);
    }

    private static string ProjectOf(string assembly) => FileNames.FirstOrDefault(f => f.Value == assembly).Key ?? assembly;
}
