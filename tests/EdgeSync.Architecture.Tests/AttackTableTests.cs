using System.Text.RegularExpressions;

namespace EdgeSync.Architecture.Tests;

/// <summary>The table of attacks names tests; a name that went stale would be a promise that nobody keeps.</summary>
public sealed partial class AttackTableTests
{
    [Fact]
    public void Tests_ThatTheTableNames_Exist()
    {
        var rows = File.ReadLines(Path.Combine(SourceAssemblies.Root(), "docs/security/attacks.md")).Where(line => line.StartsWith("| **", StringComparison.Ordinal)).ToList();
        var sources = Directory.EnumerateFiles(Path.Combine(SourceAssemblies.Root(), "tests"), "*Tests*.cs", SearchOption.AllDirectories)
            .ToLookup(path => Path.GetFileName(path).Split('.')[0], File.ReadAllText);

        Assert.All(rows, row => Assert.NotEmpty(NamedTest().Matches(row)));
        Assert.Empty(rows
            .SelectMany(row => NamedTest().Matches(row))
            .Where(name => !sources[name.Groups[1].Value].Any(text => text.Contains($" {name.Groups[2].Value}(", StringComparison.Ordinal)))
            .Select(name => name.Value));
    }

    [GeneratedRegex(@"`(\w+Tests)\.(\w+)`")]
    private static partial Regex NamedTest();
}
