using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeSync.Agent.Configuration;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Storage;

namespace EdgeSync.Agent.Support;

/// <summary>Collects the secrets that this site has, so that <see cref="SecretFilter"/> can look for them. What this user may not read cannot be in what he writes.</summary>
internal static class SiteSecrets
{
    private const int MaxBytes = 1 << 20;

    public static IReadOnlyList<string> Find(AgentConfiguration configuration, IReadOnlyDictionary<string, string> environment)
    {
        var secrets = new List<string>();
        foreach (var registry in configuration.Registries)
        {
            secrets.AddRange(new[] { registry.PasswordFile, registry.TokenFile, registry.ClientKeyFile }.OfType<string>().SelectMany(OfFile));
            secrets.AddRange(registry.DockerConfig is { } docker ? OfDocker(docker) : []);
        }

        secrets.AddRange(configuration.Values.Values.SelectMany(value => value.Text is { } text ? [text] : OfSource(value.Source!)));
        secrets.AddRange(new[] { configuration.Hq?.KeyFile, configuration.Hq?.LedgerKeyFile }.OfType<string>().SelectMany(OfFile));
        secrets.AddRange(OfFolder(configuration.IdentityDirectory));
        secrets.AddRange(OfKubeconfig(configuration.Cluster.Kubeconfig));
        secrets.AddRange(OfEnvironment(environment));
        return secrets;
    }

    private static string? Read(string path) => BoundedFile.Read(path, MaxBytes, out _) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    // The whole, and each line: a key is quoted in parts, too.
    private static IEnumerable<string> OfFile(string path) => Read(path) is { } text
        ? text.Split('\n').Append(text).Select(line => line.Trim()).Where(line => line.Length > 0 && !line.StartsWith("-----", StringComparison.Ordinal))
        : [];

    private static IEnumerable<string> OfFolder(string folder)
    {
        try
        {
            return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.key", SearchOption.AllDirectories).SelectMany(OfFile)] : [];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static IEnumerable<string> OfSource(Bundles.Values.SecretSource source)
    {
        try
        {
            return source.Read() is var secret ? [secret, .. secret.Split('\n')] : [];
        }
        catch (EdgeSyncException)
        {
            return [];
        }
    }

    private static IEnumerable<string> OfDocker(string path)
    {
        JsonNode? root;
        try
        {
            root = Read(path) is { } text ? JsonNode.Parse(text) : null;
        }
        catch (JsonException)
        {
            yield break;
        }

        foreach (var (_, login) in root.At("auths") as JsonObject ?? [])
        {
            foreach (var name in (string[])["auth", "password", "identitytoken", "registrytoken"])
            {
                if (login.Text(name) is not { } secret)
                {
                    continue;
                }

                yield return secret;
                var decoded = new byte[secret.Length];
                if (name == "auth" && Convert.TryFromBase64String(secret, decoded, out var length) && Encoding.UTF8.GetString(decoded, 0, length).Split(':', 2) is [_, var password])
                {
                    yield return password;
                }
            }
        }
    }

    // Every scalar of the file whose key is that of a secret; the file may be in any form that YAML has.
    private static IEnumerable<string> OfKubeconfig(string path)
    {
        foreach (var line in Read(path)?.Split('\n') ?? [])
        {
            var parts = line.Trim().TrimStart('-').Trim().Split(':', 2);
            if (parts is [var key, var value] && key.Trim().Trim('"') is ("token" or "password" or "client-key-data") && value.Trim().Trim('"', '\'') is { Length: > 0 } secret)
            {
                yield return secret;
            }
        }
    }

    private static IEnumerable<string> OfEnvironment(IReadOnlyDictionary<string, string> environment)
    {
        foreach (var (name, value) in environment)
        {
            if (name.EndsWith("_proxy", StringComparison.OrdinalIgnoreCase) && Uri.TryCreate(value, UriKind.Absolute, out var proxy) && proxy.UserInfo.Length > 0)
            {
                yield return proxy.UserInfo;
                yield return Uri.UnescapeDataString(proxy.UserInfo);
                foreach (var part in proxy.UserInfo.Split(':', 2).Skip(1))
                {
                    yield return part;
                    yield return Uri.UnescapeDataString(part);
                }
            }
            else if (name.Contains("PASSWORD", StringComparison.OrdinalIgnoreCase) || name.Contains("TOKEN", StringComparison.OrdinalIgnoreCase) || name.Contains("SECRET", StringComparison.OrdinalIgnoreCase))
            {
                yield return value;
            }
        }
    }
}
