using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Enrolment;
using EdgeSync.Signing.Keys;

namespace EdgeSync.Agent.State;

/// <summary>
/// The key that signs the ledger: the enrolled key, in a file or in hardware. A site without HQ makes its own key at the first start.
/// </summary>
internal static class LedgerKey
{
    /// <summary>Whether the key exists; whether its hardware answers is another question.</summary>
    public static bool IsMade(AgentConfiguration configuration) => configuration.Hq?.LedgerKey is not null || File.Exists(PathOf(configuration));

    public static async Task<SigningKey> LoadAsync(AgentConfiguration configuration, CancellationToken cancellationToken)
    {
        if (configuration.Hq?.LedgerKey is { } address)
        {
            var identity = new SiteIdentity(configuration.IdentityDirectory);
            return SigningKey.InHardware(address, await identity.LoadHardwareKeyAsync(cancellationToken));
        }

        var path = PathOf(configuration);
        if (configuration.Hq is null && !File.Exists(path))
        {
            using var made = SigningKey.Create("ledger");
            await SigningKeyFile.SaveNewAsync(made, Path.ChangeExtension(path, null), password: null, cancellationToken);
        }

        return await SigningKeyFile.LoadAsync(path, password: null, cancellationToken);
    }

    private static string PathOf(AgentConfiguration configuration) =>
        configuration.Hq?.LedgerKeyFile ?? Path.Combine(configuration.IdentityDirectory, "ledger.key");
}
