using EdgeSync.Contracts;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Signing.Releases;

/// <summary>
/// Whether a release record is signed as the rule for its place asks: the part of <see cref="ReleaseVerifier"/>'s judgement that is the same at every
/// site. Order, time and selector are not looked at.
/// </summary>
public static class ReleaseSignatures
{
    /// <summary>Judges a release at this time.</summary>
    public static ReleaseSignaturesVerdict Judge(SignedRelease release, TrustPlace place, TrustPolicy policy, DateTimeOffset now)
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
        var problem = signers.Problem ?? (signers.AreEnough ? FindProblem(signers.Payload.Span, place) : null);
        var signatures = new TrustCheck("signatures", signers.AreEnough, signers.Summary, signers.Evidence);
        var record = new TrustCheck("record", problem is null, problem ?? "the record can be followed", []);
        var reason = problem is not null ? ReasonCodes.ReleaseMalformed : signatures.Passed ? null : ReasonCodes.ThresholdNotMet;
        return reason is null
            ? new ReleaseSignaturesVerdict(rule.Name, [signatures, record], null, null, null)
            : new ReleaseSignaturesVerdict(
                rule.Name, [signatures, record], reason, $"the release does not meet the rule '{rule.Name}': {problem ?? signers.Summary}",
                ReleaseVerifier.SignHint);
    }

    private static string? FindProblem(ReadOnlySpan<byte> payload, TrustPlace place) =>
        !ReleaseRecordReader.TryRead(payload, out var record, out var problem) ? problem
        : place.Channel is { } channel && record.Channel != channel ? $"it was signed for channel '{record.Channel}', not for '{channel}'"
        : null;
}
