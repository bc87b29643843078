using System.CommandLine;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Planning;
using EdgeSync.Agent.Preflight;
using EdgeSync.Agent.Publishing;
using EdgeSync.Contracts.Checks;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Storage;

namespace EdgeSync.Agent.Commands;

/// <summary><c>edgesync preflight</c>: reload, check, GO or NO-GO.</summary>
internal static class PreflightCommand
{
    public static Command Create()
    {
        var config = ConfigurationOption.Create();
        var output = new Option<PreflightOutput>("--output", "-o") { Description = "The format: 'text' for people, 'json' for scripts, one line an event.", HelpName = "text|json" };
        var options = new CheckOptions();
        var channel = new Option<string[]>("--channel") { Description = "This channel only; may be given several times (default: every channel of the site).", HelpName = "NAME" };
        var deadline = TimeOption("--deadline", $"By when the site must be ready: 06:30, 20m. What does not fit is not begun, and what is late is rolled back before.", DeadlineArgument.Rule, text => DeadlineArgument.TryParse(text, TimeProvider.System.GetUtcNow(), TimeZoneInfo.Local) is not null);
        var hold = new Option<string?>("--hold") { Description = "With GO, hold changes for this reason until 'edgesync hold clear', or --until. Drift is still repaired.", HelpName = "REASON" };
        var until = TimeOption("--until", "When that hold ends by itself: 12h, 2026-12-24T18:00:00Z.", TimeArgument.Rule, text => TimeArgument.TryParse(text) is not null);
        var report = new Option<string?>("--report") { Description = "Also write the report into this file, as one HTML page that prints on one sheet.", HelpName = "FILE.html" };
        var command = new Command(
            "preflight",
            "Reload now, check everything, and say GO or NO-GO. Exit codes: 0 GO, 1 NO-GO, 2 GO with warnings and --strict, 64 wrong usage, 78 bad configuration, 130 stopped by Ctrl-C.")
        {
            channel, deadline, options.Mission, hold, until, options.Deep, options.RequireLink, options.Strict, report, output, options.By, config,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var machine = TimeProvider.System;
            var configuration = ConfigurationOption.Load(parsed, config);
            var channels = parsed.GetValue(channel) ?? [];
            foreach (var name in channels)
            {
                SitePlanner.Choose(configuration, name, bundle: null);
            }

            var request = new PreflightRequest
            {
                Inspection = options.Request(parsed) with { Channels = channels },
                By = parsed.GetValue(options.By)!,
                Deadline = parsed.GetValue(deadline) is { } end ? DeadlineArgument.TryParse(end, machine.GetUtcNow(), TimeZoneInfo.Local) : null,
                Hold = parsed.GetValue(hold),
                HoldUntil = parsed.GetValue(until) is { } text ? TimeArgument.TryParse(text)!.From(machine.GetUtcNow()) : null,
            };
            var result = await RunAsync(configuration, request, parsed.GetValue(output) == PreflightOutput.Json, machine, cancellationToken);
            if (parsed.GetValue(report) is { } path)
            {
                await WriteAsync(path, PreflightPage.Write(result), cancellationToken);
            }

            return ExitCodeOf(result, parsed.GetValue(options.Strict));
        });
        return command;
    }

    /// <summary>0 for GO, 1 for NO-GO, 2 for GO with warnings where they count.</summary>
    public static int ExitCodeOf(PreflightReport report, bool strict) => report.Verdict == PreflightVerdict.NoGo
        ? ExitCodes.Failure
        : DoctorCommand.ExitCodeOf(report.Checks.Select(check => check.Outcome).DefaultIfEmpty(CheckOutcome.Passed).Max(), strict);

    private static async Task<PreflightReport> RunAsync(
        AgentConfiguration configuration, PreflightRequest request, bool isJson, TimeProvider machine, CancellationToken cancellationToken)
    {
        IPreflightView view = isJson ? new PreflightLines(Console.Out, machine) : new PreflightText(machine);
        view.Begin(configuration, request, machine.GetUtcNow());
        var (report, notInLedger) = await new PreflightClient(configuration, machine).RunAsync(request, view, cancellationToken);
        view.End(report, notInLedger);
        return report;
    }

    private static Option<string?> TimeOption(string name, string description, string rule, Func<string, bool> isValid)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = "TIME" };
        option.Validators.Add(result =>
        {
            if (result.GetValue(option) is { } text && !isValid(text))
            {
                result.AddError($"'{text}' is no time; {rule}.");
            }
        });
        return option;
    }

    private static async Task WriteAsync(string path, string page, CancellationToken cancellationToken)
    {
        try
        {
            await File.WriteAllTextAsync(path, page, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StorageException("WriteFailed", $"cannot write '{path}': {FileFaults.Describe(path, failure)}", failure) { Subject = path };
        }
    }
}

/// <summary>The formats of a preflight.</summary>
internal enum PreflightOutput
{
    Text,
    Json,
}
