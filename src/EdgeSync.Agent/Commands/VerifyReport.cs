using EdgeSync.Signing.Verification;

namespace EdgeSync.Agent.Commands;

/// <summary>What <c>edgesync verify</c> prints.</summary>
/// <param name="Reference">The reference that the user asked for.</param>
/// <param name="Kind">"bundle" or "release".</param>
/// <param name="Digest">The digest that was verified.</param>
/// <param name="Repository">The repository that rules were chosen by.</param>
/// <param name="Channel">The channel that rules were chosen by.</param>
/// <param name="Trusted">The verdict.</param>
/// <param name="Rule">The rule that was chosen; null if none fits.</param>
/// <param name="Checks">Every item of the rule with its evidence.</param>
/// <param name="Reason">The reason code if it is not trusted.</param>
/// <param name="Message">Why it is not trusted.</param>
/// <param name="Hint">What to do about it.</param>
internal sealed record VerifyReport(
    string Reference,
    string Kind,
    string Digest,
    string? Repository,
    string? Channel,
    bool Trusted,
    string? Rule,
    IReadOnlyList<TrustCheck> Checks,
    string? Reason = null,
    string? Message = null,
    string? Hint = null);
