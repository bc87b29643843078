using EdgeSync.Contracts.Messaging;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Drift;
using EdgeSync.Reconciliation.Pipeline;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.Windows;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Reconciliation.Channels;

/// <summary>
/// Looks after one channel for as long as the agent runs, by two loops: one follows the channel (polls, fetches, stages, activates), the other keeps what is
/// live (watches, repairs). Neither waits for what the other waits for, such as a registry that does not answer, except that one of them changes the
/// cluster at a time.
/// </summary>
public sealed class ChannelWorker : IAsyncDisposable
{
    private readonly ChannelSubscription _channel;
    private readonly ISiteTrust _trust;
    private readonly PipelineClocks _clocks;
    private readonly Random _random;
    private readonly ChannelJournal _journal;
    private readonly ChannelStateMachine _machine;
    private readonly DriftLoop _drift;
    private readonly WindowGate _windows;
    private readonly InterlockGate _interlocks;
    private readonly ProgressHub _progress;
    private readonly StatusDeduplicator _deduplicator = new();
    private readonly PassLoop _following;
    private readonly PassLoop _keeping;
    private DateTimeOffset _nextPoll = DateTimeOffset.MinValue;
    private bool _isFirstPass = true;
    private DateTimeOffset? _lastSeen;

    internal ChannelWorker(
        ChannelSubscription channel,
        Func<ChannelSubscription, ProgressHub, WakeSignal, ILogger, ChannelPipeline> build,
        ISiteTrust trust,
        PipelineClocks clocks,
        Random random,
        PipelineMetrics metrics,
        Action statusChanged,
        ILogger<ChannelWorker> logger)
    {
        _channel = channel;
        _trust = trust;
        _clocks = clocks;
        _random = random;
        _progress = new ProgressHub(() =>
        {
            if (_deduplicator.IsNew(Status))
            {
                statusChanged();
            }
        });
        var wakeKeeper = new WakeSignal();
        (_journal, _machine, _drift, _windows, var deadline, _interlocks) = build(channel, _progress, wakeKeeper, logger);
        _following = new PassLoop(channel.Name, new WakeSignal(), clocks, new Random(random.Next()), logger)
        {
            Pass = FollowAsync,
            Rest = () => Left(_nextPoll),
            Dues = () => [_machine.WaitingUntil - clocks.Site.GetUtcNow(), _machine.SiteWait.Due, deadline.LateIn(_machine.Record)],
            Ended = failure =>
            {
                metrics.AddPass(channel.Name, failure?.Reason);
                _progress.Following.Settle();

                // There may be something new to keep, or content that the keeper lacked.
                wakeKeeper.Set(poll: false);
            },
        };
        _keeping = new PassLoop(channel.Name, wakeKeeper, clocks, new Random(random.Next()), logger)
        {
            Pass = (_, token) => PassLoop.TryAsync(_drift.RunAsync, token),
            Rest = () => TimeSpan.MaxValue,
            Dues = () => [_drift.RepairDue is { } repair ? Left(repair) : null, _drift.RecheckDue is { } recheck ? Left(recheck) : null],
            Ended = failure =>
            {
                metrics.AddFailure(channel.Name, failure?.Reason);
                _progress.Keeping.Settle();
            },
        };
    }

    /// <summary>The channel's name.</summary>
    public string Channel => _channel.Name;

    /// <summary>The fingerprint of what this channel has live and healthy, or null.</summary>
    public Digest? Fingerprint => _machine.Record.Fingerprint;

    /// <summary>
    /// The channel's status now. What keeps the live state from being repaired comes before what keeps the site from something newer. Safe to read from any
    /// thread.
    /// </summary>
    public ChannelStatus Status => ChannelStatusBuilder.Of(
        _machine.Record, _progress.Latest, _keeping.Failure ?? _following.Failure, _lastSeen, _machine.Live.Distrust, _clocks.Site.GetUtcNow()) with
    {
        NextTry = _machine.SiteWait.NextTry is { } pause ? _clocks.Site.GetUtcNow() + pause : null,
    };

    /// <summary>A hint to poll now; safe to call from any thread, and as often as you like.</summary>
    public void PollNow() => _following.Wake.Set(poll: true);

    /// <summary>What a release waited for may have gone: it goes on without a poll. Safe to call from any thread.</summary>
    public void Continue() => _following.Wake.Set(poll: false);

    /// <summary>Lets a bundle be tried again that failed here; false where it is not in quarantine. Safe to call from any thread.</summary>
    public bool LiftQuarantine(Digest bundle, string by)
    {
        var isLifted = _journal.Commit(record => SiteTransitions.Lifted(record, bundle, by, _clocks.Site.GetUtcNow()));
        _following.Wake.Set(poll: isLifted);
        return isLifted;
    }

    /// <summary>The same in the stored record, where no worker runs.</summary>
    public static void LiftQuarantine(ISiteStore store, string channel, Digest bundle, string by, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(store);
        if (SiteTransitions.Lifted(store.Load(channel), bundle, by, now) is { } lifted)
        {
            store.Commit(lifted.Record, lifted.Acknowledgements);
        }
    }

    /// <summary>Allows this cluster, which is another one than before, to be written to. Safe to call from any thread.</summary>
    public void AllowRebuild(string cluster, string by)
    {
        _journal.Commit(record => SiteTransitions.RebuildAllowed(record, cluster, by, _clocks.Site.GetUtcNow()));
        _following.Wake.Set(poll: false);
        _keeping.Wake.Set(poll: false);
    }

