using System.Text;
using System.Text.Json;
using EdgeSync.Oci.References;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Storage;

namespace EdgeSync.Oci.Registries.Authentication;

/// <summary>Logins from docker's configuration file, as docker, podman, skopeo and oras write it.</summary>
internal sealed class DockerConfigFile
{
    private const int MaxSize = 1024 * 1024;
    private const string LegacyHubKey = "https://index.docker.io/v1/";

    private readonly string _path;
    private readonly DockerConfig _config;

    private DockerConfigFile(string path, DockerConfig config)
    {
        _path = path;
        _config = config;
    }

    /// <summary>Reads the file. Throws <see cref="RegistryException"/> with <see cref="RegistryReasons.CredentialsInvalid"/>.</summary>
    public static async Task<DockerConfigFile> LoadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var bytes = await BoundedFile.ReadAsync(path, MaxSize, cancellationToken) ?? throw Invalid(path, "there is no such file");
            var config = JsonSerializer.Deserialize(bytes.AsSpan(bytes is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0), RegistryJsonContext.Default.DockerConfig);
            return new DockerConfigFile(path, config ?? throw Invalid(path, "it is empty"));
        }
        catch (JsonException failure)
        {
            // The parser's message can quote the text at the fault, which may be a secret: the message gives the place only, and the cause is left out.
            throw Invalid(path, FaultText.Describe(failure));
        }
        catch (StorageException failure)
        {
            throw Invalid(path, FileFaults.Describe(path, failure.InnerException ?? failure), failure);
        }
    }

    /// <summary>
    /// Where the login for this repository may be, best first; of the whole registry (host, or host and port) where it is null. An entry for a path
    /// counts before one for the host, the longest first, and one for another path never. Then the helper of this registry counts, the entry of the host,
    /// and last the store for all registries. Throws <see cref="RegistryException"/> for an entry that cannot be read.
    /// </summary>
    public IEnumerable<DockerLogin> Find(string registry, string? repository)
    {
        var entries = (_config.Auths ?? new Dictionary<string, DockerConfigEntry?>())
            .Select(pair => (pair.Key, Depth: DepthOf(pair.Key, registry, repository), pair.Value))
            .Where(entry => entry.Depth >= 0)
            .OrderByDescending(entry => entry.Depth)
            .ThenByDescending(entry => entry.Key == registry)
            .ToList();
        foreach (var (key, _, entry) in entries.Where(entry => entry.Depth > 0))
        {
            if (ToCredential(key, entry) is { } credential)
            {
                yield return new DockerLogin(credential, Helper: null, key);
            }
            else if (_config.CredsStore is { Length: > 0 } keeper)
            {
                yield return new DockerLogin(Credential: null, keeper, key);
            }
        }

        var server = registry == OciReference.DockerHub ? LegacyHubKey : registry;
        var helper = (_config.CredHelpers ?? new Dictionary<string, string?>())
            .Where(pair => DepthOf(pair.Key, registry, repository: null) == 0)
            .Select(pair => pair.Value)
            .FirstOrDefault(name => !string.IsNullOrEmpty(name));
        if (helper is not null)
        {
            yield return new DockerLogin(Credential: null, helper, server);
        }

        foreach (var (key, _, entry) in entries.Where(entry => entry.Depth == 0))
        {
            if (ToCredential(key, entry) is { } credential)
            {
                yield return new DockerLogin(credential, Helper: null, key);
            }
        }

        if (_config.CredsStore is { Length: > 0 } store)
        {
            // Older docker and other tools keep a login under another spelling of the host, which is then the key of an empty entry.
            foreach (var name in entries.Where(entry => entry.Depth == 0).Select(entry => entry.Key).Prepend(server).Distinct(StringComparer.Ordinal))
            {
                yield return new DockerLogin(Credential: null, store, name);
            }
        }
    }

    internal static RegistryException Invalid(string path, string why, Exception? cause = null) =>
        new(RegistryReasons.CredentialsInvalid, $"the credentials file '{path}' cannot be used: {why}", cause)
        {
            Subject = path,
            Disposition = Disposition.Stalled,
            ExitCode = ExitCodes.BadConfiguration,
        };

    private RegistryCredential? ToCredential(string key, DockerConfigEntry? entry) => entry switch
    {
        null => null,
        { RegistryToken.Length: > 0 } => RegistryCredential.FromRegistryToken(entry.RegistryToken),
        { IdentityToken.Length: > 0 } => RegistryCredential.FromIdentityToken(entry.IdentityToken),
        { Username.Length: > 0 } => RegistryCredential.FromPassword(entry.Username, entry.Password ?? ""),
        { Auth.Length: > 0 } => Decode(key, entry.Auth),
        _ => null,
    };

    private RegistryCredential Decode(string key, string auth)
    {
        var bytes = new byte[auth.Length];
        if (Convert.TryFromBase64String(auth, bytes, out var length))
        {
            var text = Encoding.UTF8.GetString(bytes, 0, length).TrimEnd('\0');
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
            {
                return RegistryCredential.FromPassword(text[..colon], text[(colon + 1)..]);
            }
        }

        throw Invalid(_path, $"the 'auth' of '{key}' is not the base64 of user:password");
    }

    // How many parts of the repository's path the key names: 0 for the host alone, -1 where it is for something else. docker writes addresses
    // (https://host/v1/), podman and skopeo write host/path.
    private static int DepthOf(string key, string registry, string? repository)
    {
        var name = key;
        var scheme = name.IndexOf("://", StringComparison.Ordinal);
        name = scheme < 0 ? name : name[(scheme + 3)..];
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        var (host, path) = slash < 0 ? (name, "") : (name[..slash], name[(slash + 1)..].Trim('/'));
        if (!IsHost(host, registry))
        {
            return -1;
        }

        if (path.Length == 0 || path is "v1" or "v2")
        {
            return 0;
        }

        var isWithin = repository is not null && (repository == path || repository.StartsWith(path + "/", StringComparison.Ordinal));
        return isWithin ? path.Count(c => c == '/') + 1 : -1;
    }

    private static bool IsHost(string host, string registry) =>
        host.Equals(registry, StringComparison.OrdinalIgnoreCase)
        || (registry == OciReference.DockerHub && (host.ToLowerInvariant() is "index.docker.io" or "registry-1.docker.io"));
}

/// <summary>Where a login may be: a credential in the file itself, or what a helper knows under a server's name.</summary>
internal sealed record DockerLogin(RegistryCredential? Credential, string? Helper, string Server);
