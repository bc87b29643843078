using EdgeSync.Contracts.Messaging;
using EdgeSync.Primitives;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Roots;

namespace EdgeSync.Agent.Trust;

/// <summary>A site's current trust, for people and scripts.</summary>
internal sealed record TrustView
{
    public required string Fleet { get; init; }

    /// <summary>The version of the current root.</summary>
    public required long Version { get; init; }

    /// <summary>The version that was pinned at installation.</summary>
    public required long Pinned { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The digest of the root's signed bytes.</summary>
    public required Digest Payload { get; init; }

    public required TrustRoleView Roots { get; init; }

    public required TrustRoleView Releases { get; init; }

    public required TrustRoleView Bundles { get; init; }

    /// <summary>The digest of the policy in the root; null when the root has the two roles.</summary>
    public Digest? Policy { get; init; }

    /// <summary>Who may say that a release is urgent, one entry for each rule of the policy that lets somebody; null where nobody may.</summary>
    public IReadOnlyList<UrgentRuleView>? Urgent { get; init; }

    public required IReadOnlyList<Digest> RevokedKeys { get; init; }

    public required IReadOnlyList<Digest> RevokedBundles { get; init; }

    /// <summary>The number of the newest list of revocations, or null.</summary>
    public long? Revocations { get; init; }

    /// <summary>The list's note, or null.</summary>
    public string? Note { get; init; }

    /// <summary>The reason code when the trust is in doubt or a newer root was refused; or null.</summary>
    public string? Reason { get; init; }

    public string? Message { get; init; }

    public string? Hint { get; init; }

    public static TrustView Of(TrustState state, RootFault? fault)
    {
        var head = state.Chain.Head;
        return new TrustView
        {
            Fleet = head.Record.Fleet,
            Version = head.Version,
            Pinned = state.Chain.Links[0].Root.Version,
            IssuedAt = head.Record.IssuedAt,
            ExpiresAt = head.Record.ExpiresAt,
            Payload = head.Payload,
            Roots = RoleOf(head.Roots, state.RevokedKeys),
            Releases = RoleOf(head.Releases, state.RevokedKeys),
            Bundles = RoleOf(head.Bundles, state.RevokedKeys),
            Policy = head.Record.Policy?.Digest,
            Urgent = UrgentRuleView.Of(RootPolicy.Of(state).Policy) is { Count: > 0 } urgent ? urgent : null,
            RevokedKeys = [.. state.RevokedKeys],
            RevokedBundles = [.. state.RevokedBundles],
            Revocations = state.Revocations?.Record.Number,
            Note = state.Revocations?.Record.Note,
            Reason = fault?.Reason,
            Message = fault?.Message,
            Hint = fault?.Hint,
        };
    }

    /// <summary>The same in a site's status.</summary>
    public static TrustStatus StatusOf(TrustState state, RootFault? fault) => new()
    {
        Version = state.Chain.Head.Version,
        ExpiresAt = state.Chain.Head.Record.ExpiresAt,
        Revocations = state.Revocations?.Record.Number,
        Reason = fault?.Reason,
        Message = fault?.Message,
        Hint = fault?.Hint,
    };

    private static TrustRoleView RoleOf(KeyRing ring, IReadOnlySet<Digest> revoked) => new(
        [.. ring.Keys.Select(key => new TrustKeyView(key.Name, key.Id, revoked.Contains(key.Id)))], ring.Threshold);
}

/// <summary>A role, for people and scripts.</summary>
/// <param name="Keys">Its keys.</param>
/// <param name="Threshold">How many different ones must sign.</param>
internal sealed record TrustRoleView(IReadOnlyList<TrustKeyView> Keys, int Threshold);

/// <summary>Who may say that a release is urgent, by one rule, for people and scripts.</summary>
/// <param name="Rule">The rule of the policy.</param>
/// <param name="Authorities">Who may say so.</param>
/// <param name="Threshold">How many of them must sign.</param>
internal sealed record UrgentRuleView(string Rule, IReadOnlyList<string> Authorities, int Threshold)
{
    /// <summary>The rules of a policy that let somebody.</summary>
    public static IReadOnlyList<UrgentRuleView> Of(TrustPolicy policy) =>
        [.. policy.Releases.Where(rule => rule.Urgent is not null).Select(rule => new UrgentRuleView(rule.Name, [.. rule.Urgent!.Authorities.Select(authority => authority.Name)], rule.Urgent.Threshold))];
}

/// <summary>A key of a role, for people and scripts.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">Its identifier.</param>
/// <param name="Revoked">Whether it was revoked.</param>
internal sealed record TrustKeyView(string Name, Digest Id, bool Revoked);
