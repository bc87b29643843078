using EdgeSync.Signing.Verification;

namespace EdgeSync.Signing.Releases;

/// <summary>What <see cref="ReleaseSignatures"/> found.</summary>
/// <param name="Rule">The rule that was chosen; null where none fits.</param>
/// <param name="Checks">Every item of the rule with its evidence.</param>
/// <param name="Reason">The reason code; null where the rule is met.</param>
/// <param name="Message">Why not, in one sentence; null where the rule is met.</param>
/// <param name="Hint">What an operator can do; null where the rule is met.</param>
public sealed record ReleaseSignaturesVerdict(string? Rule, IReadOnlyList<TrustCheck> Checks, string? Reason, string? Message, string? Hint);