    /// <summary>The same in the stored record, where no worker runs.</summary>
    public static void AllowRebuild(ISiteStore store, string channel, string cluster, string by, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(store);
        if (SiteTransitions.RebuildAllowed(store.Load(channel), cluster, by, now) is { } allowed)
        {
            store.Commit(allowed.Record, allowed.Acknowledgements);
        }
    }

    /// <summary>
    /// Content that should be in the cache is damaged or missing: the worker fetches it again at once. Content that is known to be missing already is
    /// tried again with the worker's backoff. Safe to call from any thread, and as often as you like.
    /// </summary>
    public void ContentLost()
    {
        if (!_machine.Live.IsContentMissing && _machine.Recheck.Raise())
        {
            _following.Wake.Set(poll: false);
        }
    }

    /// <summary>
    /// Asks for one pass, from polling to the end of what can be done now and then of keeping what is live, and reports its progress. The running loops make
    /// the pass.
    /// </summary>
    public Task<ChannelStatus> PassAsync(IProgress<PipelineProgress> progress, CancellationToken cancellationToken) =>
        PassAsync(progress, windows: null, cancellationToken);

    /// <summary>The same; where <paramref name="windows"/> is given, downloads and activations begin in it outside of their windows, and the ledger says who wanted that.</summary>
    public async Task<ChannelStatus> PassAsync(IProgress<PipelineProgress> progress, WindowOverride? windows, CancellationToken cancellationToken)
    {
        using var watching = _progress.Watch(progress);
        await _following.Wake.RequestPassAsync(cancellationToken, windows);
        await _keeping.Wake.RequestPassAsync(cancellationToken);
        return Status;
    }

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] loops = [_following.RunAsync(ending.Token), _keeping.RunAsync(ending.Token)];
        await Task.WhenAny(loops);
        await ending.CancelAsync();
        await Task.WhenAll(loops);
    }

    /// <summary>Ends the watch for drift; call it after <see cref="RunAsync"/> has ended.</summary>
    public async ValueTask DisposeAsync() => await _drift.DisposeAsync();

    private async Task<EdgeSyncException?> FollowAsync(WakeSignal.Pass pass, CancellationToken cancellationToken)
    {
        try
        {
            // Nothing begins outside of a window before the ledger says who wanted that.
            return await PassLoop.TryAsync(_ => OverrideWindowsAsync(pass.Override), cancellationToken) ?? await RunPassAsync(pass, cancellationToken);
        }
        finally
        {
            _windows.Override = null;
        }
    }

    private Task OverrideWindowsAsync(WindowOverride? windows)
    {
        if (windows is not null && _channel.Windows is not { Download.IsAlways: true, Activate.IsAlways: true })
        {
            _journal.Commit(record => SiteTransitions.WindowsOverridden(record, windows));
            _windows.Override = windows;
        }

        return Task.CompletedTask;
    }

    private async Task<EdgeSyncException?> RunPassAsync(WakeSignal.Pass pass, CancellationToken cancellationToken)
    {
        if (pass.Poll)
        {
            // After a power cut in a whole town, its sites do not ask the registry in the same second.
            var splay = _isFirstPass && pass.Asked is null ? _channel.Windows.Splay : TimeSpan.Zero;
            _nextPoll = splay > TimeSpan.Zero ? _clocks.Monotonic.GetUtcNow() + (splay < _channel.Every ? splay : _channel.Every) : DateTimeOffset.MinValue;
        }

        _isFirstPass = false;

        if (pass.Asked is not null)
        {
            // A person has mended the site, perhaps, or opened an interlock.
            _machine.SiteWait.Skip();
            _interlocks.Forget();
        }

        EdgeSyncException? failure = null;
        if (_clocks.Monotonic.GetUtcNow() >= _nextPoll)
        {
            // Newer keys come before the releases that they sign. If the registry does not answer here, the poll for releases reports it as well.
            failure = await PassLoop.TryAsync(_trust.PollAsync, cancellationToken);
            failure = await PassLoop.TryAsync(PollAsync, cancellationToken) ?? failure;
        }

        failure = await PassLoop.TryAsync(CheckFreshnessAsync, cancellationToken) ?? failure;
        if (_machine.Recheck.Take())
        {
            _machine.Live.Forget();
        }

        if (_machine.Record.IsUnderWay)
        {
            failure = await PassLoop.TryAsync(_machine.AdvanceAsync, cancellationToken) ?? failure;
        }

        return await PassLoop.TryAsync(_machine.Live.CheckAsync, cancellationToken) ?? failure;
    }

    private async Task PollAsync(CancellationToken cancellationToken)
    {
        await _machine.PollAsync(cancellationToken);

        // A registry that does not have the channel was not seen with it.
        _lastSeen = _machine.Record.Missing is null ? _clocks.Site.GetUtcNow() : _lastSeen;
        _nextPoll = _clocks.Monotonic.GetUtcNow() + (_channel.Every * (0.9 + (0.2 * _random.NextDouble())));
    }

    private Task CheckFreshnessAsync(CancellationToken cancellationToken)
    {
        _machine.CheckFreshness();
        return Task.CompletedTask;
    }

    private TimeSpan Left(DateTimeOffset due) => due - _clocks.Monotonic.GetUtcNow() is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;
}
