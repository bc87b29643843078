namespace EdgeSync.Architecture.Tests;

public sealed class SourceFileTests
{
    private const int MostLines = 400;
    private const int MostLinesOfType = 300;

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
    public void Types_OfTheProduct_AreShort()
    {
        // Type.cs and Type.*.cs in one folder are one type: to divide a long one into partial files does not make it shorter.
        var types = Directory.EnumerateFiles(Path.Combine(SourceAssemblies.Root(), "src"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Split(Path.DirectorySeparatorChar).Contains("obj"))
            .GroupBy(f => Path.Combine(Path.GetDirectoryName(f)!, Path.GetFileName(f).Split('.')[0]))
            .Select(type => (Type: type.Key, Lines: type.Sum(f => File.ReadLines(f).Count())))
            .ToList();

        Assert.NotEmpty(types);
        Assert.Empty(types.Where(type => type.Lines > MostLinesOfType).Select(type => $"{type.Type}: {type.Lines} lines"));
    }

    [Fact]
    public void Readmes_OfProjects_AreShort()
    {
        var readmes = Directory.GetFiles(Path.Combine(SourceAssemblies.Root(), "src"), "README.md", SearchOption.AllDirectories);

        Assert.NotEmpty(readmes);
        Assert.All(readmes, r => Assert.InRange(File.ReadLines(r).Count(), 1, 40));
    }
}
