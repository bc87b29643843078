using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Reconciliation.Staging;
using EdgeSync.Reconciliation.State;
using EdgeSync.Reconciliation.Steps;

namespace EdgeSync.Reconciliation.Channels;

// What is live stays what it should be: repaired after drift, and looked at again where it was gone back to and is not healthy.
internal sealed partial class ChannelReconciler
{
    /// <summary>Whether a change was left half done for something newer; what is live must be looked at before it is left alone.</summary>
    public bool IsLiveUncertain { get; private set; }

    /// <summary>The bundle that should be live: last-good, staged; null where there is none, or a change is under way.</summary>
    public async Task<StagedBundle?> LiveAsync(CancellationToken cancellationToken)
    {
        if (IsLiveUncertain)
        {
            GiveUpRevokedLastGood();
        }

        return _record.LastGood is { } good && !(_record.IsUnderWay && _record.Progress >= TargetProgress.Activating)
            ? await PrepareAsync(good, cancellationToken)
            : null;
    }

    /// <summary>Brings the live state back to what the bundle says, and acknowledges what had drifted; gives what it changed, in words.</summary>
    public async Task<IReadOnlyList<string>> RepairAsync(StagedBundle live, CancellationToken cancellationToken)
    {
        // What is known not to be healthy is not waited for: a release that mends it must be seen meanwhile.
        var isKnown = _record.LastGoodTrouble is not null;
        IsLiveUncertain = false;
        return await KeepAsync(live, isKnown ? ActivationKind.Recheck : ActivationKind.Repair, cancellationToken) switch
        {
            ActivationOutcome.Healthy healthy => healthy.Changed,
            ActivationOutcome.Failed failed when !isKnown => throw new ReconciliationException(failed.Trouble.Reason, failed.Trouble.Message) { Hint = failed.Trouble.Hint },
            _ => [],
        };
    }

    /// <summary>
    /// Looks again at what was gone back to and was not healthy, without waiting for it. True where it is healthy now, which is acknowledged.
    /// </summary>
    public async Task<bool> RecheckAsync(StagedBundle live, CancellationToken cancellationToken) =>
        await KeepAsync(live, ActivationKind.Recheck, cancellationToken) is ActivationOutcome.Healthy;

    private async Task<ActivationOutcome> KeepAsync(StagedBundle live, ActivationKind kind, CancellationToken cancellationToken)
    {
        var started = _ports.Time.GetTimestamp();
        await _ports.ActivationLock.WaitAsync(cancellationToken);
        try
        {
            var outcome = await _apply.RunAsync(live, kind, token => WatchContentAsync(_record.LastGood!, token), cancellationToken);
            if (outcome is ActivationOutcome.Healthy healthy)
            {
                AcknowledgeRepair(live, healthy.Changed, _ports.Time.GetElapsedTime(started));
                AcknowledgeRecovery(live);
            }

            return outcome;
        }
        finally
        {
            _ports.ActivationLock.Release();
        }
    }

    private void AcknowledgeRepair(StagedBundle live, IReadOnlyList<string> changed, TimeSpan duration)
    {
        if (changed.Count == 0)
        {
            return;
        }

        var message = string.Join("; ", changed.Take(10));
        Commit(
            _record,
            new AcknowledgementDraft(AcknowledgementEvent.Drifted, live.Summary) { Message = message },
            new AcknowledgementDraft(AcknowledgementEvent.Repaired, live.Summary)
            {
                Message = message,
                Duration = duration,
                Fingerprint = live.Fingerprint,
            });
        LogRepaired(_channel.Name, message);
    }

    // HQ was told that not even last-good is healthy; it must hear when that is over.
    private void AcknowledgeRecovery(StagedBundle live)
    {
        if (_record.LastGoodTrouble is null)
        {
            return;
        }

        Commit(
            _record with { LastGoodTrouble = null, Since = _ports.Time.GetUtcNow() },
            new AcknowledgementDraft(AcknowledgementEvent.Healthy, live.Summary)
            {
                Stage = PipelineStage.Rollback,
                Message = "last-good is healthy again",
                Fingerprint = live.Fingerprint,
            });
        LogHealthy(_channel.Name, live.Summary.Digest);
    }
}
