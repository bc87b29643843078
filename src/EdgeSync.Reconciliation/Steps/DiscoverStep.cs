using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Primitives;
using EdgeSync.Reconciliation.Channels;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.State;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Releases;

namespace EdgeSync.Reconciliation.Steps;

/// <summary>Looks at the channel, judges what it finds, and records the outcome: a new target, or a refusal.</summary>
internal sealed class DiscoverStep(ChannelSubscription channel, SitePorts ports)
{
    private readonly TimeProvider _time = ports.Time;
    private readonly LookPace _pace = new(ports.Time);

    /// <summary>
    /// Returns the record after the look, already committed where it differs. Raises an
    /// <see cref="EdgeSync.Primitives.Failures.EdgeSyncException"/> when the registry cannot be asked.
    /// </summary>
    public async Task<ChannelRecord> RunAsync(ChannelRecord record, CancellationToken cancellationToken) =>
        await ports.Releases.LookAsync(channel, MayBeTakenNow(record) ? null : record.SeenArtifact, cancellationToken) switch
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
    public async Task<ReleaseVerdict> JudgeAgainAsync(ReleaseCopy copy, CancellationToken cancellationToken) => ReleaseVerifier.Verify(
        await ports.Releases.RecallAsync(channel, copy, cancellationToken), Expect(seen: null, copy.Payload), ports.Policy);

    // What the tag names is the same, and yet another verdict is possible: the clock that called it expired has been put right, or signatures have come
    // to lie beside it.
    private bool MayBeTakenNow(ChannelRecord record) => record.Refused?.Reason switch
    {
        ReasonCodes.ReleaseExpired => _time.GetUtcNow() < record.NewestExpires,
        ReasonCodes.ThresholdNotMet => ports.Policy.FindReleaseRule(new TrustPlace(channel.Repository, channel.Name)) is { LooksBeside: true }
            && _pace.IsDue(record.Refused.Artifact),
        _ => false,
    };

    private ChannelRecord Judge(ChannelRecord record, ReleaseLook.Found found)
    {
        var verdict = ReleaseVerifier.Verify(found.Release, Expect(record.HighestSeen, record.Target?.Payload), ports.Policy);
        if (verdict.SeenRecord is { } authentic)
        {
            ports.Witness.Prove(authentic.IssuedAt);
        }

        var known = Remember(record, verdict, found);
        switch (verdict)
        {
            case ReleaseVerdict.Accepted accepted:
                return Accept(record, known, found, accepted.Release);
            case ReleaseVerdict.NotYet early:
                // Fetched and staged ahead of its time; the gate keeps it until then.
                return Accept(record, known, found, early.Release);
            case ReleaseVerdict.Rejected { Reason: ReasonCodes.NotForThisSite } other:
                return PassOver(known, found, other);
            case ReleaseVerdict.Rejected rejected:
                KeepEvidence(record, rejected, found);
                return Refuse(known, found.Artifact, rejected.Reason, rejected.Message, rejected.Hint, rejected.Claim);
            default:
                throw new InvalidOperationException("a release is accepted, too early or rejected");
        }
    }

    // Of every authentic record, whether it is for this site or not: what is older is a replay from now on, and its expiry tells a freeze.
    private static ChannelRecord Remember(ChannelRecord record, ReleaseVerdict verdict, ReleaseLook.Found found) =>
        verdict is { Seen: { } seen, SeenRecord: { } newest }
            ? record with
            {
                HighestSeen = seen,
                NewestExpires = newest.ExpiresAt,
                NewestEnvelope = seen.Payload == record.Target?.Payload ? null : found.Release.Envelope.ToArray(),
                FrozenSince = seen == record.HighestSeen ? record.FrozenSince : null,
            }
            : record;

    private void KeepEvidence(ChannelRecord record, ReleaseVerdict.Rejected rejected, ReleaseLook.Found found)
    {
        if (rejected.Contradicts is { } contradicting && record.HighestSeen is { } seen)
        {
            var first = record.Target is { } target && target.Payload == seen.Payload ? target.Envelope : record.NewestEnvelope;
            ports.Evidence.Keep(new Equivocation(channel.Name, seen, first, contradicting, found.Release.Envelope.ToArray(), _time.GetUtcNow()));
        }
    }

    private ChannelRecord Accept(ChannelRecord record, ChannelRecord known, ReleaseLook.Found found, VerifiedRelease release)
    {
        if (release.Seen == record.HighestSeen && record.Target?.Payload == release.Seen.Payload)
        {
            // What this site knows, perhaps with one more signature: nothing new to do, and no later release is refused any more.
            return Save(known with { SeenArtifact = found.Artifact, Refused = record.IsTargetRefused ? record.Refused : null, ForOthers = null });
        }

        return Save(
            known with
            {
                SeenArtifact = found.Artifact,
                NewestEnvelope = null,
                Target = new ReleaseCopy(release.Acknowledged, release.Seen.Payload, found.Release.Envelope.ToArray()) { Artifact = found.Artifact },
                Progress = TargetProgress.Received,
                Refused = null,
                ForOthers = null,
                WaitingFor = null,
                Trouble = null,
                Since = _time.GetUtcNow(),
            },
            new AcknowledgementDraft(AcknowledgementEvent.Received, release.Acknowledged) { Stage = PipelineStage.Discover });
    }

    // No refusal, and nobody at HQ has to hear of it: the release never was for this site. It counts as seen, so that no older one is taken.
    private ChannelRecord PassOver(ChannelRecord record, ReleaseLook.Found found, ReleaseVerdict.Rejected other) => Save(record with
    {
        SeenArtifact = found.Artifact,
        Refused = record.IsTargetRefused ? record.Refused : null,
        ForOthers = other.Claim.Sequence,
    });

    private ChannelRecord Refuse(
        ChannelRecord record, Digest artifact, string reason, string message, string? hint, AcknowledgedRelease? release)
    {
        var refusal = new Refusal(artifact, reason, message, hint, release);
        var seen = record with { SeenArtifact = artifact, ForOthers = null };
        if (record.Refused == refusal)
        {
            return seen == record ? record : Save(seen);
        }

        return Save(
            seen with { Refused = refusal, Since = _time.GetUtcNow() },
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
        SiteLabels = ports.Site.Labels,
        HighestSeen = seen,
        Active = active,
        Now = _time.GetUtcNow(),
        AgentVersion = ports.Site.AgentVersion,
    };

    private ChannelRecord Save(ChannelRecord record, params IReadOnlyList<AcknowledgementDraft> acknowledgements)
    {
        ports.Store.Commit(record, acknowledgements);
        return record;
    }
}
