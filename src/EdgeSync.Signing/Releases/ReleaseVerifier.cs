using System.Globalization;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Releases;
using EdgeSync.Primitives;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Signing.Releases;

/// <summary>
/// Verifies a release record from its bytes alone. The order is fixed: signatures first, then form, channel and sequence, and last what depends on the
/// site and the time. So every authentic record advances the sequence, and a record that is not authentic changes nothing.
/// </summary>
public static partial class ReleaseVerifier
{
    internal const string SignHint =
        "Sign the release as the policy asks (keys: 'edgesync release sign'; identities and certificates: cosign or notation), or correct the policy.";

    internal const string ChannelHint = "Somebody moved a signed release to another channel's tag; check who may write to the registry.";

    internal const string ExpiredHint =
        "Publish the release again with a later expiry and a higher sequence; if it should still be valid, check this machine's clock.";

    /// <summary>Verifies a release from its bytes. Pure: the same input gives the same verdict, and no state is kept here.</summary>
    public static ReleaseVerdict Verify(SignedRelease release, ReleaseExpectation expectation, TrustPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(release);
        ArgumentNullException.ThrowIfNull(expectation);
        ArgumentNullException.ThrowIfNull(policy);
        var found = Digest.Of(release.Envelope.Span);
        var place = new TrustPlace(expectation.Repository, expectation.Channel);
        var rule = policy.FindReleaseRule(place);
        var signers = ReleaseSigners.Find(release, rule, expectation.Now);
        if (signers.Problem is { } problem)
        {
            return RejectUnreadable(problem, found, expectation);
        }

        if (rule is null)
        {
            return new ReleaseVerdict.Rejected(
                ReasonCodes.NoTrustRule, $"the release on channel '{expectation.Channel}' is not trusted: no rule for releases fits {place}",
                "Add a rule for this repository and channel to the site's trust policy.",
                ReleaseClaim.Read(signers.Payload, expectation, found));
        }

        return signers.AreEnough
            ? VerifyAuthentic(signers, expectation, found)
            : new ReleaseVerdict.Rejected(
                ReasonCodes.ThresholdNotMet, DescribeThreshold(expectation.Channel, signers, rule), SignHint,
                ReleaseClaim.Read(signers.Payload, expectation, found));
    }

    /// <summary>
    /// The verdict on something under the channel's tag that is not even an envelope (<see cref="ReleaseArtifact.TryFindEnvelope"/> says what),
    /// named by the digest of what was found.
    /// </summary>
    public static ReleaseVerdict.Rejected RejectUnreadable(string problem, Digest found, ReleaseExpectation expectation)
    {
        ArgumentNullException.ThrowIfNull(expectation);
        return new ReleaseVerdict.Rejected(
            ReasonCodes.ReleaseMalformed, $"the release on channel '{expectation.Channel}' cannot be read: {problem}",
            "Publish the release again with 'edgesync release publish'.", ReleaseClaim.Unknown(expectation, found));
    }

    /// <summary>
    /// Accepts the bundle that this site runs already, whatever today's policy says of it: what runs keeps running. The site's own record is the
    /// proof: <paramref name="payload"/> is the digest that the site stored when it accepted the release. Null where the envelope holds another payload. A bundle that
    /// came by a plain tag has a note (<see cref="TagNote"/>) in place of the envelope.
    /// </summary>
    public static RunningBundle? AcceptRunning(ReadOnlyMemory<byte> envelope, Digest payload) =>
        DsseVerifier.Verify(envelope.Span, ReleaseRecord.MediaType, [], 1) is DsseVerdict.ThresholdNotMet { UntrustedPayload: var bytes }
        && Digest.Of(bytes.Span) == payload
        && ReleaseRecordReader.TryRead(bytes.Span, out var record, out _)
            ? new RunningBundle(record)
            : AcceptRunningTag(envelope, payload);

    private static ReleaseVerdict VerifyAuthentic(ReleaseSigners signers, ReleaseExpectation expectation, Digest found)
    {
        if (!ReleaseRecordReader.TryRead(signers.Payload.Span, out var record, out var problem))
        {
            return new ReleaseVerdict.Rejected(
                ReasonCodes.ReleaseMalformed, $"the release on channel '{expectation.Channel}' is signed, but cannot be followed: {problem}",
                "Publish the release again with a matching version of edgesync.", ReleaseClaim.Read(signers.Payload, expectation, found));
        }

        var release = new VerifiedRelease(record, Digest.Of(signers.Payload.Span), signers.All) { IsUrgent = record.Urgent && signers.MayBeUrgent };
        return VerifyOrder(release, expectation) ?? VerifySite(release, expectation) ?? VerifyTime(release, expectation);
    }

