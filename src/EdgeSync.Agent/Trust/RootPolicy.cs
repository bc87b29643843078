using System.Globalization;
using EdgeSync.Contracts.Trust;
using EdgeSync.Primitives;
using EdgeSync.Reconciliation.State;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Roots;
using EdgeSync.Yaml;

namespace EdgeSync.Agent.Trust;

/// <summary>Makes a site's policy from its newest root and the revocations.</summary>
internal static class RootPolicy
{
    /// <summary>The policy; when the root's policy text cannot be used, a policy that accepts nothing, and the fault.</summary>
    public static (TrustPolicy Policy, RootFault? Fault) Of(TrustState state)
    {
        var head = state.Chain.Head;
        if (head.Record.Policy is not { } text)
        {
            return (new TrustPolicy(head.Releases, head.Bundles).Without(state.RevokedKeys), null);
        }

        return TryRead(text.Text, out var problem) is { } policy
            ? (policy.Without(state.RevokedKeys), null)
            : (new TrustPolicy([], []), new RootFault(
                TrustReasons.RootMalformed,
                $"the policy in trust root {head.Version} cannot be used, and nothing new is accepted: {problem}",
                "Publish the next trust root with a policy that this version of edgesync reads, or update edgesync."));
    }

    /// <summary>Reads a policy that is delivered without files: its keys must be in the text. Null with the first faults.</summary>
    public static TrustPolicy? TryRead(string text, out string problem)
    {
        var faults = new List<YamlFault>();
        var policy = TrustFile.ReadAlone("trust.yaml", text, faults);
        problem = string.Join("; ", faults.Take(3));
        return policy;
    }
}

/// <summary>The trust that a site uses at a moment, and the policy made from it.</summary>
/// <param name="State">The newest root and revocations.</param>
/// <param name="Marks">The highest numbers that the site has ever seen.</param>
/// <param name="Policy">The policy.</param>
/// <param name="PolicyFault">Why the root's policy text cannot be used, or null.</param>
/// <param name="Refused">The newest refused record, or null.</param>
/// <param name="Generation">Grows with each change.</param>
internal sealed record TrustStanding(TrustState State, TrustMarks Marks, TrustPolicy Policy, RootFault? PolicyFault, RootFault? Refused, long Generation)
{
    public static TrustStanding Of(TrustState state, TrustMarks marks, RootFault? refused, long generation)
    {
        var (policy, fault) = RootPolicy.Of(state);
        return new TrustStanding(state, marks, policy, fault, refused, generation);
    }

    /// <summary>Why nothing new is accepted, or null.</summary>
    public RootFault? FindDoubt(DateTimeOffset now) => State.FindDoubt(Marks, now) ?? PolicyFault;

    /// <summary>Why nothing new is accepted, or else the newest refused record; null where all is well.</summary>
    public RootFault? FindFault(DateTimeOffset now) => FindDoubt(now) ?? Refused;

    /// <summary>Why this bundle must not be activated even with valid signatures; null when it was not revoked.</summary>
    public Failure? FindRevocation(Digest bundle) => State.Revocations is { } list && list.Bundles.Contains(bundle)
        ? new Failure(
            TrustReasons.BundleRevoked,
            $"the bundle {bundle.ToShortString()} was revoked by list {list.Record.Number.ToString(CultureInfo.InvariantCulture)}{(list.Record.Note is { } note ? $": {note}" : "")}",
            "Publish a release with another bundle; what is revoked stays revoked.")
        : null;
}
