using System.Text;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Storage;

namespace EdgeSync.Oci.Registries.Authentication;

/// <summary>Credentials in files of their own, one secret in each: user name and password, or a bearer token. The files are read each time.</summary>
public sealed class CredentialFiles : ICredentialSource
{
    private const int MaxSize = 64 * 1024;

    private readonly string? _userFile;
    private readonly string _secretFile;

    private CredentialFiles(string? userFile, string secretFile)
    {
        _userFile = userFile;
        _secretFile = secretFile;
    }

    /// <summary>User name and password.</summary>
    public static CredentialFiles OfPassword(string userNameFile, string passwordFile) => new(userNameFile, passwordFile);

    /// <summary>A bearer token that is sent to the registry as it is.</summary>
    public static CredentialFiles OfToken(string tokenFile) => new(userFile: null, tokenFile);

    /// <inheritdoc/>
    public async Task<RegistryCredential?> FindAsync(string? repository, CancellationToken cancellationToken)
    {
        var secret = await ReadAsync(_secretFile, cancellationToken);
        return _userFile is null
            ? RegistryCredential.FromRegistryToken(secret)
            : RegistryCredential.FromPassword(await ReadAsync(_userFile, cancellationToken), secret);
    }

    /// <inheritdoc/>
    public void Forget()
    {
    }

    private static async Task<string> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var bytes = await BoundedFile.ReadAsync(path, MaxSize, cancellationToken) ?? throw Unreadable(path, "there is no such file");
            var text = Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF').Trim();
            return text.Length > 0 ? text : throw Unreadable(path, "it is empty");
        }
        catch (StorageException failure) when (failure.Reason is "FileUnreadable" or "FileTooLarge")
        {
            throw Unreadable(path, FileFaults.Describe(path, failure.InnerException ?? failure), failure);
        }
    }

    private static StorageException Unreadable(string path, string why, Exception? cause = null) =>
        new("CredentialUnreadable", $"cannot read the credential file '{path}': {why}", cause)
        {
            Subject = path,
            Hint = "Put the file in place, readable for the agent only.",
        };
}