    private static ReleaseVerdict.Rejected? VerifyOrder(VerifiedRelease release, ReleaseExpectation expectation)
    {
        var record = release.Record;
        if (record.Channel != expectation.Channel)
        {
            return Reject(release, ReasonCodes.WrongChannel, isNewest: false,
                $"the release on channel '{expectation.Channel}' was signed for channel '{record.Channel}'",
                ChannelHint);
        }

        if (expectation.HighestSeen is not { } seen || release.Seen == seen)
        {
            return null;
        }

        if (release.Seen.IsAbove(seen))
        {
            return record.Epoch - seen.Epoch <= ReleaseRecordReader.MaxEpochStep
                ? null
                : Reject(release, ReasonCodes.EpochTooFar, isNewest: false,
                    Invariant($"the release begins epoch {record.Epoch} of channel '{record.Channel}', and this site knows epoch {seen.Epoch}"),
                    Invariant($"An epoch is followed up to {ReleaseRecordReader.MaxEpochStep} above the last; publish under a lower one."));
        }

        return seen.IsAbove(release.Seen)
            ? Reject(release, ReasonCodes.SequenceReplayed, isNewest: false,
                $"the release has sequence {release.Seen.Describe()}, and this site has seen {seen.Describe()} on channel '{record.Channel}'",
                "To go back on purpose, publish the older bundle under a higher sequence; after a restored backup, under --new-epoch.")
            : Reject(release, ReasonCodes.SequenceEquivocation, isNewest: false,
                $"two different releases were signed with sequence {release.Seen.Describe()} on channel '{record.Channel}': "
                + $"{seen.Payload} came first, and now {release.Seen.Payload}",
                "Find out who signed twice, then publish the wanted release under a higher sequence.") with { Contradicts = release.Seen };
    }

    private static ReleaseVerdict.Rejected? VerifySite(VerifiedRelease release, ReleaseExpectation expectation)
    {
        var record = release.Record;
        if (record.Sites is { } sites && !sites.Matches(expectation.SiteLabels))
        {
            return Reject(release, ReasonCodes.NotForThisSite, isNewest: true,
                Invariant($"release {release.Seen.Describe()} of channel '{record.Channel}' is for other sites"),
                "Nothing to do, unless this site's labels are wrong.");
        }

        return record.MinimumAgent is { } minimum && !AgentVersion.Reaches(expectation.AgentVersion, minimum)
            ? Reject(release, ReasonCodes.AgentTooOld, isNewest: true,
                Invariant($"release {release.Seen.Describe()} needs agent {minimum}, and this is {expectation.AgentVersion}"), "Update edgesync at this site.")
            : null;
    }

    private static ReleaseVerdict VerifyTime(VerifiedRelease release, ReleaseExpectation expectation)
    {
        var record = release.Record;
        if (release.Seen.Payload == expectation.Active)
        {
            return new ReleaseVerdict.Accepted(release);
        }

        if (expectation.Now >= record.ExpiresAt)
        {
            return Reject(release, ReasonCodes.ReleaseExpired, isNewest: true,
                Invariant($"release {release.Seen.Describe()} of channel '{record.Channel}' expired at {record.ExpiresAt.UtcDateTime:u}"),
                ExpiredHint);
        }

        return record.NotBefore is { } notBefore && expectation.Now < notBefore
            ? new ReleaseVerdict.NotYet(release, notBefore)
            : new ReleaseVerdict.Accepted(release);
    }

    private static ReleaseVerdict.Rejected Reject(VerifiedRelease release, string reason, bool isNewest, string message, string hint) =>
        new(reason, message, hint, release.Acknowledged, isNewest ? release : null);

    private static string DescribeThreshold(string channel, ReleaseSigners signers, ReleaseRule rule)
    {
        var text = signers.All.Count == 0
            ? Invariant($"the release on channel '{channel}' has no valid signature of a trusted signer; the rule '{rule.Name}' asks for {rule.Threshold}")
            : Invariant($"the release on channel '{channel}' is signed by {string.Join(", ", signers.All)}; the rule '{rule.Name}' asks for {rule.Threshold} different ones");
        var found = signers.Evidence.Distinct().Take(3).ToList();
        return signers.All.Count == 0 && found.Count > 0 ? $"{text}; found: {string.Join("; ", found)}" : text;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
