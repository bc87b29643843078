using EdgeSync.Contracts.Messaging;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Timing;
using EdgeSync.Reconciliation.Staging;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Reconciliation.Channels;

/// <summary>
/// Follows one channel for ever: looks, advances, repairs, waits. It never gives up: whatever fails is tried again, later and later up to a
/// cap, and at once when there is something new.
/// </summary>
public sealed partial class ChannelWorker : IAsyncDisposable
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan FirstRecheck = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestRecheck = TimeSpan.FromMinutes(5);

    private readonly ChannelSubscription _channel;
    private readonly SitePorts _ports;
    private readonly ILogger _logger;
    private readonly ChannelReconciler _reconciler;
    private readonly WakeSignal _wake = new();
    private readonly ProgressHub _progress;
    private readonly StatusNews _news = new();
    private readonly Backoff _backoff;
    private readonly Backoff _recheckPace;
    private readonly RepairPace _pace;
    private DriftWatch? _drift;
    private DateTimeOffset _nextLook = DateTimeOffset.MinValue;
    private DateTimeOffset? _lastSeen;
    private DateTimeOffset? _recheckDue;
    private EdgeSyncException? _trouble;
    private bool _repairDue = true;

    /// <summary>Follows this channel in this world. <paramref name="statusChanged"/> is called after every change of <see cref="Status"/> but the time of the last look.</summary>
    public ChannelWorker(ChannelSubscription channel, SitePorts ports, Action statusChanged, ILogger<ChannelWorker> logger)
    {
        ArgumentNullException.ThrowIfNull(ports);
        _channel = channel;
        _ports = ports;
        _logger = logger;
        _progress = new ProgressHub(() =>
        {
            if (_news.Take(Status))
            {
                statusChanged();
            }
        });

        // Whoever changes the cluster need not be told of it. While a release waits or is refused, what runs is watched as ever.
        _reconciler = new ChannelReconciler(channel, ports, _progress, logger) { BeforeChange = StopWatchingAsync };
        _backoff = new Backoff(FirstRetry, LongestRetry, ports.Random);
        _recheckPace = new Backoff(FirstRecheck, LongestRecheck, ports.Random);
        _pace = new RepairPace(ports.Steady);
    }

    /// <summary>The channel's name.</summary>
    public string Channel => _channel.Name;

    /// <summary>The fingerprint of what this channel has live and healthy, or null.</summary>
    public Digest? Fingerprint => _reconciler.Record.Fingerprint;

    /// <summary>Where the site stands with this channel now. Safe to read from any thread.</summary>
    public ChannelStatus Status => ChannelStatusBuilder.Of(_reconciler.Record, _progress.Latest, _trouble, _lastSeen, _reconciler.Distrust);

    /// <summary>A hint to look now; safe to call from any thread and as often as one likes.</summary>
    public void LookNow() => _wake.Set(look: true);

    /// <summary>
    /// Content that should be in the cache is damaged or missing: it is fetched again at once. What is known to be lost already is tried again
    /// in its own time. Safe to call from any thread and as often as one likes.
    /// </summary>
    public void ContentLost()
    {
        if (!_reconciler.IsLacking && _reconciler.Doubt.Raise())
        {
            _wake.Set(look: false);
        }
    }

    /// <summary>
    /// Asks for one pass, from looking to the end of what can be done now, and reports its progress. The pass is the running loop's.
    /// </summary>
    public async Task<ChannelStatus> PassAsync(IProgress<PipelineProgress> progress, CancellationToken cancellationToken)
    {
        using var watching = _progress.Watch(progress);
        await _wake.RequestPassAsync(cancellationToken);
        return Status;
    }

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var pass = _wake.BeginPass();
            if (pass.Look)
            {
                _nextLook = DateTimeOffset.MinValue;
            }

            await RunPassAsync(cancellationToken);
            pass.Complete();
            await _wake.WaitAsync(DueIn(), _ports.Time, cancellationToken);
        }
    }

    /// <summary>Ends the watch for drift; call it after <see cref="RunAsync"/> has ended.</summary>
    public async ValueTask DisposeAsync() => await StopWatchingAsync();

    private async Task RunPassAsync(CancellationToken cancellationToken)
    {
        EdgeSyncException? trouble = null;
        if (_ports.Steady.GetUtcNow() >= _nextLook)
        {
            // Newer keys come before what they sign; where they cannot be asked for, the registry's answer about releases says so too.
            trouble = await TryAsync(_ports.Trust.LookAsync, cancellationToken);
            trouble = await TryAsync(LookAsync, cancellationToken) ?? trouble;
        }

        trouble = await TryAsync(CheckFreshnessAsync, cancellationToken) ?? trouble;
        if (_reconciler.Doubt.Take())
        {
            _reconciler.DoubtContent();
        }

        if (_reconciler.Record.IsUnderWay)
        {
            trouble = await TryAsync(_reconciler.AdvanceAsync, cancellationToken) ?? trouble;
        }

        trouble = await TryAsync(KeepLiveAsync, cancellationToken) ?? trouble;
        SetTrouble(trouble);
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        await _reconciler.LookAsync(cancellationToken);
        _lastSeen = _ports.Time.GetUtcNow();
        _nextLook = _ports.Steady.GetUtcNow() + (_channel.Every * (0.9 + (0.2 * _ports.Random.NextDouble())));
    }

    private Task CheckFreshnessAsync(CancellationToken cancellationToken)
    {
        _reconciler.CheckFreshness();
        return Task.CompletedTask;
    }

    // What should be live is brought back after a start and after each sign of drift; in between, watching costs next to nothing.
    private async Task KeepLiveAsync(CancellationToken cancellationToken)
    {
        if (await _reconciler.LiveAsync(cancellationToken) is not { } live)
        {
            return;
        }

        if (_drift?.Bundle.Summary != live.Summary)
        {
            await StopWatchingAsync();
            _drift = new DriftWatch(live, _ports.Cluster, _wake, _logger);
        }

        while (_drift.TryTakeSign(out var sign))
        {
            _pace.Note(sign);
        }

        if (_pace.IsDue || _repairDue || _reconciler.IsLiveUncertain)
        {
            _repairDue = true;
            _pace.Repaired(await _reconciler.RepairAsync(live, cancellationToken));
            _repairDue = false;
        }

        await RecheckAsync(live, cancellationToken);

        // It runs as it should; but what it needs to run on, or to be left alone, is not here.
        if ((live.Lack ?? _pace.FindFight()) is { } trouble)
        {
            throw trouble;
        }
    }

    // Went back, and is not healthy there either. It may become so without any drift: a database comes up, a node has memory again.
    private async Task RecheckAsync(StagedBundle live, CancellationToken cancellationToken)
    {
        var now = _ports.Steady.GetUtcNow();
        var isHealthy = _reconciler.Record.LastGoodTrouble is null;
        if (!isHealthy && now >= (_recheckDue ??= now + _recheckPace.Next()))
        {
            _recheckDue = now + _recheckPace.Next();
            isHealthy = await _reconciler.RecheckAsync(live, cancellationToken);
        }

        if (isHealthy)
        {
            _recheckDue = null;
            _recheckPace.Reset();
        }
    }

    private async Task StopWatchingAsync()
    {
        if (_drift is { } drift)
        {
            _drift = null;
            await drift.DisposeAsync();
        }
    }

    private static async Task<EdgeSyncException?> TryAsync(Func<CancellationToken, Task> step, CancellationToken cancellationToken)
    {
        try
        {
            await step(cancellationToken);
            return null;
        }
        catch (EdgeSyncException failure)
        {
            return failure;
        }
        catch (Exception bug) when (bug is not OperationCanceledException)
        {
#pragma warning disable CA1031 // The worker's loop: a bug in a step must not end the site's only caretaker.
            return new ReconciliationException("InternalError", $"{bug.GetType().Name}: {bug.Message}", bug)
            {
                Hint = "This is a fault of EdgeSync; please report it with the log.",
            };
#pragma warning restore CA1031
        }
    }

    private void SetTrouble(EdgeSyncException? trouble)
    {
        if (trouble is null)
        {
            _backoff.Reset();
        }
        else if (trouble.Reason != _trouble?.Reason || trouble.Message != _trouble?.Message)
        {
            LogTrouble(_channel.Name, trouble.Reason, trouble.Message, trouble.InnerException);
        }

        _trouble = trouble;
        _progress.Settle();
    }

    private TimeSpan DueIn()
    {
        var now = _ports.Steady.GetUtcNow();
        var look = _nextLook > now ? _nextLook - now : TimeSpan.Zero;
        if (_trouble is { } trouble)
        {
            var retry = trouble.RetryAfter ?? _backoff.Next();
            return Sooner(look > TimeSpan.Zero && look < retry ? look : retry, _pace.Due - now);
        }

        return Sooner(Sooner(Sooner(look, _reconciler.WaitingUntil - _ports.Time.GetUtcNow()), _pace.Due - now), _recheckDue - now);

        static TimeSpan Sooner(TimeSpan delay, TimeSpan? other) =>
            other is { } sooner && sooner < delay ? TimeSpan.FromTicks(Math.Max(0, sooner.Ticks)) : delay;
    }

    [LoggerMessage(ReconciliationEventIds.WillRetry, LogLevel.Warning, "Channel {Channel}: will try again, {Reason}: {Message}")]
    private partial void LogTrouble(string channel, string reason, string message, Exception? cause);
}
