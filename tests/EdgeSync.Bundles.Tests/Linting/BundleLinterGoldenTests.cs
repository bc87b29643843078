using EdgeSync.Bundles.Linting;
using EdgeSync.Bundles.Sources;

namespace EdgeSync.Bundles.Tests.Linting;

/// <summary>Each folder is a bundle's, with the findings that a person must see.</summary>
public sealed class BundleLinterGoldenTests
{
    private const string Kind = "Lint";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static TheoryData<string> Cases => GoldenFolders.Names(Kind);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Lint_Folder_GivesTheFindings(string name)
    {
        using var limit = new CancellationTokenSource(Limit);
        var folder = await BundleFolder.LoadAsync(GoldenFolders.PathOf(Kind, name), limit.Token);

        var findings = BundleLinter.Lint(folder);

        GoldenFolders.AssertEqual(Kind, name, "findings.txt", string.Concat(findings.Select(finding => finding + "\n")));
    }
}
