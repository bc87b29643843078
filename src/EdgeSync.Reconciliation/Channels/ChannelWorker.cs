using System.Globalization;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Timing;
using EdgeSync.Reconciliation.Drift;
using EdgeSync.Reconciliation.Pipeline;
using EdgeSync.Reconciliation.Ports;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Reconciliation.Channels;

/// <summary>
/// Follows one channel for as long as the agent runs: polls, advances, repairs, waits. It never gives up: whatever fails is tried again, later and later
/// up to a limit, and at once when there is something new.
/// </summary>
public sealed class ChannelWorker : IAsyncDisposable
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(5);

    private readonly ChannelSubscription _channel;
    private readonly ISiteTrust _trust;
    private readonly PipelineClocks _clocks;
    private readonly Random _random;
    private readonly PipelineMetrics _metrics;
    private readonly ILogger _logger;
    private readonly ChannelJournal _journal;
    private readonly ChannelStateMachine _machine;
    private readonly DriftLoop _drift;
    private readonly WakeSignal _wake = new();
    private readonly ProgressHub _progress;
    private readonly StatusDeduplicator _deduplicator = new();
    private readonly Backoff _backoff;
    private DateTimeOffset _nextPoll = DateTimeOffset.MinValue;
    private DateTimeOffset? _lastSeen;
    private EdgeSyncException? _failure;

    internal ChannelWorker(
        ChannelSubscription channel,
        Func<ChannelSubscription, IProgress<PipelineProgress>, WakeSignal, ILogger, ChannelPipeline> build,
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
        _metrics = metrics;
        _logger = logger;
        _progress = new ProgressHub(() =>
        {
            if (_deduplicator.IsNew(Status))
            {
                statusChanged();
            }
        });
        (_journal, _machine, _drift) = build(channel, _progress, _wake, logger);
        _backoff = new Backoff(FirstRetry, LongestRetry, random);
    }

    /// <summary>The channel's name.</summary>
    public string Channel => _channel.Name;

    /// <summary>The fingerprint of what this channel has live and healthy, or null.</summary>
    public Digest? Fingerprint => _machine.Record.Fingerprint;

    /// <summary>The channel's status now. Safe to read from any thread.</summary>
    public ChannelStatus Status => ChannelStatusBuilder.Of(
        _machine.Record, _progress.Latest, _failure, _lastSeen, _machine.Distrust, _clocks.Site.GetUtcNow()) with
    {
        NextTry = _machine.SiteWait.NextTry is { } pause ? _clocks.Site.GetUtcNow() + pause : null,
    };

    /// <summary>A hint to poll now; safe to call from any thread, and as often as you like.</summary>
    public void PollNow() => _wake.Set(poll: true);

    /// <summary>Lets a bundle be tried again that failed here; false where it is not in quarantine. Safe to call from any thread.</summary>
    public bool LiftQuarantine(Digest bundle, string by)
    {
        var isLifted = _journal.Commit(record => SiteTransitions.Lifted(record, bundle, by, _clocks.Site.GetUtcNow()));
        _wake.Set(poll: isLifted);
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

    /// <summary>
    /// Content that should be in the cache is damaged or missing: the worker fetches it again at once. Content that is known to be missing already is
    /// tried again with the worker's backoff. Safe to call from any thread, and as often as you like.
    /// </summary>
    public void ContentLost()
    {
        if (!_machine.IsContentMissing && _machine.Recheck.Raise())
        {
            _wake.Set(poll: false);
        }
    }

    /// <summary>
    /// Asks for one pass, from polling to the end of what can be done now, and reports its progress. The running loop makes the pass.
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
            if (pass.Poll)
            {
                _nextPoll = DateTimeOffset.MinValue;
            }

            if (pass.Asked is not null)
            {
                // A person has mended the site, perhaps.
                _machine.SiteWait.Skip();
            }

            await RunPassAsync(cancellationToken);
            pass.Complete();
            await _wake.WaitAsync(DueIn(), _clocks.Site, cancellationToken);
        }
    }

    /// <summary>Ends the watch for drift; call it after <see cref="RunAsync"/> has ended.</summary>
    public async ValueTask DisposeAsync() => await _drift.DisposeAsync();

    private async Task RunPassAsync(CancellationToken cancellationToken)
    {
        EdgeSyncException? failure = null;
        if (_clocks.Monotonic.GetUtcNow() >= _nextPoll)
        {
            // Newer keys come before the releases that they sign. If the registry does not answer here, the poll for releases reports it as well.
            failure = await TryAsync(_trust.PollAsync, cancellationToken);
            failure = await TryAsync(PollAsync, cancellationToken) ?? failure;
        }

        failure = await TryAsync(CheckFreshnessAsync, cancellationToken) ?? failure;
        if (_machine.Recheck.Take())
        {
            _machine.ForgetLive();
        }

        if (_machine.Record.IsUnderWay)
        {
            failure = await TryAsync(_machine.AdvanceAsync, cancellationToken) ?? failure;
        }

        failure = await TryAsync(_drift.RunAsync, cancellationToken) ?? failure;
        SetFailure(failure);
        _metrics.AddPass(_channel.Name, failure?.Reason);
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
#pragma warning disable CA1031 // The worker's loop: a bug in a step must not stop the only thing that looks after the site.
            return new ReconciliationException("InternalError", string.Create(CultureInfo.InvariantCulture, $"a fault of EdgeSync itself; the log's event {ReconciliationEventIds.WillRetry} has the details"), bug)
            {
                Hint = "Please report it with the log.",
            };
#pragma warning restore CA1031
        }
    }

    private void SetFailure(EdgeSyncException? failure)
    {
        if (failure is null)
        {
            _backoff.Reset();
        }
        else if (failure.Reason != _failure?.Reason || failure.Message != _failure?.Message || failure.InnerException?.GetType() != _failure?.InnerException?.GetType())
        {
            _logger.LogWillRetry(_channel.Name, failure.Reason, failure.Message, failure.InnerException);
        }

        _failure = failure;
        _progress.Settle();
    }

    private TimeSpan DueIn()
    {
        var now = _clocks.Monotonic.GetUtcNow();
        var poll = _nextPoll > now ? _nextPoll - now : TimeSpan.Zero;
        var pause = poll;
        if (_failure is { } failure)
        {
            var retry = failure.RetryAfter ?? _backoff.Next();
            pause = poll > TimeSpan.Zero && poll < retry ? poll : retry;
        }

        // What fails now, such as a registry behind a cut link, does not delay what is due without it. What was due already has just failed.
        var dues = new[] { _machine.WaitingUntil - _clocks.Site.GetUtcNow(), _machine.SiteWait.Due, _drift.RepairDue - now, _drift.RecheckDue - now };
        foreach (var due in dues.OfType<TimeSpan>().Where(due => _failure is null || due > TimeSpan.Zero))
        {
            pause = due < pause ? due : pause;
        }

        return pause > TimeSpan.Zero ? pause : TimeSpan.Zero;
    }
}
