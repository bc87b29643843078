using System.Text.Json;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.LocalApi;
using EdgeSync.Agent.Output;
using EdgeSync.Agent.Preflight;
using EdgeSync.Contracts.Checks;
using EdgeSync.Reconciliation;
using Spectre.Console;

namespace EdgeSync.Agent.Commands;

/// <summary>Shows a preflight as it goes.</summary>
internal interface IPreflightView : IProgress<CheckResult>
{
    void Begin(AgentConfiguration configuration, PreflightRequest request, DateTimeOffset at);

    Task ReloadAsync(Func<IProgress<PipelineProgress>, Task> reload);

    /// <summary>Shows the answer; <paramref name="unsigned"/> says why it is not in the ledger, or is null.</summary>
    void End(PreflightReport report, string? unsigned);
}

/// <summary>For people: bars in a terminal and plain lines elsewhere, the checks, and the answer, large.</summary>
internal sealed class PreflightText(TimeProvider time) : IPreflightView
{
    private readonly IAnsiConsole _console = ConsoleOutput.Standard();

    public void Begin(AgentConfiguration configuration, PreflightRequest request, DateTimeOffset at)
    {
        _console.WriteMarkupLine($"Preflight of [bold]{configuration.Site}[/], fleet {configuration.Fleet}, asked by {request.By} at {at:u}");
        if (request.Deadline is { } deadline)
        {
            _console.WriteMarkupLine($"Deadline {deadline:u}, in {CheckContext.Length(deadline - at)}");
        }
    }

    public Task ReloadAsync(Func<IProgress<PipelineProgress>, Task> reload) => ProgressView.RunAsync(async progress =>
    {
        await reload(progress);
        return true;
    }, withRates: true);

    public void Report(CheckResult value) => new ChecksView(_console).Report(value);

    public void End(PreflightReport report, string? unsigned)
    {
        var isGo = report.Verdict == PreflightVerdict.Go;
        if (_console.Profile.Capabilities.Ansi)
        {
            _console.Write(new FigletText(isGo ? "GO" : "NO-GO") { Color = isGo ? Color.Green : Color.Red });
        }
        else
        {
            _console.WriteLine(isGo ? "=== GO ===" : "=== NO-GO ===");
        }

        foreach (var reason in report.Reasons)
        {
            _console.WriteMarkupLine($"[red]- {reason}[/]");
        }

        foreach (var warning in report.Checks.Where(check => check.Outcome == CheckOutcome.Warned))
        {
            _console.WriteMarkupLine($"[yellow]- warning, {warning.Check}: {warning.Found}[/]");
        }

        if (report.Hold is { } hold)
        {
            _console.WriteMarkupLine($"Held from now on: {hold}. 'edgesync hold clear' ends it.");
        }

        if (unsigned is not null)
        {
            _console.WriteMarkupLine($"[yellow]{unsigned}[/]");
        }

        _console.WriteMarkupLine($"Took {CheckContext.Length(report.EndedAt - report.At)}; ended at {time.GetUtcNow():u}");
    }
}

/// <summary>For scripts: one JSON document a line.</summary>
internal sealed class PreflightLines(TextWriter output, TimeProvider time) : IPreflightView, IProgress<PipelineProgress>
{
    private readonly Lock _lock = new();

    public void Begin(AgentConfiguration configuration, PreflightRequest request, DateTimeOffset at) =>
        Write(new PreflightEvent("begin", at) { Site = configuration.Site, Deadline = request.Deadline });

    public Task ReloadAsync(Func<IProgress<PipelineProgress>, Task> reload) => reload(this);

    public void Report(PipelineProgress value) => Write(new PreflightEvent("progress", time.GetUtcNow()) { Progress = value });

    public void Report(CheckResult value) => Write(new PreflightEvent("check", time.GetUtcNow()) { Check = value });

    public void End(PreflightReport report, string? unsigned) => Write(new PreflightEvent("report", time.GetUtcNow()) { Report = report, NotInLedger = unsigned });

    private void Write(PreflightEvent line)
    {
        var json = JsonSerializer.Serialize(line, LocalApiJsonContext.Default.PreflightEvent);
        lock (_lock)
        {
            output.WriteLine(json);
        }
    }
}
