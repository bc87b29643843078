using System.CommandLine;
using System.Text.Json;
using EdgeSync.Bundles.Linting;
using EdgeSync.Bundles.Rendering;
using EdgeSync.Bundles.Sources;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Commands;

/// <summary><c>edgesync bundle lint DIR</c>: reports everything that would go wrong at a site.</summary>
internal static class BundleLintCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("dir") { Description = "The folder with bundle.yaml and the manifests, kustomizations and charts that it names.", HelpName = "DIR" };
        var output = OutputOption.Create();
        var offline = new Option<bool>("--offline") { Description = "Fetch nothing: refuse remote charts and remote bases of a kustomization." };
        var command = new Command("lint", "Report everything that would go wrong at a site. Exits with 65 if no bundle can be built.") { folder, output, offline };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var findings = BundleLinter.Lint(await BundleFolder.LoadAsync(
                parsed.GetRequiredValue(folder), new RenderOptions { IsOffline = parsed.GetValue(offline) }, cancellationToken));
            if (parsed.GetValue(output) == OutputFormat.Json)
            {
                Console.WriteLine(JsonSerializer.Serialize(findings, BundleOutputJsonContext.Default.IReadOnlyListLintFinding));
            }
            else
            {
                Print(findings);
            }

            return findings.Any(finding => finding.Severity == LintSeverity.Error) ? ExitCodes.BadInput : ExitCodes.Ok;
        });
        return command;
    }

    private static void Print(IReadOnlyList<LintFinding> findings)
    {
        foreach (var finding in findings)
        {
            Console.WriteLine(finding);
        }

        var count = findings.GroupBy(finding => finding.Severity).ToDictionary(group => group.Key, group => group.Count());
        Console.Error.WriteLine(
            $"{count.GetValueOrDefault(LintSeverity.Error)} errors, {count.GetValueOrDefault(LintSeverity.Warning)} warnings, {count.GetValueOrDefault(LintSeverity.Info)} notes");
    }
}
