using EdgeSync.Bundles;
using EdgeSync.Bundles.Reading;
using EdgeSync.Contracts;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Health;
using EdgeSync.Kubernetes.Hooks;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Reconciliation.Pipeline;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Testing;

namespace EdgeSync.Reconciliation.Tests.Pipeline;

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

        await _change.EndAsync(new HealthOutcome.TimedOut([new ObjectHealth(Deployment("db"), HealthState.InProgress, "0 of 1 pods are ready")], "database"));

        var failed = Assert.IsType<ActivationOutcome.Failed>(await running.WaitAsync(Bound));
        Assert.Equal(
            (ReasonCodes.HealthDeadlineExceeded, "component database: not healthy within 7 s: Deployment shop/db: 0 of 1 pods are ready"),
            (failed.Failure.Reason, failed.Failure.Message));
        Assert.Equal(["database"], _change.Applied);
    }

    [Fact]
    public async Task RunAsync_DependencyThatCannotBecomeHealthy_FailsWithItsName()
    {
        var running = RunAsync(Component("database"), Component("web", "database"));

        await _change.EndAsync(new HealthOutcome.Failed([new ObjectHealth(Deployment("db"), HealthState.Failed, "crashes")], "database"));

        var failed = Assert.IsType<ActivationOutcome.Failed>(await running.WaitAsync(Bound));
        Assert.Equal(
            (ReasonCodes.HealthFailed, "component database: cannot become healthy: Deployment shop/db: crashes"),
            (failed.Failure.Reason, failed.Failure.Message));
    }

    [Fact]
    public async Task RunAsync_FailedByHealth_HasTheDetailsOfTheObjectsAndWhatARollbackDoesNotUndo()
    {
        _change.Id = name => name == "database" ? new ObjectId("batch/v1", "Job", "shop", name) : Deployment(name);
        var running = RunAsync(Component("database"), Component("web"));

        await _change.EndAsync(new HealthOutcome.Failed([new ObjectHealth(Deployment("web"), HealthState.Failed, "crashes")], "web"));

        var failure = Assert.IsType<ActivationOutcome.Failed>(await running.WaitAsync(Bound)).Failure;
        Assert.Equal(["log of Deployment shop/web"], failure.Details);
        Assert.Equal("a rollback does not undo Job shop/database (started)", failure.Lasting);
    }

    [Fact]
    public async Task RunAsync_RefusedAfterAJobHasStarted_SaysThatItRan()
    {
        _change.Id = name => name == "database" ? new ObjectId("batch/v1", "Job", "shop", name) : Deployment(name);
        _change.Refused = "web";

        var failure = Assert.IsType<ActivationOutcome.Failed>(await RunAsync(Component("database"), Component("web")).WaitAsync(Bound)).Failure;

        Assert.Equal((ReasonCodes.ApplyRejected, "a rollback does not undo Job shop/database (started)"), (failure.Reason, failure.Lasting));
        Assert.Null(failure.Details);
    }

    [Fact]
    public async Task RunAsync_RepairThatIsNotHealthy_ReadsNoDetails()
    {
        var running = RunAsync(ActivationKind.Repair, Component("web"));

        await _change.EndAsync(new HealthOutcome.Failed([new ObjectHealth(Deployment("web"), HealthState.Failed, "crashes")], "web"));

        Assert.Null(Assert.IsType<ActivationOutcome.Failed>(await running.WaitAsync(Bound)).Failure.Details);
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
    public async Task RunAsync_ObjectThatIsHeldBack_IsHealthyAndSaysWhy()
    {
        _change.Health = new ObjectHealth(Deployment("web"), HealthState.Current, "it is paused");
        var running = RunAsync(Component("web"));

        await _change.HealthAsync("web");
        var healthy = Assert.IsType<ActivationOutcome.Healthy>(await running.WaitAsync(Bound));

        Assert.Equal("healthy as far as it can be: Deployment shop/web: it is paused", healthy.Remark);
        Assert.Contains("Deployment shop/web: it is paused", _progress.Select(step => step.Message));
    }

    [Fact]
    public async Task RunAsync_ReadyRulesOfAComponent_ReachItsHealthGroup()
    {
        var rule = new ReadyRule { Kind = "Database", Path = ".status.phase" };
        var running = RunAsync(Component("database") with { ReadyWhen = [rule] }, Component("web"));

        var awaited = await _change.AwaitedAsync();
        await _change.HealthAsync("database", "web");
        await running.WaitAsync(Bound);

        Assert.Equal([1, 0], awaited.Select(group => group.ReadyWhen.Count));
    }

    [Fact]
    public async Task RunAsync_LaterComponentRefused_SaysWhich()
    {
        _change.Refused = "web";
        var running = RunAsync(Component("database"), Component("web", "database"));
        await _change.HealthAsync("database");

        var failed = Assert.IsType<ActivationOutcome.Failed>(await running.WaitAsync(Bound));
        Assert.Equal(
            (ReasonCodes.ApplyRejected, "component web: the cluster refused Deployment shop/web: no"), (failed.Failure.Reason, failed.Failure.Message));
    }

    [Theory]
    [InlineData(nameof(ActivationKind.Change), true)]
    [InlineData(nameof(ActivationKind.Repair), false)]
    public async Task RunAsync_NothingChanged_MustSettleOnlyInAChange(string kind, bool mustSettle)
    {
        _change.Action = ChangeAction.Unchanged;
        var running = RunAsync(Enum.Parse<ActivationKind>(kind), Component("shop"));

        var awaited = await _change.AwaitedAsync();
        await _change.HealthAsync("shop");
        var healthy = Assert.IsType<ActivationOutcome.Healthy>(await running.WaitAsync(Bound));

        Assert.Equal([mustSettle], awaited.Select(component => component.MustSettle));
        Assert.Empty(healthy.Changed);
    }

    private static BundleComponent Component(string name, params IReadOnlyList<string> dependsOn) => new(name, null, []) { DependsOn = dependsOn };

    private static ObjectId Deployment(string name) => new("apps/v1", "Deployment", "shop", name);

    private Task<ActivationOutcome> RunAsync(params IReadOnlyList<BundleComponent> components) => RunAsync(ActivationKind.Change, components);

    private Task<ActivationOutcome> RunAsync(ActivationKind kind, params IReadOnlyList<BundleComponent> components) =>
        new ApplyStep(new NoCluster(), new ConfirmStep(new Recorder(_progress)), new SitePatience("stable", new Recorder(_progress), _time, new Random(1)), new Recorder(_progress), _time, new PipelineMetrics(new System.Diagnostics.Metrics.Meter("tests"))).RunAsync(
            _change, new ComponentRollout("stable", components, ChannelDeadline, kind, _time), token => _newer.Task.WaitAsync(token), CancellationToken.None);

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

        public Func<string, ObjectId> Id { get; set; } = Deployment;

        public ObjectHealth? Health { get; set; }

        public ChangeAction Action { get; set; } = ChangeAction.Created;

        public Task<RestoreResult> RestoreAsync(IReadOnlyCollection<ObjectId> drifted, CancellationToken cancellationToken) => throw new InvalidOperationException();

        public async Task<IReadOnlyList<HealthGroup>> AwaitedAsync() =>
            (_current ??= await _waits.Reader.ReadAsync().AsTask().WaitAsync(Bound)).Groups;

        /// <summary>Makes these healthy; the wait ends where that is enough for the step.</summary>
        public async Task HealthAsync(params IReadOnlyList<string> healthy)
        {
            await AwaitedAsync();
            var set = healthy.ToHashSet(StringComparer.Ordinal);
            if (_current!.IsEnough(set))
            {
                await EndAsync(new HealthOutcome.Healthy(set));
            }
        }

        public async Task EndAsync(HealthOutcome outcome)
        {
            await AwaitedAsync();
            var wait = _current!;
            _current = null;
            wait.End.SetResult(outcome);
        }

        public Task<ApplyResult> TryAsync(CancellationToken cancellationToken) => throw new InvalidOperationException();

        public Task<EdgeSync.Primitives.Failures.EdgeSyncException?> TryAgainAsync(ObjectId id, CancellationToken cancellationToken) =>
            throw new InvalidOperationException();

        public Task<ApplyResult> ApplyAsync(
            IReadOnlyList<BundleComponent> components, IProgress<ObjectChange> progress, CancellationToken cancellationToken)
        {
            Applied.Add(string.Join(' ', components.Select(component => component.Name)));
            return Task.FromResult(new ApplyResult([.. components.Select(component => component.Name == Refused
                ? new ObjectChange(Id(component.Name), ChangeAction.Failed, new BundleException("no"))
                : new ObjectChange(Id(component.Name), Action))]));
        }

        public Task<ObjectChange?> StartHookAsync(Hook hook, HookMoment moment, string attempt, CancellationToken cancellationToken) => throw new InvalidOperationException();

        public Task<string?> FinishHookAsync(Hook hook, HookMoment moment, string attempt, CancellationToken cancellationToken) => throw new InvalidOperationException();

        public Task StopHookAsync(Hook hook, CancellationToken cancellationToken) => throw new InvalidOperationException();

        public Task<(IReadOnlyList<string> Deviations, PrunePlan Plan)> InspectAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public IReadOnlySet<string> Healthy => new HashSet<string>();

        public IReadOnlyList<ObjectId> Identify(BundleComponent component) => [Id(component.Name)];

        public async Task<HealthOutcome> AwaitHealthAsync(
            IReadOnlyList<HealthGroup> groups,
            Func<IReadOnlySet<string>, bool> isEnough,
            IProgress<ObjectHealth> progress,
            CancellationToken cancellationToken)
        {
            progress.Report(Health ?? new ObjectHealth(groups[0].Objects[0], HealthState.InProgress, "0 of 1 pods are ready"));
            var wait = new Wait(groups, isEnough);
            _waits.Writer.TryWrite(wait);
            return await wait.End.Task.WaitAsync(cancellationToken);
        }

        public Task<IReadOnlyList<string>> ExplainAsync(IReadOnlyList<ObjectHealth> unhealthy, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<string>>([.. unhealthy.Select(health => $"log of {health.Id}")]);

        private sealed record Wait(IReadOnlyList<HealthGroup> Groups, Func<IReadOnlySet<string>, bool> IsEnough)
        {
            public TaskCompletionSource<HealthOutcome> End { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
