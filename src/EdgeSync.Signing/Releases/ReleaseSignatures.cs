using EdgeSync.Contracts;
using EdgeSync.Contracts.Releases;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Signing.Releases;

/// <summary>
/// Whether a release record is signed as the rule for its place requires, and has not expired: the part of <see cref="ReleaseVerifier"/>'s checks that
/// is the same at every site. It does not check what a site has seen before, nor its labels.
/// </summary>
public static class ReleaseSignatures
{
    /// <summary>Verifies a release at this time.</summary>
    public static ReleaseSignaturesVerdict Verify(SignedRelease release, TrustPlace place, TrustPolicy policy, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(release);
        ArgumentNullException.ThrowIfNull(place);
        ArgumentNullException.ThrowIfNull(policy);
        if (policy.FindReleaseRule(place) is not { } rule)
        {
            return new ReleaseSignaturesVerdict(
                null, [], ReasonCodes.NoTrustRule, $"no rule for releases fits {place}", "Add a rule for this repository and channel to the trust policy.");
        }

        var signers = ReleaseSigners.Find(release, rule, now);
        var signatures = new TrustCheck("signatures", signers.AreEnough, signers.Summary, signers.Evidence);
        var (record, reason, hint) = signers.Problem is { } unreadable ? Malformed(unreadable)
            : signers.AreEnough ? VerifyRecord(signers.Payload.Span, place, now)
            : (Failed("not read: too few have signed it"), ReasonCodes.ThresholdNotMet, ReleaseVerifier.SignHint);
        return new ReleaseSignaturesVerdict(
            rule.Name, [signatures, record], reason,
            reason is null ? null : $"the release does not meet the rule '{rule.Name}': {(signatures.Passed || signers.Problem is not null ? record : signatures).Summary}", hint);
    }

    private static (TrustCheck Check, string? Reason, string? Hint) VerifyRecord(ReadOnlySpan<byte> payload, TrustPlace place, DateTimeOffset now)
    {
        if (!ReleaseRecordReader.TryRead(payload, out var record, out var problem))
        {
            return Malformed(problem);
        }

        if (place.Channel is { } channel && record.Channel != channel)
        {
            return (Failed($"it was signed for channel '{record.Channel}', not for '{channel}'"), ReasonCodes.WrongChannel, ReleaseVerifier.ChannelHint);
        }

        var name = $"release {ReleaseNumber.Describe(record.Sequence, record.Epoch)} of channel '{record.Channel}'";
        return now >= record.ExpiresAt
            ? (Failed($"{name} expired at {record.ExpiresAt.UtcDateTime:u}; no site begins anything with it"), ReasonCodes.ReleaseExpired, ReleaseVerifier.ExpiredHint)
            : (new TrustCheck("record", Passed: true, $"{name}, until {record.ExpiresAt.UtcDateTime:u}", []), null, null);
    }

    private static (TrustCheck Check, string? Reason, string? Hint) Malformed(string problem) =>
        (Failed(problem), ReasonCodes.ReleaseMalformed, "Publish the release again ('edgesync release publish').");

    private static TrustCheck Failed(string problem) => new("record", Passed: false, problem, []);
}
