using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Channels;
using EdgeSync.Reconciliation.Pipeline;

namespace EdgeSync.Reconciliation.Tests.Drift;

/// <summary>What is live is repaired object by object, whatever the loop that follows the channel waits for.</summary>
public sealed class KeeperTests : IAsyncLifetime
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);
    private readonly TaskCompletionSource _never = new();
    private LiveWorld _world = null!;
    private ChannelWorker _worker = null!;
    private Func<Task> _stopAsync = () => Task.CompletedTask;

    public async Task InitializeAsync()
    {
        // Only what is tested here makes the loops go on: the clock never moves by itself.
        _world = await LiveWorld.CreateAsync();
        _world.Publish(1);
        _worker = _world.StartWorker();
        Start();
        Assert.Equal(ChannelState.Healthy, (await PassAsync()).State);
        _world.Acknowledged.Clear();
    }

    public async Task DisposeAsync()
    {
        await _stopAsync();
        _world.Dispose();
    }

    [Fact]
    public async Task Drift_OfWhatIsHealthy_WritesThatObjectAndTriesNoOther()
    {
        var (trials, writes) = (_world.Trials, _world.WholeWrites);

        await DriftAsync();

        Assert.Equal(["ConfigMap default/motto"], Assert.Single(_world.Restored).Select(id => id.ToString()));
        Assert.Equal((trials, writes), (_world.Trials, _world.WholeWrites));
        Assert.Equal([AcknowledgementEvent.Drifted, AcknowledgementEvent.Repaired], _world.Acknowledged.Select(entry => entry.Event));
        Assert.Equal("ConfigMap default/motto Configured after a change by 'somebody' (Update, 2026-11-30T09:00:00Z)", _world.Acknowledged[0].Message);
    }

    [Fact]
    public async Task Drift_ObjectIsBack_IsTheSameStateAgain()
    {
        var before = _world.Record.Fingerprint;

        await DriftAsync();

        Assert.NotNull(before);
        Assert.Equal(before, _world.Record.Fingerprint);
        Assert.Equal(before, _world.Acknowledged[^1].Fingerprint);
    }

    [Fact]
    public async Task Drift_SomethingIsLeftOverInTheObject_IsAnotherState()
    {
        var before = _world.Record.Fingerprint!.Value;
        _world.RestoreDeviation = "ConfigMap/default/motto sha256:1";

        await DriftAsync();

        Assert.Equal(LiveFingerprint.With(before, ["ConfigMap/default/motto sha256:1"]), _world.Record.Fingerprint);
    }

    [Fact]
    public async Task Drift_OneWriteIsNotEnough_RepairsTheWholeBundle()
    {
        var writes = _world.WholeWrites;
        _world.IsRestoreEnough = false;

        await DriftAsync();

        Assert.Equal(writes + 1, _world.WholeWrites);
        Assert.Equal("ConfigMap default/motto Configured after a change by 'somebody' (Update, 2026-11-30T09:00:00Z)", _world.Acknowledged[^1].Message);
    }

    [Fact]
    public async Task Drift_RegistryAcceptsAndNeverAnswers_IsRepaired()
    {
        _world.PollCompletes = _never.Task;
        _worker.PollNow();

        await DriftAsync();
        await DriftAsync();

        Assert.Equal(2, _world.Restored.Count);
    }

    [Fact]
    public async Task Start_RegistryHangsAndContentIsHashedForLong_RepairsWhatDrifted()
    {
        await _stopAsync();
        (_world.PollCompletes, _world.CheckCompletes, _world.HasDrifted) = (_never.Task, _never.Task, true);
        _worker = _world.StartWorker();

        Start();

        Assert.True(await _world.Repairs.WaitAsync(Bound));
        await DriftAsync();
        Assert.Equal([AcknowledgementEvent.Drifted, AcknowledgementEvent.Repaired], _world.Acknowledged.TakeLast(2).Select(entry => entry.Event));
    }

    [Fact]
    public async Task Start_NoWatchCanBegin_BeginsOneInALaterPass()
    {
        await _stopAsync();
        _world.WatchRefused = new KubernetesApiException(ApiReasons.ClusterUnreachable, "no route to the API server");
        _worker = _world.StartWorker();
        Start();
        await PassAsync();
        _world.WatchRefused = null;
        await PassAsync();

        await DriftAsync();
    }

    [Fact]
    public async Task Status_RepairedWhileTheRegistryIsAway_StillSaysThatItIsAway()
    {
        _world.IsPollAnswered = false;
        Assert.Equal("RegistryUnreachable", (await PassAsync()).Reason);

        await DriftAsync();

        Assert.Equal("RegistryUnreachable", _worker.Status.Reason);
    }

    [Fact]
    public async Task Status_ClusterTakesNoRepairAndRegistryIsAway_NamesTheClusterUntilItTakesTheRepair()
    {
        _world.IsPollAnswered = false;
        await PassAsync();
        _world.RestoreRefused = () => new KubernetesApiException(ApiReasons.ClusterTimeout, "the API server does not answer") { Disposition = Disposition.Transient };
        _world.Drift();
        await UntilAsync(() => _worker.Status.Reason == ApiReasons.ClusterTimeout);
        Assert.Equal(0, _world.Repairs.CurrentCount);

        _world.RestoreRefused = () => null;
        _world.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(await _world.Repairs.WaitAsync(Bound));
        await UntilAsync(() => _worker.Status.Reason == "RegistryUnreachable");
    }

    [Fact]
    public async Task Drift_WhileARestoredObjectIsNotHealthyYet_IsRepairedAtOnce()
    {
        var healthy = new TaskCompletionSource();
        await DrainHealthWaitsAsync();
        _world.HealthComes = healthy.Task;
        _world.Drift();
        Assert.True(await _world.HealthWaits.WaitAsync(Bound));

        _world.Drift();
        await UntilAsync(() => _world.Restored.Count == 2 && !_world.HasDrifted);

        Assert.Equal(0, _world.Repairs.CurrentCount);
        healthy.SetResult();
        Assert.True(await _world.Repairs.WaitAsync(Bound));
        Assert.Equal(2, _world.Acknowledged.Count);
    }

    [Fact]
    public async Task NewRelease_WhileARestoredObjectIsNotHealthyYet_IsActivated()
    {
        var healthy = new TaskCompletionSource();
        await DrainHealthWaitsAsync();
        _world.HealthComes = healthy.Task;
        _world.Drift();
        Assert.True(await _world.HealthWaits.WaitAsync(Bound));
        _world.Publish(2, _world.Second);

        var passing = PassAsync();

        await UntilAsync(() => _world.Applied.Last() == 2);
        healthy.SetResult();
        Assert.Equal((ChannelState.Healthy, 2L), ((await passing).State, _worker.Status.Running?.Sequence));
    }

    private void Start()
    {
        var stop = new CancellationTokenSource();
        var (worker, running) = (_worker, _worker.RunAsync(stop.Token));
        _stopAsync = async () =>
        {
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Bound));
            await worker.DisposeAsync();
            stop.Dispose();
        };
    }

    private async Task DriftAsync()
    {
        _world.Drift();
        Assert.True(await _world.Repairs.WaitAsync(Bound));
    }

    private Task<ChannelStatus> PassAsync() => _worker.PassAsync(new Progress<PipelineProgress>(), default).WaitAsync(Bound);

    private async Task DrainHealthWaitsAsync()
    {
        while (await _world.HealthWaits.WaitAsync(TimeSpan.Zero))
        {
        }
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        using var bound = new CancellationTokenSource(Bound, TimeProvider.System);
        while (!isSo())
        {
            bound.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
