using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Releases;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.State;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Releases;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>
/// Step 1. Polls the channel and verifies the release record that it finds: signatures, order, site and time; where the channel follows a plain tag, the
/// signatures of the bundle that the tag names. Gives the transition to commit, and the verified release where it is a new target.
/// </summary>
internal sealed class DiscoverStep(
    ChannelSubscription channel,
    SiteProfile site,
    IReleaseSource releases,
    VerifyStep verify,
    ISiteTrust trust,
    ITrustedTimeSink trustedTime,
    IEvidenceStore evidence,
    TimeProvider time)
{
    // How many bundles of a plain tag are remembered, to say that it went back to one of them.
    private const int NamedLength = 20;

    private readonly PollThrottle _throttle = new(time);

    /// <summary>Raises an <see cref="EdgeSync.Primitives.Failures.EdgeSyncException"/> when the registry does not answer.</summary>
    public async Task<Discovery> RunAsync(ChannelRecord record, CancellationToken cancellationToken)
    {
        var result = await releases.PollAsync(channel, MayPassNow(record) ? null : record.SeenArtifact, cancellationToken);
        var found = record with { Missing = null };
        return result switch
        {
            PollResult.Found release => Verify(found, release),
            PollResult.Named { Bundle: var bundle } => await FollowAsync(found, bundle, cancellationToken),
            PollResult.Unreadable unreadable => Refuse(
                found, unreadable.Artifact, ReasonCodes.ReleaseMalformed, unreadable.Message, "Publish the release again.", release: null),
            PollResult.Missing { IsUnreleased: true } when record is { HighestSeen: null, Tag: null } => new Discovery(new Transition(found)),
            PollResult.Missing missing => Miss(record, missing),
            _ => new Discovery(new Transition(found)),
        };
    }

    // Not a refusal: what runs stays, and the registry is polled as before. It is committed once, so that a status without an agent says it too.
    private Discovery Miss(ChannelRecord record, PollResult.Missing missing) => record.Missing?.Message == missing.Message
        ? new Discovery(new Transition(record))
        : new Discovery(new Transition(record with { Missing = new MissingChannel(missing.Message, missing.Hint, time.GetUtcNow()) })
        {
            Log = logger => logger.LogMissing(channel.Name, missing.Message),
        });

    // The tag names the same artifact, but the verdict may differ now: the clock that called the release expired was corrected, or somebody has added
    // signatures.
    private bool MayPassNow(ChannelRecord record) => record.Refused?.Reason switch
    {
        ReasonCodes.ReleaseExpired => time.GetUtcNow() < record.NewestExpires,
        ReasonCodes.ThresholdNotMet => trust.Policy.FindReleaseRule(new TrustPlace(channel.Repository, channel.Name)) is { NeedsArtifactSignatures: true }
            && _throttle.IsDue(record.Refused.Artifact),
        ReasonCodes.SignatureMissing or ReasonCodes.SignatureUntrusted or ReasonCodes.AttestationMissing => channel.Tag is not null && _throttle.IsDue(record.Refused.Artifact),
        _ => false,
    };

    private Discovery Verify(ChannelRecord record, PollResult.Found found)
    {
        var expectation = site.ExpectationFor(channel, time.GetUtcNow()) with { HighestSeen = record.HighestSeen, Active = record.Target?.Payload };
        var verdict = ReleaseVerifier.Verify(found.Release, expectation, trust.Policy);
        if (verdict.SeenRecord is { } authentic)
        {
            trustedTime.AdvanceLowerBound(authentic.IssuedAt);
        }

        var known = Remember(record, verdict, found);
        switch (verdict)
        {
            case ReleaseVerdict.Accepted accepted:
                return Accept(record, known, found, accepted.Release);
            case ReleaseVerdict.NotYet early:
                // It is fetched and staged before its time; the gate holds it until then.
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

    // Every authentic record is remembered, whether it is for this site or not: an older one is a replay from now on, and its expiry shows a freeze.
    private static ChannelRecord Remember(ChannelRecord record, ReleaseVerdict verdict, PollResult.Found found) =>
        verdict is { Seen: { } seen, SeenRecord: { } newest }
            ? record with
            {
                HighestSeen = seen,
                NewestExpires = newest.ExpiresAt,
                NewestEnvelope = seen.Payload == record.Target?.Payload ? null : found.Release.Envelope.ToArray(),
                FrozenSince = seen == record.HighestSeen ? record.FrozenSince : null,
            }
            : record;

    private void KeepEvidence(ChannelRecord record, ReleaseVerdict.Rejected rejected, PollResult.Found found)
    {
        if (rejected.Contradicts is { } contradicting && record.HighestSeen is { } seen)
        {
            var first = record.Target is { } target && target.Payload == seen.Payload ? target.Envelope : record.NewestEnvelope;
            evidence.Keep(new Equivocation(channel.Name, seen, first, contradicting, found.Release.Envelope.ToArray(), time.GetUtcNow()));
        }
    }

    private Discovery Accept(ChannelRecord record, ChannelRecord known, PollResult.Found found, VerifiedRelease release)
    {
        if (release.Seen == record.HighestSeen && record.Target?.Payload == release.Seen.Payload)
        {
            // The site has this release already, perhaps with one signature less: nothing new to do, and no later release is refused any more.
            return new Discovery(new Transition(
                known with { SeenArtifact = found.Artifact, Refused = record.IsTargetRefused ? record.Refused : null, ForOthers = null }));
        }

        return TakeTarget(known with { Tag = null }, found.Artifact, found.Release.Envelope.ToArray(), release);
    }

    // A plain tag has no order: the bundle that it names is the target if the policy accepts its signatures. They are verified before the target changes:
    // otherwise a person who can move the tag could end an activation with an unsigned bundle.
    private async Task<Discovery> FollowAsync(ChannelRecord record, BundleRevision bundle, CancellationToken cancellationToken)
    {
        // No release counts here, and so nothing expires.
        record = record with { NewestExpires = null, NewestEnvelope = null, FrozenSince = null };
        if (record.Target is { IsOfTag: true } target && target.Summary.Digest == bundle.Digest)
        {
            return new Discovery(new Transition(record with { SeenArtifact = bundle.Digest, Refused = record.IsTargetRefused ? record.Refused : null, ForOthers = null }));
        }

        var number = (record.Tag?.Number ?? 0) + 1;
        VerifiedBundle proof;
        try
        {
            proof = await verify.RunAsync(bundle, cancellationToken);
        }
        catch (EdgeSyncException distrust) when (Preparation.IsDistrust(distrust))
        {
            var claim = new AcknowledgedRelease(channel.Name, Sequence: 0, bundle.Digest, bundle.Name, bundle.Version);
            return Refuse(record, bundle.Digest, distrust.Reason, distrust.Message, distrust.Hint, claim);
        }

        var now = time.GetUtcNow();
        var note = new TagNote { Channel = channel.Name, Number = number, Bundle = bundle, At = now }.ToBytes();
        var named = record.Tag?.Named ?? [];
        var tag = new FollowedTag($"{channel.Repository}:{channel.Tag}", number, [bundle.Digest, .. named.Where(other => other != bundle.Digest).Take(NamedLength - 1)])
        {
            IsBack = named.Contains(bundle.Digest),
        };
        return ReleaseVerifier.VerifyTag(note, proof, site.ExpectationFor(channel, now)) is ReleaseVerdict.Accepted { Release: var release }
            ? TakeTarget(record with { Tag = tag }, bundle.Digest, note, release)
            : Refuse(record, bundle.Digest, ReasonCodes.ReleaseMalformed, $"the name or version of the bundle that the tag {tag.Reference} names cannot be used", "Build the bundle again.", release: null);
    }

    private Discovery TakeTarget(ChannelRecord known, Digest artifact, byte[] envelope, VerifiedRelease release)
    {
        if (known.FindQuarantine(release.Acknowledged.Digest) is { } failed && !release.Record.RetryFailed)
        {
            var (reason, message, hint) = failed.Describe();
            return Refuse(known, artifact, reason, message, hint, release.Acknowledged);
        }

        var next = known with
        {
            Quarantined = [.. known.Quarantined.Where(other => other.Digest != release.Acknowledged.Digest)],
            SeenArtifact = artifact,
            NewestEnvelope = null,
            Target = new ReleaseCopy(release.Acknowledged, release.Seen.Payload, envelope) { Artifact = artifact },
            Progress = TargetProgress.Received,
            Refused = null,
            ForOthers = null,
            WaitingFor = null,
            Failure = null,
            Since = time.GetUtcNow(),
        };
        var received = new AcknowledgementDraft(AcknowledgementEvent.Received, release.Acknowledged)
        {
            Stage = PipelineStage.Discover,
            Message = known.Tag?.Describe() ?? DescribeUrgency(release),
        };
        return new Discovery(new Transition(next, received)
        {
            Log = logger =>
            {
                if (known.Tag is { } tag)
                {
                    logger.LogTagNames(channel.Name, release.Record.Bundle.Digest, tag.Describe());
                }
                else
                {
                    logger.LogReceived(channel.Name, release.Record.Sequence, release.Record.Bundle.Digest);
                }
            },
        })
        {
            Accepted = release,
        };
    }

    private static string? DescribeUrgency(VerifiedRelease release) => !release.Record.Urgent ? null
        : release.IsUrgent ? $"urgent, as {string.Join(", ", release.Signers)} may say: it waits for no window"
        : "says that it is urgent, which the trust policy does not let its signers say: it waits for its window";

    // Not a refusal, and HQ need not hear of it: the release never was for this site. It counts as seen, so that no older one is accepted.
    private static Discovery PassOver(ChannelRecord record, PollResult.Found found, ReleaseVerdict.Rejected other) => new(new Transition(record with
    {
        SeenArtifact = found.Artifact,
        Refused = record.IsTargetRefused ? record.Refused : null,
        ForOthers = other.Claim.Sequence,
    })
    {
        Log = other.Claim.Sequence == record.ForOthers ? null : logger => logger.LogForOthers(record.Channel, other.Claim.Sequence),
    });

    private Discovery Refuse(
        ChannelRecord record, Digest artifact, string reason, string message, string? hint, AcknowledgedRelease? release)
    {
        var refusal = new Refusal(artifact, reason, message, hint, release);
        var seen = record with { SeenArtifact = artifact, ForOthers = null };
        return new Discovery(record.Refused == refusal
            ? new Transition(seen)
            : new Transition(
                seen with { Refused = refusal, Since = time.GetUtcNow() },
                new AcknowledgementDraft(AcknowledgementEvent.Rejected, release)
                {
                    Stage = PipelineStage.Discover,
                    Reason = reason,
                    Message = message,
                })
            {
                Log = logger => logger.LogRefused(channel.Name, reason, message),
            });
    }
}

/// <summary>What a poll led to.</summary>
/// <param name="Transition">What to commit.</param>
internal sealed record Discovery(Transition Transition)
{
    /// <summary>The release that is the new target; null where the target stays.</summary>
    public VerifiedRelease? Accepted { get; init; }
}

/// <summary>
/// Limits how often a refused release is fetched again because somebody may have added signatures to it: each time after a quarter of the time that has
/// passed since the first, and at least every quarter of an hour. Without this, anybody who may push to the registry could make a site fetch junk with
/// every poll.
/// </summary>
internal sealed class PollThrottle(TimeProvider time)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(15);

    private Digest? _artifact;
    private long _first;
    private long _last;

    /// <summary>Whether this artifact is due to be fetched again; if it is, it counts as fetched. Not safe for use by several threads.</summary>
    public bool IsDue(Digest artifact)
    {
        var now = time.GetTimestamp();
        if (_artifact != artifact)
        {
            (_artifact, _first, _last) = (artifact, now, now);
            return true;
        }

        var quarter = time.GetElapsedTime(_first, now) / 4;
        if (time.GetElapsedTime(_last, now) < (quarter < LongestPause ? quarter : LongestPause))
        {
            return false;
        }

        _last = now;
        return true;
    }
}
