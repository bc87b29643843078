using System.Globalization;
using System.Text.Json.Nodes;
using EdgeSync.Bundles.Linting;
using EdgeSync.Bundles.Sources;
using EdgeSync.Testing;

namespace EdgeSync.Bundles.Tests.Linting.Schemas;

/// <summary>Lints objects, each in a file of its own, and manifests as they are.</summary>
internal static class LintedObjects
{
    public static string Good(string file) => Path.Combine(AppContext.BaseDirectory, "TestData", "Schemas", "good", file);

    /// <summary>The findings of each object, in order, for the versions of Kubernetes.</summary>
    public static async Task<ILookup<int, LintFinding>> LintAsync(IReadOnlyList<JsonObject> objects, string? kubernetes)
    {
        using var folder = Define(kubernetes);
        for (var i = 0; i < objects.Count; i++)
        {
            File.WriteAllText(folder[i.ToString("D5", CultureInfo.InvariantCulture) + ".yaml"], objects[i].ToJsonString());
        }

        return (await LintAsync(folder)).Where(finding => char.IsAsciiDigit(finding.File[0])).ToLookup(finding => int.Parse(finding.File[..5], CultureInfo.InvariantCulture));
    }

    /// <summary>The findings in one manifest.</summary>
    public static async Task<IReadOnlyList<LintFinding>> LintAsync(string manifest, string? kubernetes = null)
    {
        using var folder = Define(kubernetes);
        File.WriteAllText(folder["a.yaml"], manifest);
        return await LintAsync(folder);
    }

    private static TempDirectory Define(string? kubernetes)
    {
        var folder = new TempDirectory();
        var requires = kubernetes is null ? "" : $"requires: {{kubernetes: \"{kubernetes}\"}}\n";
        File.WriteAllText(folder["bundle.yaml"], $"schema: edgesync.dev/bundle/v1\nname: shop\nversion: \"1\"\n{requires}");
        return folder;
    }

    private static async Task<IReadOnlyList<LintFinding>> LintAsync(TempDirectory folder) =>
        BundleLinter.Lint(await BundleFolder.LoadAsync(folder[""], CancellationToken.None));
}
