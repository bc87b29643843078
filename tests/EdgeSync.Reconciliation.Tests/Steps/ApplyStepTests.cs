using EdgeSync.Bundles.Reading;
using EdgeSync.Contracts;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.Staging;
using EdgeSync.Reconciliation.Steps;
using EdgeSync.Testing;

namespace EdgeSync.Reconciliation.Tests.Steps;

public sealed class ApplyStepTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ChannelDeadline = TimeSpan.FromMinutes(5);
    private readonly ManualTimeProvider _time = new();
    private readonly ScriptedChange _change = new();
    private readonly List<PipelineProgress> _progress = [];
    private readonly TaskCompletionSource<bool> _newer = new();

    [Fact]
    public async Task RunAsync_ComponentsThatDependOnEachOther_AreAppliedOneAfterTheOthersHealth()
    {
        var running = RunAsync(Component("database"), Component("web", "database"), Component("proxy", "web"));

        await _change.HealthAsync("database");
        await _change.HealthAsync("database", "web");
        await _change.HealthAsync("database", "web", "proxy");

        Assert.IsType<ActivationOutcome.Healthy>(await running.WaitAsync(Bound));
        Assert.Equal(["database", "web", "proxy"], _change.Applied);
    }

    [Fact]
    public async Task RunAsync_IndependentComponents_AreAppliedAsOneSet()
    {
        var running = RunAsync(Component("a"), Component("b"), Component("c", "a", "b"));

        await _change.HealthAsync("a");
        Assert.Equal(["a b"], _change.Applied);
        await _change.HealthAsync("a", "b");
        await _change.HealthAsync("a", "b", "c");

        Assert.IsType<ActivationOutcome.Healthy>(await running.WaitAsync(Bound));
        Assert.Equal(["a b", "c"], _change.Applied);
    }

    [Fact]
    public async Task RunAsync_DependencyNotHealthyInItsOwnTime_FailsWithItsNameAndAppliesNothingMore()
    {
        var running = RunAsync(Component("database") with { HealthTimeout = TimeSpan.FromSeconds(7) }, Component("web", "database"));

        await _change.EndAsync(new HealthReport(HealthState.TimedOut, [new ObjectFault("Deployment shop/db", "0 of 1 pods are ready")]) { Component = "database" });

        var failed = Assert.IsType<ActivationOutcome.Failed>(await running.WaitAsync(Bound));
        Assert.Equal(
            (ReasonCodes.HealthDeadlineExceeded, "component database: not healthy within 7 s: Deployment shop/db: 0 of 1 pods are ready"),
            (failed.Trouble.Reason, failed.Trouble.Message));
        Assert.Equal(["database"], _change.Applied);
    }

    [Fact]
    public async Task RunAsync_DependencyThatCannotBecomeHealthy_FailsWithItsName()
    {
        var running = RunAsync(Component("database"), Component("web", "database"));

        await _change.EndAsync(new HealthReport(HealthState.Failed, [new ObjectFault("Deployment shop/db", "crashes")]) { Component = "database" });

        var failed = Assert.IsType<ActivationOutcome.Failed>(await running.WaitAsync(Bound));
        Assert.Equal(
            (ReasonCodes.HealthFailed, "component database: cannot become healthy: Deployment shop/db: crashes"),
            (failed.Trouble.Reason, failed.Trouble.Message));
    }

    [Fact]
    public async Task RunAsync_Deadlines_AreEachComponentsOwnFromWhenItIsApplied()
    {
        var began = _time.GetUtcNow();
        var running = RunAsync(Component("database") with { HealthTimeout = TimeSpan.FromMinutes(20) }, Component("web", "database"));

        var first = await _change.AwaitedAsync();
        _time.Advance(TimeSpan.FromMinutes(15));
        await _change.HealthAsync("database");
        var second = await _change.AwaitedAsync();
        await _change.HealthAsync("database", "web");
        await running.WaitAsync(Bound);

        Assert.Equal([began.AddMinutes(20)], first.Select(awaited => awaited.Deadline));
        Assert.Equal([began.AddMinutes(20), began.AddMinutes(15) + ChannelDeadline], second.Select(awaited => awaited.Deadline));
    }

    [Fact]
    public async Task RunAsync_WhileAComponentIsWaitedFor_ProgressNamesIt()
    {
        var running = RunAsync(Component("database"), Component("web", "database"));

        await _change.HealthAsync("database");
        await _change.HealthAsync("database", "web");
        await running.WaitAsync(Bound);

        Assert.Equal(["the health of database", "the health of web"], _progress.Select(step => step.WaitingFor));
    }

    [Fact]
    public async Task RunAsync_NewerReleaseWhileADependencyIsWaitedFor_EndsWithoutApplyingTheRest()
    {
        var running = RunAsync(Component("database"), Component("web", "database"));
        await _change.AwaitedAsync();

        _newer.SetResult(true);

        Assert.IsType<ActivationOutcome.Superseded>(await running.WaitAsync(Bound));
        Assert.Equal(["database"], _change.Applied);
    }

    [Fact]
    public async Task RunAsync_LaterComponentRefused_SaysWhich()
    {
        _change.Refused = "web";
        var running = RunAsync(Component("database"), Component("web", "database"));
        await _change.HealthAsync("database");

        var failed = Assert.IsType<ActivationOutcome.Failed>(await running.WaitAsync(Bound));
        Assert.Equal(
            (ReasonCodes.ApplyRejected, "component web: the cluster refused Deployment shop/web: no"), (failed.Trouble.Reason, failed.Trouble.Message));
    }

    [Theory]
    [InlineData(nameof(ActivationKind.Change), true)]
    [InlineData(nameof(ActivationKind.Repair), false)]
    public async Task RunAsync_NothingChanged_MustSettleOnlyInAChange(string kind, bool mustSettle)
    {
        _change.Action = "Unchanged";
        var running = RunAsync(Enum.Parse<ActivationKind>(kind), Component("shop"));

        var awaited = await _change.AwaitedAsync();
        await _change.HealthAsync("shop");
        var healthy = Assert.IsType<ActivationOutcome.Healthy>(await running.WaitAsync(Bound));

        Assert.Equal([mustSettle], awaited.Select(component => component.MustSettle));
        Assert.Empty(healthy.Changed);
    }

    private static BundleComponent Component(string name, params IReadOnlyList<string> dependsOn) => new(name, null, []) { DependsOn = dependsOn };

    private Task<ActivationOutcome> RunAsync(params IReadOnlyList<BundleComponent> components) => RunAsync(ActivationKind.Change, components);

    private Task<ActivationOutcome> RunAsync(ActivationKind kind, params IReadOnlyList<BundleComponent> components) =>
        new ApplyStep(new NoCluster(), new Recorder(_progress), _time).RunAsync(
            _change, new ComponentRollout(components, ChannelDeadline, kind, _time), token => _newer.Task.WaitAsync(token), CancellationToken.None);

    private sealed class Recorder(List<PipelineProgress> steps) : IProgress<PipelineProgress>
    {
        public void Report(PipelineProgress value) => steps.Add(value);
    }

    /// <summary>A cluster whose health the test decides, wait by wait.</summary>
    private sealed class ScriptedChange : IClusterChange
    {
        private readonly System.Threading.Channels.Channel<Wait> _waits = System.Threading.Channels.Channel.CreateUnbounded<Wait>();
        private Wait? _current;

        public List<string> Applied { get; } = [];

        public string? Refused { get; set; }

        public string Action { get; set; } = "Created";

        public async Task<IReadOnlyList<AwaitedComponent>> AwaitedAsync() =>
            (_current ??= await _waits.Reader.ReadAsync().AsTask().WaitAsync(Bound)).Components;

        /// <summary>Says that these are healthy; the wait ends where that is enough for whoever waits.</summary>
        public async Task HealthAsync(params IReadOnlyList<string> healthy)
        {
            await AwaitedAsync();
            var set = healthy.ToHashSet(StringComparer.Ordinal);
            if (_current!.IsEnough(set))
            {
                await EndAsync(new HealthReport(HealthState.Healthy, []) { Healthy = set });
            }
        }

        public async Task EndAsync(HealthReport report)
        {
            await AwaitedAsync();
            var wait = _current!;
            _current = null;
            wait.End.SetResult(report);
        }

        public Task<ApplyReport> ApplyAsync(
            IReadOnlyList<BundleComponent> components, IProgress<PipelineProgress> progress, CancellationToken cancellationToken)
        {
            Applied.Add(string.Join(' ', components.Select(component => component.Name)));
            return Task.FromResult(new ApplyReport(
                [.. components.Select(component => new ObjectOutcome($"Deployment shop/{component.Name}", Action))],
                [.. components.Where(component => component.Name == Refused).Select(component => new ObjectFault($"Deployment shop/{component.Name}", "no"))]));
        }

        public async Task<HealthReport> AwaitHealthAsync(
            IReadOnlyList<AwaitedComponent> components,
            Func<IReadOnlySet<string>, bool> isEnough,
            IProgress<PipelineProgress> progress,
            CancellationToken cancellationToken)
        {
            progress.Report(new PipelineProgress("stable", Contracts.Acknowledgements.PipelineStage.Confirm, "healthy objects"));
            var wait = new Wait(components, isEnough);
            _waits.Writer.TryWrite(wait);
            return await wait.End.Task.WaitAsync(cancellationToken);
        }

        private sealed record Wait(IReadOnlyList<AwaitedComponent> Components, Func<IReadOnlySet<string>, bool> IsEnough)
        {
            public TaskCompletionSource<HealthReport> End { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>The change is handed in; nobody asks the cluster itself.</summary>
    private sealed class NoCluster : ICluster
    {
        public Task<string> VersionAsync(CancellationToken cancellationToken) => throw new InvalidOperationException();

        public Task<PrunePreview> PreviewPruneAsync(StagedBundle bundle, CancellationToken cancellationToken) => throw new InvalidOperationException();

        public IClusterChange Begin(StagedBundle bundle) => throw new InvalidOperationException();

        public Task<IReadOnlyList<ObjectOutcome>> PruneAsync(StagedBundle bundle, bool allowDestructive, CancellationToken cancellationToken) =>
            throw new InvalidOperationException();

        public IAsyncEnumerable<DriftSign> WatchDriftAsync(StagedBundle bundle, CancellationToken cancellationToken) => throw new InvalidOperationException();
    }
}
