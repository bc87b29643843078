using System.Globalization;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Releases;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Signing.Releases;

/// <summary>
/// Whether a release record is signed as the rule for its place asks: the part of <see cref="ReleaseVerifier"/>'s judgement that is the same at every
/// site. Order, time and selector are not looked at.
/// </summary>
public static class ReleaseSignatures
{
    /// <summary>Judges the envelope's bytes.</summary>
    public static ReleaseSignaturesVerdict Judge(ReadOnlyMemory<byte> envelope, TrustPlace place, TrustPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(place);
        ArgumentNullException.ThrowIfNull(policy);
        if (policy.FindReleaseRule(place) is not { } rule)
        {
            return new ReleaseSignaturesVerdict(
                null, [], ReasonCodes.NoTrustRule, $"no rule for releases fits {place}", "Add a rule for this repository and channel to the trust policy.");
        }

        var verdict = DsseVerifier.Verify(envelope.Span, ReleaseRecord.MediaType, rule.Keys.Keys, rule.Keys.Threshold);
        var (signers, problem) = verdict switch
        {
            DsseVerdict.Valid valid => (valid.Keys, FindProblem(valid.Payload.Span, place)),
            DsseVerdict.ThresholdNotMet few => (few.Keys, null),
            DsseVerdict.Malformed malformed => ([], malformed.Problem),
            _ => throw new InvalidOperationException("an envelope is valid, short of signatures or malformed"),
        };
        var summary = string.Create(CultureInfo.InvariantCulture, $"{signers.Count} of {rule.Keys.Threshold} trusted signatures");
        var signatures = new TrustCheck("signatures", signers.Count >= rule.Keys.Threshold, summary, [.. signers.Select(key => $"a signature by {key}")]);
        var record = new TrustCheck("record", problem is null, problem ?? "the record can be followed", []);
        var reason = problem is not null ? ReasonCodes.ReleaseMalformed : signatures.Passed ? null : ReasonCodes.ThresholdNotMet;
        return reason is null
            ? new ReleaseSignaturesVerdict(rule.Name, [signatures, record], null, null, null)
            : new ReleaseSignaturesVerdict(
                rule.Name, [signatures, record], reason, $"the release does not meet the rule '{rule.Name}': {problem ?? summary}",
                "Sign the release with keys that the policy names ('edgesync release sign'), or correct the policy.");
    }

    private static string? FindProblem(ReadOnlySpan<byte> payload, TrustPlace place) =>
        !ReleaseRecordReader.TryRead(payload, out var record, out var problem) ? problem
        : place.Channel is { } channel && record.Channel != channel ? $"it was signed for channel '{record.Channel}', not for '{channel}'"
        : null;
}
