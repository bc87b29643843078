using EdgeSync.Agent.Configuration;
using EdgeSync.Signing.Keys;

namespace EdgeSync.Agent.State;

/// <summary>The key that signs the ledger: the enrolled one, or for a site without HQ one of its own, made at the first start.</summary>
internal static class LedgerKey
{
    /// <summary>Where it is, or will be.</summary>
    public static string PathOf(AgentConfiguration configuration) =>
        configuration.Hq?.LedgerKeyFile ?? Path.Combine(configuration.IdentityDirectory, "ledger.key");

    public static async Task<SigningKey> LoadAsync(AgentConfiguration configuration, CancellationToken cancellationToken)
    {
        var path = PathOf(configuration);
        if (configuration.Hq is null && !File.Exists(path))
        {
            using var made = SigningKey.Create("ledger");
            await SigningKeyFile.SaveNewAsync(made, Path.ChangeExtension(path, null), password: null, cancellationToken);
        }

        return await SigningKeyFile.LoadAsync(path, password: null, cancellationToken);
    }
}
