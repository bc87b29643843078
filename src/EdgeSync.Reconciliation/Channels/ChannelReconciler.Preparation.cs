using EdgeSync.Bundles.Reading;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Staging;
using EdgeSync.Reconciliation.State;
using EdgeSync.Reconciliation.Steps;
using EdgeSync.Signing.Releases;

namespace EdgeSync.Reconciliation.Channels;

// What is to be applied, staged: strictly where it is new here, and as it is where it is live already.
internal sealed partial class ChannelReconciler
{
    private volatile StagedBundle? _staged;
    private long _stagedUnder;
    private long _lookedUnder;

    /// <summary>Why what is live would not be accepted today, or null.</summary>
    public Trouble? Distrust => _staged is { } staged && staged.Summary == _record.LastGood?.Summary ? staged.Distrust : null;

    /// <summary>Whether content of what is live is known to be lost. Safe to ask from any thread.</summary>
    public bool IsLacking => _staged?.Lack is not null;

    /// <summary>Has the content be looked at again before it is used the next time.</summary>
    public void DoubtContent() => _staged = null;

    // What was refused, or passed over, may count under today's configuration and trust.
    private void LookWithFreshEyes()
    {
        if (_record.Refused is not null || _record.ForOthers is not null)
        {
            _record = _record with { SeenArtifact = null };
        }
    }

    // The trust itself is in doubt: nothing new is begun, until it changes.
    private GateDecision.Wait? Distrusting() =>
        _ports.Trust.FindDoubt() is { } doubt ? new GateDecision.Wait(doubt.Reason, doubt.Message, Until: null, doubt.Hint) : null;

    private static bool IsRefusal(EdgeSyncException failure) =>
        failure.Disposition == Disposition.Stalled || failure.Reason == ReasonCodes.DigestMismatch;

    private static bool IsDistrust(EdgeSyncException failure) => failure is { Disposition: Disposition.Stalled, ExitCode: ExitCodes.NotTrusted };

    private async Task<StagedBundle> PrepareAsync(ReleaseCopy copy, CancellationToken cancellationToken)
    {
        var generation = _ports.Trust.Generation;
        if (_staged is { Lack: null } known && known.Summary == copy.Summary && _stagedUnder == generation)
        {
            return known;
        }

        var isLive = copy.Payload == _record.LastGood?.Payload;
        var staged = await _discover.JudgeAgainAsync(copy, cancellationToken) switch
        {
            ReleaseVerdict.Accepted accepted => await StageAsync(copy, accepted.Release, isLive, cancellationToken),
            ReleaseVerdict.NotYet early => await StageAsync(copy, early.Release, isLive, cancellationToken),
            ReleaseVerdict.Rejected rejected when isLive && ReleaseVerifier.Uphold(copy.Envelope, copy.Payload) is { } upheld =>
                await _stage.KeepAsync(upheld, new Trouble(rejected.Reason, rejected.Message, rejected.Hint), cancellationToken),
            ReleaseVerdict.Rejected rejected => throw new ReconciliationException(rejected.Reason, rejected.Message)
            {
                Disposition = Disposition.Stalled,
                Subject = copy.Summary.Digest.ToString(),
                Hint = rejected.Hint,
                ExitCode = ExitCodes.NotTrusted,
            },
            _ => throw new InvalidOperationException("a release is accepted, too early or rejected"),
        };
        if (isLive && staged.Distrust != _record.Distrusted)
        {
            AcknowledgeDistrust(staged);
        }

        _staged = staged;
        _stagedUnder = generation;
        return staged;
    }

    // Once for each reason, over restarts too. That it is trusted again shows in the status.
    private void AcknowledgeDistrust(StagedBundle staged)
    {
        var record = _record with { Distrusted = staged.Distrust };
        if (staged.Distrust is not { } distrust)
        {
            Commit(record);
            return;
        }

        Commit(record, new AcknowledgementDraft(AcknowledgementEvent.Distrusted, staged.Summary)
        {
            Stage = PipelineStage.Verify,
            Reason = ReasonCodes.NoLongerTrusted,
            Message = $"{distrust.Message} ({distrust.Reason})",
        });
        LogNoLongerTrusted(_channel.Name, staged.Summary.Digest, distrust.Reason, distrust.Message);
    }

    private Task<StagedBundle> StageAsync(ReleaseCopy copy, VerifiedRelease release, bool isLive, CancellationToken cancellationToken)
    {
        Func<OpenedBundle, CancellationToken, Task>? inspect = copy == _record.Target && _record.Progress == TargetProgress.Received
            ? (bundle, token) => _requirements.CheckAsync(bundle.Metadata.Requires, bundle.Index.Digest, token)
            : null;
        return isLive ? _stage.KeepAsync(release, distrust: null, cancellationToken) : _stage.RunAsync(release, inspect, cancellationToken);
    }
}
