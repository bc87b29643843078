using EdgeSync.Signing.Verification;

namespace EdgeSync.Signing.Releases;

/// <summary>The result of <see cref="ReleaseSignatures"/>.</summary>
/// <param name="Rule">The rule that was chosen; null if no rule fits.</param>
/// <param name="Checks">Every item of the rule with its evidence.</param>
/// <param name="Reason">The reason code; null if the rule is met.</param>
/// <param name="Message">Why not, in one sentence; null if the rule is met.</param>
/// <param name="Hint">What an operator can do; null if the rule is met.</param>
public sealed record ReleaseSignaturesVerdict(string? Rule, IReadOnlyList<TrustCheck> Checks, string? Reason, string? Message, string? Hint);
