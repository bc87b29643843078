using System.Text;
using System.Text.Json;
using EdgeSync.Oci.References;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Oci.Registries.Authentication;

/// <summary>
/// Logins from docker's configuration file, as <c>docker login</c> and <c>oras login</c> write it. Credential helpers are programs that
/// somebody else's file would have the agent run: they are named in the failure, never run.
/// </summary>
public sealed class DockerConfigFile
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
            if (new FileInfo(path).Length > MaxSize)
            {
                throw Invalid(path, $"it has more than {MaxSize} bytes");
            }

            var bytes = await File.ReadAllBytesAsync(path, cancellationToken);
            var config = JsonSerializer.Deserialize(bytes, RegistryJsonContext.Default.DockerConfig);
            return new DockerConfigFile(path, config ?? throw Invalid(path, "it is empty"));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            // A JSON message can quote what it stumbled over, which may be a secret; only its place is told.
            var why = failure is JsonException json ? $"it is not valid JSON (line {json.LineNumber + 1})" : failure.Message;
            throw Invalid(path, why, failure is JsonException ? null : failure);
        }
    }

    /// <summary>
    /// The login for this registry (host, or host and port), or null where the file has none. Throws <see cref="RegistryException"/> where
    /// only a credential helper has it, or the entry cannot be read.
    /// </summary>
    public RegistryCredential? Find(string registry)
    {
        var entry = _config.Auths?.FirstOrDefault(pair => Names(pair.Key, registry)).Value;
        if (entry is not null && ToCredential(registry, entry) is { } credential)
        {
            return credential;
        }

        var helper = _config.CredHelpers?.FirstOrDefault(pair => Names(pair.Key, registry)).Value
            ?? (entry is null ? null : _config.CredsStore);
        return helper is null
            ? null
            : throw Invalid(_path, $"the login for '{registry}' is kept by the credential helper '{helper}', which is not run; "
                + "write an 'auths' entry with 'auth', or use other credentials");
    }

    private RegistryCredential? ToCredential(string registry, DockerConfigEntry entry)
    {
        if (!string.IsNullOrEmpty(entry.RegistryToken))
        {
            return RegistryCredential.FromRegistryToken(entry.RegistryToken);
        }

        if (!string.IsNullOrEmpty(entry.IdentityToken))
        {
            return RegistryCredential.FromIdentityToken(entry.IdentityToken);
        }

        if (!string.IsNullOrEmpty(entry.Username))
        {
            return RegistryCredential.FromPassword(entry.Username, entry.Password ?? "");
        }

        return string.IsNullOrEmpty(entry.Auth) ? null : Decode(registry, entry.Auth);
    }

    private RegistryCredential Decode(string registry, string auth)
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

        throw Invalid(_path, $"the 'auth' of '{registry}' is not the base64 of user:password");
    }

    private static bool Names(string key, string registry)
    {
        if (registry == OciReference.DockerHub && key is LegacyHubKey or "index.docker.io" or "registry-1.docker.io")
        {
            return registry == OciReference.DockerHub;
        }

        var host = key;
        var scheme = host.IndexOf("://", StringComparison.Ordinal);
        host = scheme < 0 ? host : host[(scheme + 3)..];
        var slash = host.IndexOf('/', StringComparison.Ordinal);
        host = slash < 0 ? host : host[..slash];
        return host.Equals(registry, StringComparison.OrdinalIgnoreCase);
    }

    private static RegistryException Invalid(string path, string why, Exception? cause = null) =>
        new(RegistryReasons.CredentialsInvalid, $"the credentials file '{path}' cannot be used: {why}", cause)
        {
            Subject = path,
            Disposition = Disposition.Stalled,
            ExitCode = ExitCodes.BadConfiguration,
        };
}
