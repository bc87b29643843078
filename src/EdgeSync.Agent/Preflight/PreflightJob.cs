using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using EdgeSync.Contracts.Checks;
using EdgeSync.Reconciliation;

namespace EdgeSync.Agent.Preflight;

/// <summary>
/// One preflight in the agent: what is known of it so far, and its events for everybody who watches. <paramref name="changed"/> is called when more of it has
/// changed than a bar.
/// </summary>
internal sealed class PreflightJob(PreflightRequest request, TimeProvider time, Action changed) : IProgress<PipelineProgress>, IProgress<CheckResult>
{
    // A reader that does not keep up loses the oldest: progress, which comes before the few checks and the report.
    private const int Backlog = 512;

    private readonly Lock _lock = new();
    private readonly List<ChannelWriter<PreflightEvent>> _watchers = [];
    private readonly ConcurrentDictionary<string, PipelineProgress> _progress = new(StringComparer.Ordinal);
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();
    private volatile IReadOnlyList<CheckResult> _checks = [];
    private volatile PreflightEvent? _end;
    private volatile PreflightPhase _phase = PreflightPhase.Reload;

    /// <summary>What was asked for.</summary>
    public PreflightRequest Request => request;

    /// <summary>The latest progress of each channel's reload.</summary>
    public IReadOnlyList<PipelineProgress> Progress => [.. _progress.Values.OrderBy(progress => progress.Channel, StringComparer.Ordinal)];

    /// <summary>The checks that have ended, in their order.</summary>
    public IReadOnlyList<CheckResult> Checks => _checks;

    /// <summary>The report; null while it runs, and where it broke off.</summary>
    public PreflightReport? Report => _end?.Report;

    /// <summary>Why the report is not in the ledger, or null.</summary>
    public string? NotInLedger => _end?.NotInLedger;

    /// <summary>What the site's status says of it.</summary>
    public PreflightStatus Status => new(request.By, _startedAt, _phase)
    {
        Deadline = request.Deadline,
        MissionEnds = request.Inspection.Mission > TimeSpan.Zero ? (request.Deadline ?? _startedAt) + request.Inspection.Mission : null,
        Channels = request.Inspection.Channels.Count > 0 ? request.Inspection.Channels : null,
        Verdict = Report?.Verdict,
        EndedAt = _end?.At,
    };

    /// <summary>Makes the preflight. Every failure ends up in the report, except that the agent stops.</summary>
    public async Task RunAsync(PreflightRun run, CancellationToken cancellationToken)
    {
        var end = new PreflightEvent("report", _startedAt);
        try
        {
            await run.ReloadAsync(this, cancellationToken);
            _phase = PreflightPhase.Checks;
            changed();
            var report = await run.CheckAsync(_startedAt, this, cancellationToken);
            end = end with { Report = report, NotInLedger = await run.TryAcknowledgeAsync(report, cancellationToken) };
        }
        finally
        {
            End(end with { At = time.GetUtcNow() });
            changed();
        }
    }

    /// <summary>What has happened and what happens, until it has ended. It begins with the event <c>begin</c> at once, and ends with the report, unless the preflight breaks off.</summary>
    public async IAsyncEnumerable<PreflightEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var events = Channel.CreateBounded<PreflightEvent>(new BoundedChannelOptions(Backlog) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (_lock)
        {
            events.Writer.TryWrite(new PreflightEvent("begin", _startedAt) { Deadline = request.Deadline });
            foreach (var past in Progress.Select(Event).Concat(_checks.Select(Event)).Concat(_end is { Report: not null } end ? [end] : []))
            {
                events.Writer.TryWrite(past);
            }

            if (_phase == PreflightPhase.Done)
            {
                events.Writer.Complete();
            }
            else
            {
                _watchers.Add(events.Writer);
            }
        }

        try
        {
            await foreach (var next in events.Reader.ReadAllAsync(cancellationToken))
            {
                yield return next;
            }
        }
        finally
        {
            lock (_lock)
            {
                _watchers.Remove(events.Writer);
            }
        }
    }

    void IProgress<PipelineProgress>.Report(PipelineProgress value)
    {
        var isNews = !_progress.TryGetValue(value.Channel, out var before) || before.Stage != value.Stage || before.WaitingFor != value.WaitingFor;
        lock (_lock)
        {
            _progress[value.Channel] = value;
            Send(Event(value));
        }

        if (isNews)
        {
            changed();
        }
    }

    void IProgress<CheckResult>.Report(CheckResult value)
    {
        lock (_lock)
        {
            _checks = [.. _checks, value];
            Send(Event(value));
        }

        changed();
    }

    private PreflightEvent Event(PipelineProgress progress) => new("progress", time.GetUtcNow()) { Progress = progress };

    private PreflightEvent Event(CheckResult check) => new("check", time.GetUtcNow()) { Check = check };

    // Called with the lock.
    private void Send(PreflightEvent happened) => _watchers.ForEach(watcher => watcher.TryWrite(happened));

    private void End(PreflightEvent end)
    {
        lock (_lock)
        {
            _end = end;
            _phase = PreflightPhase.Done;
            if (end.Report is not null)
            {
                Send(end);
            }

            _watchers.ForEach(watcher => watcher.TryComplete());
            _watchers.Clear();
        }
    }
}
