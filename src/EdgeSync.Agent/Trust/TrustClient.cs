using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Daemon;
using EdgeSync.Agent.Failures;
using EdgeSync.Primitives.Failures;
using EdgeSync.Signing.Policies;

namespace EdgeSync.Agent.Trust;

/// <summary>The site's trust for the verbs, with and without a running daemon.</summary>
internal sealed class TrustClient(AgentConfiguration configuration)
{
    public static AgentException NoRoot() => new("NoTrustRoot", "this site was not installed with a trust root: its keys are in its configuration")
    {
        Hint = "Change them there, under 'trust'; or install a trust root (docs/trust-roots.md).",
        ExitCode = ExitCodes.BadConfiguration,
    };

    /// <summary>The trust policy of the site's configuration. It needs no lock, so that it can be read while an agent runs.</summary>
    public static async Task<TrustPolicy> ReadPolicyAsync(AgentConfiguration configuration, CancellationToken cancellationToken) =>
        configuration.Trust.Root is { } root
            ? RootPolicy.Of((await SiteTrust.StoreOf(configuration).LoadAsync(root, configuration.Fleet, cancellationToken)).State).Policy
            : await configuration.Trust.LoadPolicyAsync(cancellationToken);

    public Task<TrustView> ShowAsync(CancellationToken cancellationToken) => SiteAccess.AskAsync(
        RequireRoot(),
        daemon => daemon.GetTrustAsync(cancellationToken),
        (SiteTrust trust) => Task.FromResult(trust.View));

    /// <summary>Imports trust roots and revocations.</summary>
    public Task<TrustAnswer> ImportAsync(TrustImport import, CancellationToken cancellationToken) => SiteAccess.AskAsync(
        RequireRoot(),
        daemon => daemon.ImportTrustAsync(import, cancellationToken),
        (SiteTrust trust) => trust.ImportAsync(import, cancellationToken));

    private AgentConfiguration RequireRoot() => configuration.Trust.Root is null ? throw NoRoot() : configuration;
}
