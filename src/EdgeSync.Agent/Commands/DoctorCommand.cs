using System.CommandLine;
using System.Text.Json;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Output;
using EdgeSync.Agent.Preflight;
using EdgeSync.Agent.Support;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Checks;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Commands;

/// <summary><c>edgesync doctor</c>: looks for what is wrong with the site, and packs it for support.</summary>
internal static class DoctorCommand
{
    /// <summary>The exit code for warnings with <c>--strict</c>.</summary>
    public const int Warnings = 2;

    public static Command Create()
    {
        var config = ConfigurationOption.Create();
        var output = OutputOption.Create();
        var options = new CheckOptions();
        var bundle = new Option<string?>("--bundle")
        {
            Description = "Also write status, configuration, the last logs and the checks into this archive (.tar.gz), without secrets, for support.",
            HelpName = "FILE",
        };
        var command = new Command(
            "doctor",
            "Look for what is wrong with this site, change nothing, and say what to do. Exit codes: 0 nothing wrong, 1 something, 2 warnings with --strict, 78 bad configuration.")
        {
            bundle, options.Mission, options.Deep, options.RequireLink, options.Strict, options.By, config, output,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var configuration = ConfigurationOption.Load(parsed, config, checkFiles: false);
            var isJson = parsed.GetValue(output) == OutputFormat.Json;
            using var inspection = await SiteInspection.OpenAsync(configuration, TimeProvider.System, cancellationToken);
            IProgress<CheckResult> progress = isJson ? new Silent() : new ChecksView(ConsoleOutput.Standard());
            var results = await inspection.RunAsync(options.Request(parsed) with { TriesServers = true, SkipsBundleChecks = true }, progress, cancellationToken);
            var report = ReportOf(configuration, inspection.Now, results);
            if (isJson)
            {
                Console.WriteLine(JsonSerializer.Serialize(report, ContractsJsonContext.Default.DoctorReport));
            }
            else
            {
                WriteSummary(report);
            }

            if (parsed.GetValue(bundle) is { } path)
            {
                var status = await inspection.ReadStatusAsync(cancellationToken);
                await new SupportBundle(configuration, AgentConfigurationLoader.ProcessEnvironment(), TimeProvider.System).WriteAsync(path, status, report, cancellationToken);
                await Console.Error.WriteLineAsync($"wrote {path}");
            }

            return ExitCodeOf(report.Outcome, parsed.GetValue(options.Strict));
        });
        return command;
    }

    /// <summary>0, 1 where a check failed, 2 where one warned and that counts.</summary>
    public static int ExitCodeOf(CheckOutcome outcome, bool strict) => outcome switch
    {
        CheckOutcome.Failed => ExitCodes.Failure,
        CheckOutcome.Warned when strict => Warnings,
        _ => ExitCodes.Ok,
    };

    private static DoctorReport ReportOf(AgentConfiguration configuration, DateTimeOffset at, IReadOnlyList<CheckResult> results) => new()
    {
        Fleet = configuration.Fleet,
        Site = configuration.Site,
        Agent = VersionCommand.Current,
        At = at,
        Outcome = results.Select(result => result.Outcome).DefaultIfEmpty(CheckOutcome.Passed).Max(),
        Checks = results,
    };

    private static void WriteSummary(DoctorReport report)
    {
        int Count(CheckOutcome outcome) => report.Checks.Count(check => check.Outcome == outcome);
        Console.WriteLine($"{report.Checks.Count} checks: {Count(CheckOutcome.Passed)} passed, {Count(CheckOutcome.Warned)} warned, {Count(CheckOutcome.Failed)} failed");
    }

    private sealed class Silent : IProgress<CheckResult>
    {
        public void Report(CheckResult value)
        {
            // The document comes at the end.
        }
    }
}
