using System.Net;
using System.Net.Sockets;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Daemon;
using EdgeSync.Agent.Failures;
using EdgeSync.Agent.LocalApi;
using EdgeSync.Agent.Preflight;
using EdgeSync.Agent.Tests.Configuration;
using EdgeSync.Contracts.Checks;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation;
using EdgeSync.Signing.Keys;

namespace EdgeSync.Agent.Tests.Preflight;

/// <summary>Preflights of a whole agent in this process, whose registry accepts connections and is silent.</summary>
public sealed class PreflightJobsTests : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private readonly ConfigurationFolder _folder = new();
    private readonly TcpListener _registry = new(IPAddress.Loopback, 0);
    private readonly AgentConfiguration _configuration;

    public PreflightJobsTests()
    {
        foreach (var file in new[] { "a.pub", "b.pub" })
        {
            using var key = SigningKey.Create(file);
            File.WriteAllText(_folder[file], key.PublicKey.ToPem());
        }

        _registry.Start();
        using var mirror = new TcpListener(IPAddress.Loopback, 0);
        mirror.Start();
        _configuration = _folder.Load(ConfigurationFolder.Minimal.Replace("registry.example.com", $"{_registry.LocalEndpoint}", StringComparison.Ordinal) + $$"""
            stateDirectory: state
            runDirectory: run
            registries: [{host: "{{_registry.LocalEndpoint}}", plainHttp: true}]
            runtime: {endpoint: none}
            mirror: {listen: "{{mirror.LocalEndpoint}}"}

            """);
    }

    [Fact]
    public async Task Deadline_InASilentReload_EndsWithEveryCheckAndAReportThatAllWatchersGet()
    {
        await using var host = await StartAsync();
        using var daemon = new LocalApiClient(_configuration.ControlSocket);
        var first = Watch(daemon, Request(TimeSpan.FromSeconds(2)), out var begun);
        await begun.WaitAsync(Bound);
        Assert.Equal(PreflightPhase.Reload, (await daemon.GetStatusAsync(default)).Preflight!.Phase);
        var job = host.Site.Preflights!.Last!;

        var events = await first.WaitAsync(Bound);

        var report = events[^1].Report!;
        Assert.Equal(PreflightVerdict.NoGo, report.Verdict);
        Assert.Contains(report.Reasons, reason => reason.EndsWith("came before the reload was over", StringComparison.Ordinal));
        Assert.Equal(report.Checks.Select(check => check.Check), events.Select(happened => happened.Check?.Check).OfType<string>());
        Assert.Null(events[^1].NotInLedger);
        var status = (await daemon.GetStatusAsync(default)).Preflight!;
        Assert.Equal(("ann", PreflightPhase.Done, PreflightVerdict.NoGo), (status.By, status.Phase, status.Verdict!.Value));

        // Who comes later sees the same.
        var late = new List<PreflightEvent>();
        await foreach (var happened in job.WatchAsync(default))
        {
            late.Add(happened);
        }

        Assert.Equal(report.Checks.Count, late.Count(happened => happened.Check is not null));
        Assert.Same(job.Report, late[^1].Report);
    }

    [Fact]
    public async Task Second_WhileOneRuns_IsRefusedAndTheFirstGoesOnWithoutItsReader()
    {
        await using var host = await StartAsync();
        using var daemon = new LocalApiClient(_configuration.ControlSocket);
        using var reading = new CancellationTokenSource();
        var first = Watch(daemon, Request(TimeSpan.FromSeconds(4)), out var begun, reading.Token);
        await begun.WaitAsync(Bound);
        await reading.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        var refused = await Assert.ThrowsAsync<AgentException>(() => Watch(daemon, Request(TimeSpan.FromSeconds(4)), out _));
        Assert.Equal(("PreflightRunning", ExitCodes.Waiting), (refused.Reason, refused.ExitCode));

        var job = host.Site.Preflights!.Last!;
        await foreach (var happened in job.WatchAsync(default))
        {
            Assert.NotNull(happened);
        }

        Assert.Equal(PreflightVerdict.NoGo, job.Report!.Verdict);
    }

    [Fact]
    public async Task Stop_OfTheAgent_BreaksItOffAndTheReaderIsTold()
    {
        var host = await StartAsync();
        using var daemon = new LocalApiClient(_configuration.ControlSocket);
        var first = Watch(daemon, Request(deadline: null), out var begun);
        await begun.WaitAsync(Bound);

        await host.DisposeAsync().AsTask().WaitAsync(Bound);

        await Assert.ThrowsAsync<LocalApiException>(() => first.WaitAsync(Bound));
    }

    [Theory]
    [InlineData("", null, "stable", "PreflightInvalid")]
    [InlineData("ann", -5, "stable", "PreflightInvalid")]
    [InlineData("ann", null, "unknown", "HoldInvalid")]
    public async Task Request_ThatCannotBeTaken_IsRefusedBeforeItBegins(string by, int? deadline, string channel, string reason)
    {
        await using var host = await StartAsync();
        using var daemon = new LocalApiClient(_configuration.ControlSocket);
        var request = new PreflightRequest
        {
            Inspection = new InspectionRequest { Channels = [channel] },
            By = by,
            Deadline = deadline is { } seconds ? TimeProvider.System.GetUtcNow().AddSeconds(seconds) : null,
        };

        Assert.Equal(reason, (await Assert.ThrowsAsync<AgentException>(() => Watch(daemon, request, out _))).Reason);
        Assert.Null(host.Site.Preflights!.Last);
    }

    [Fact]
    public async Task Deadline_ThatCameWhileTheAgentWasKilled_IsANoGoAndNoWrongRequest()
    {
        var request = Request(TimeSpan.FromSeconds(-5));
        var run = new PreflightRun(_configuration, request, TimeProvider.System);

        await run.ReloadAsync(new Progress<PipelineProgress>(), default, isResumed: true);
        var report = await run.CheckAsync(TimeProvider.System.GetUtcNow(), new Progress<CheckResult>(), default);

        Assert.Contains(report.Reasons, reason => reason.EndsWith("came before the reload was over", StringComparison.Ordinal));
        await Assert.ThrowsAsync<AgentException>(() => new PreflightRun(_configuration, request, TimeProvider.System).ReloadAsync(new Progress<PipelineProgress>(), default));
    }

    public void Dispose()
    {
        _registry.Dispose();
        _folder.Dispose();
    }

    private static PreflightRequest Request(TimeSpan? deadline) => new()
    {
        Inspection = new InspectionRequest { By = "ann" },
        By = "ann",
        Deadline = TimeProvider.System.GetUtcNow() + deadline,
    };

    private static Task<List<PreflightEvent>> Watch(LocalApiClient daemon, PreflightRequest request, out Task begun, CancellationToken cancellationToken = default)
    {
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        begun = first.Task;
        return ReadAsync();

        async Task<List<PreflightEvent>> ReadAsync()
        {
            var events = new List<PreflightEvent>();
            try
            {
                await foreach (var happened in daemon.PreflightAsync(request, cancellationToken))
                {
                    events.Add(happened);
                    first.TrySetResult();
                }
            }
            catch (Exception failure)
            {
                first.TrySetException(failure);
                throw;
            }

            return events;
        }
    }

    private async Task<AgentHost> StartAsync()
    {
        var host = await AgentHost.CreateAsync(_configuration, isOnePass: true, CancellationToken.None);
        await host.StartAsync(CancellationToken.None);
        return host;
    }
}
