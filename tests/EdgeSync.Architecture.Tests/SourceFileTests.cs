namespace EdgeSync.Architecture.Tests;

public sealed class SourceFileTests
{
    private const int MostLines = 400;

    [Fact]
    public void Files_OfAllProjects_AreShort()
    {
        var files = new[] { "src", "tools", "tests" }
            .SelectMany(f => Directory.EnumerateFiles(Path.Combine(SourceAssemblies.Root(), f), "*.cs", SearchOption.AllDirectories))
            .ToList();

        Assert.NotEmpty(files);
        Assert.Empty(files.Select(f => (File: f, Lines: File.ReadLines(f).Count())).Where(f => f.Lines > MostLines).Select(f => $"{f.File}: {f.Lines} lines"));
    }

    [Fact]
    public void Readmes_OfProjects_AreShort()
    {
        var readmes = Directory.GetFiles(Path.Combine(SourceAssemblies.Root(), "src"), "README.md", SearchOption.AllDirectories);

        Assert.NotEmpty(readmes);
        Assert.All(readmes, r => Assert.InRange(File.ReadLines(r).Count(), 1, 40));
    }
}
