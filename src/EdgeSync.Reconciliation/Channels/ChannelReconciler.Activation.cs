using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Staging;
using EdgeSync.Reconciliation.State;
using EdgeSync.Reconciliation.Steps;

namespace EdgeSync.Reconciliation.Channels;

// From the first write to the cluster to the end: healthy and pruned, or back at last-good.
internal sealed partial class ChannelReconciler
{
    private async Task ActivateAsync(CancellationToken cancellationToken)
    {
        var target = _record.Target!;
        StagedBundle staged;
        try
        {
            staged = await PrepareAsync(target, cancellationToken);
        }
        catch (EdgeSyncException failure) when (IsDistrust(failure))
        {
            // Begun under another policy than today's, and perhaps half written: it must not stay so.
            Fail(new Trouble(failure.Reason, failure.Message, failure.Hint));
            return;
        }

        var started = _ports.Time.GetTimestamp();
        ActivationOutcome outcome;
        await _ports.ActivationLock.WaitAsync(cancellationToken);
        try
        {
            outcome = await _apply.RunAsync(staged, ActivationKind.Change, token => WaitForNewerAsync(target, token), cancellationToken);
        }
        finally
        {
            _ports.ActivationLock.Release();
        }

        var isNewest = _record.Target == target;
        switch (outcome)
        {
            case ActivationOutcome.Healthy:
                // A newer release may have come in the same instant; then this one is last-good, and that one is the target.
                IsLiveUncertain = false;
                var good = _record with { LastGood = target, LastGoodTrouble = null, Distrusted = null, Fingerprint = staged.Fingerprint };
                Commit(
                    isNewest ? good with { Progress = TargetProgress.Healthy, Trouble = null, Since = _ports.Time.GetUtcNow() } : good,
                    new AcknowledgementDraft(AcknowledgementEvent.Healthy, staged.Summary)
                    {
                        Stage = PipelineStage.Confirm,
                        Duration = _ports.Time.GetElapsedTime(started),
                        Fingerprint = staged.Fingerprint,
                    });
                LogHealthy(_channel.Name, staged.Summary.Digest);
                break;

            case ActivationOutcome.Failed failed when isNewest:
                Fail(failed.Trouble);
                break;

            default:
                IsLiveUncertain = true;
                LogSuperseded(_channel.Name, staged.Summary.Digest);
                break;
        }
    }

    private void Fail(Trouble trouble)
    {
        var target = _record.Target!.Summary;
        var gone = FindLastGoodRevocation();
        var record = gone is null ? _record : WithoutLastGood(_record);
        var canGoBack = record.LastGood is { } good && good.Summary.Digest != target.Digest;
        Commit(
            record with
            {
                Progress = canGoBack ? TargetProgress.RollingBack : TargetProgress.Failed,
                Trouble = gone is null ? trouble : gone with { Message = $"{trouble.Message}; and {gone.Message}" },
                Quarantined = [new Quarantine(target.Digest, target.Sequence, trouble.Reason, trouble.Message), .. _record.Quarantined.Take(QuarantineLength - 1)],
                Since = _ports.Time.GetUtcNow(),
            },
            [
                new AcknowledgementDraft(AcknowledgementEvent.Failed, target)
                {
                    Stage = PipelineStage.Confirm,
                    Reason = trouble.Reason,
                    Message = trouble.Message,
                },
                .. gone is null ? Array.Empty<AcknowledgementDraft>() : [LastGoodGone(gone)],
            ]);
        LogFailed(_channel.Name, trouble.Reason, trouble.Message);
        if (gone is not null)
        {
            LogFailed(_channel.Name, gone.Reason, gone.Message);
        }
    }

    private async Task RollBackAsync(CancellationToken cancellationToken)
    {
        if (FindLastGoodRevocation() is { } gone)
        {
            // Revoked while going back: the same as if it had been revoked before.
            Commit(
                WithoutLastGood(_record) with
                {
                    Progress = TargetProgress.Failed,
                    Trouble = gone with { Message = $"{_record.Trouble?.Message}; and {gone.Message}" },
                    Since = _ports.Time.GetUtcNow(),
                },
                LastGoodGone(gone));
            LogFailed(_channel.Name, gone.Reason, gone.Message);
            return;
        }

        var good = _record.LastGood!;
        _progress.Report(new PipelineProgress(_channel.Name, PipelineStage.Rollback, $"going back to {good.Summary.Name} {good.Summary.Version}"));
        var staged = await PrepareAsync(good, cancellationToken);
        var started = _ports.Time.GetTimestamp();
        Trouble? complaint = null;
        await _ports.ActivationLock.WaitAsync(cancellationToken);
        try
        {
            if (await _apply.RunAsync(staged, ActivationKind.Change, token => WatchContentAsync(good, token), cancellationToken) is ActivationOutcome.Failed failed)
            {
                complaint = failed.Trouble;
            }

            // What the failed bundle added goes; what the policy protects stays, because the data in it may be wanted.
            await _ports.Cluster.PruneAsync(staged, allowDestructive: false, cancellationToken);
        }
        finally
        {
            _ports.ActivationLock.Release();
        }

        Commit(
            _record with
            {
                Progress = TargetProgress.RolledBack,
                LastGoodTrouble = complaint,
                Fingerprint = staged.Fingerprint,
                Since = _ports.Time.GetUtcNow(),
            },
            [
                new AcknowledgementDraft(AcknowledgementEvent.RolledBack, good.Summary)
                {
                    Stage = PipelineStage.Rollback,
                    Reason = _record.Trouble?.Reason,
                    Message = complaint is null ? _record.Trouble?.Message : $"{_record.Trouble?.Message}; and last-good: {complaint.Message}",
                    Duration = _ports.Time.GetElapsedTime(started),
                    Fingerprint = staged.Fingerprint,
                },

                // Takes the proof of its health back: HQ must not go on believing that the site works.
                .. complaint is null ? Array.Empty<AcknowledgementDraft>() : [new AcknowledgementDraft(AcknowledgementEvent.Failed, good.Summary)
                {
                    Stage = PipelineStage.Rollback,
                    Reason = complaint.Reason,
                    Message = complaint.Message,
                }],
            ]);
        LogRolledBack(_channel.Name, good.Summary.Digest);
    }

    private async Task PruneAsync(CancellationToken cancellationToken)
    {
        var staged = await PrepareAsync(_record.Target!, cancellationToken);
        var outcomes = await _ports.Cluster.PruneAsync(staged, staged.Release.AllowDestructive, cancellationToken);
        foreach (var outcome in outcomes.Where(o => o.IsChange))
        {
            LogPruned(_channel.Name, outcome.Subject);
        }

        await _ports.Shelf.KeepAsync(_channel.Name, [staged.Summary.Digest], cancellationToken);
        Commit(_record with { Progress = TargetProgress.Complete });
        LogComplete(_channel.Name, staged.Summary.Digest);
    }
}
