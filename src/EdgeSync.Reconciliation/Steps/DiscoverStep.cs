using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Primitives;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.Staging;
using EdgeSync.Reconciliation.State;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Releases;

namespace EdgeSync.Reconciliation.Steps;

/// <summary>Looks at the channel, judges what it finds, and records the outcome: a new target, or a refusal.</summary>
internal sealed class DiscoverStep(
    ChannelSubscription channel, SiteProfile site, TrustPolicy policy, IReleaseSource source, ISiteStore store, TimeProvider time)
{
    /// <summary>
    /// Returns the record after the look, already committed where it differs. Raises an
    /// <see cref="EdgeSync.Primitives.Failures.EdgeSyncException"/> when the registry cannot be asked.
    /// </summary>
    public async Task<ChannelRecord> RunAsync(ChannelRecord record, CancellationToken cancellationToken) =>
        await source.LookAsync(channel, record.SeenArtifact, cancellationToken) switch
        {
            ReleaseLook.Found found => Judge(record, found),
            ReleaseLook.Unreadable unreadable => Refuse(
                record, unreadable.Artifact, ReasonCodes.ReleaseMalformed, unreadable.Message, "Publish the release again.", release: null),
            _ => record,
        };

    /// <summary>
    /// Judges again a release that was accepted before, as after a restart. Order and expiry were judged then; signatures, channel and
    /// site count anew.
    /// </summary>
    public ReleaseVerdict JudgeAgain(ReleaseCopy copy) => ReleaseVerifier.Verify(copy.Envelope, Expect(seen: null, copy.Payload), policy);

    private ChannelRecord Judge(ChannelRecord record, ReleaseLook.Found found) =>
        ReleaseVerifier.Verify(found.Envelope, Expect(record.HighestSeen, record.HighestSeen?.Payload), policy) switch
        {
            ReleaseVerdict.Accepted accepted => Accept(record, found, accepted.Release),

            // Fetched and staged ahead of its time; the gate keeps it until then.
            ReleaseVerdict.NotYet early => Accept(record, found, early.Release),
            ReleaseVerdict.Rejected { Reason: ReasonCodes.NotForThisSite } other => PassOver(record, found, other),
            ReleaseVerdict.Rejected rejected => Refuse(
                record with { HighestSeen = rejected.Seen ?? record.HighestSeen },
                found.Artifact, rejected.Reason, rejected.Message, rejected.Hint, rejected.Claim),
            _ => throw new InvalidOperationException("a release is accepted, too early or rejected"),
        };

    private ChannelRecord Accept(ChannelRecord record, ReleaseLook.Found found, VerifiedRelease release)
    {
        if (release.Seen == record.HighestSeen && record.Target?.Payload == release.Seen.Payload)
        {
            // What this site knows, perhaps with one more signature: nothing new to do, and no later release is refused any more.
            return Save(record with { SeenArtifact = found.Artifact, Refused = record.IsTargetRefused ? record.Refused : null, ForOthers = null });
        }

        return Save(
            record with
            {
                SeenArtifact = found.Artifact,
                HighestSeen = release.Seen,
                Target = new ReleaseCopy(release.Acknowledged, release.Seen.Payload, found.Envelope.ToArray()),
                Progress = TargetProgress.Received,
                Refused = null,
                ForOthers = null,
                WaitingFor = null,
                Trouble = null,
                Since = time.GetUtcNow(),
            },
            new AcknowledgementDraft(AcknowledgementEvent.Received, release.Acknowledged) { Stage = PipelineStage.Discover });
    }

    // No refusal, and nobody at HQ has to hear of it: the release never was for this site. It counts as seen, so that no older one is taken.
    private ChannelRecord PassOver(ChannelRecord record, ReleaseLook.Found found, ReleaseVerdict.Rejected other) => Save(record with
    {
        SeenArtifact = found.Artifact,
        HighestSeen = other.Seen ?? record.HighestSeen,
        Refused = record.IsTargetRefused ? record.Refused : null,
        ForOthers = other.Claim.Sequence,
    });

    private ChannelRecord Refuse(
        ChannelRecord record, Digest artifact, string reason, string message, string? hint, AcknowledgedRelease? release)
    {
        var refusal = new Refusal(artifact, reason, message, hint, release);
        var seen = record with { SeenArtifact = artifact, ForOthers = null };
        return record.Refused == refusal
            ? Save(seen)
            : Save(
                seen with { Refused = refusal, Since = time.GetUtcNow() },
                new AcknowledgementDraft(AcknowledgementEvent.Rejected, release)
                {
                    Stage = PipelineStage.Discover,
                    Reason = reason,
                    Message = message,
                });
    }

    private ReleaseExpectation Expect(SeenRelease? seen, Digest? active) => new()
    {
        Channel = channel.Name,
        Repository = channel.Repository,
        SiteLabels = site.Labels,
        HighestSeen = seen,
        Active = active,
        Now = time.GetUtcNow(),
        AgentVersion = site.AgentVersion,
    };

    private ChannelRecord Save(ChannelRecord record, params IReadOnlyList<AcknowledgementDraft> acknowledgements)
    {
        store.Commit(record, acknowledgements);
        return record;
    }
}
