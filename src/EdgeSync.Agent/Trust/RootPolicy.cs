using EdgeSync.Agent.Configuration;
using EdgeSync.Contracts.Trust;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Roots;

namespace EdgeSync.Agent.Trust;

/// <summary>Makes the policy that a site goes by of its newest root and of what was revoked.</summary>
internal static class RootPolicy
{
    /// <summary>The policy; where the root's policy text cannot be used, one that accepts nothing, and why.</summary>
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

    /// <summary>Reads a policy that travels alone: its keys must stand in it, for files beside it would be those of each site. Null with the first fault.</summary>
    public static TrustPolicy? TryRead(string text, out string problem)
    {
        var faults = new List<ConfigurationFault>();
        var policy = TrustFile.ReadAlone("trust.yaml", text, faults);
        problem = string.Join("; ", faults.Take(3));
        return policy;
    }
}
