using System.Text;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Storage;

namespace EdgeSync.Signing.Keys;

/// <summary>Private keys on disk: <c>NAME.key</c>, which only its owner can read, and <c>NAME.pub</c> in the same folder.</summary>
public static class SigningKeyFile
{
    /// <summary>The environment variable that holds the password of encrypted keys.</summary>
    public const string PasswordVariable = "EDGESYNC_KEY_PASSWORD";

    private const UnixFileMode OthersMode =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>
    /// Writes <c>PREFIX.key</c> (mode 0600, encrypted where a password is given) and <c>PREFIX.pub</c>, durably. Replaces nothing: throws
    /// <see cref="StorageException"/> with the reason <c>AlreadyExists</c> where one of the names is taken.
    /// </summary>
    public static async Task SaveNewAsync(SigningKey key, string prefix, string? password, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentException.ThrowIfNullOrEmpty(prefix);
        var publicPath = prefix + ".pub";
        if (File.Exists(prefix + ".key"))
        {
            throw Taken(prefix + ".key");
        }

        // Writes the public half first, so that a power failure between the two does not leave an unknown private key.
        await DurableFile.WriteNewAsync(publicPath, Encoding.ASCII.GetBytes(key.PublicKey.ToPem()), DurableFile.SharedMode, cancellationToken);
        await DurableFile.WriteNewAsync(
            prefix + ".key", Encoding.ASCII.GetBytes(key.ToPem(password)), DurableFile.PrivateMode, CancellationToken.None);
    }

    /// <summary>
    /// Loads a private key. Throws <see cref="SigningException"/> if the file is missing, if users other than its owner may access it, or
    /// if the key cannot be used.
    /// </summary>
    public static async Task<SigningKey> LoadAsync(string path, string? password, CancellationToken cancellationToken)
    {
        var pem = await KeyText.ReadAsync(path, cancellationToken);
        if ((File.GetUnixFileMode(path) & OthersMode) != 0)
        {
            throw new SigningException(SigningReasons.KeyExposed, $"the private key '{path}' may be read or changed by others than its owner")
            {
                Subject = path,
                Hint = $"Run: chmod 600 {path}",
            };
        }

        return SigningKey.FromPem(pem, path, password);
    }

    /// <summary>
    /// The password of encrypted keys: the first line of the file where one is named, else the variable's value, else null. Throws
    /// <see cref="SigningException"/> for a file that cannot be read.
    /// </summary>
    public static async Task<string?> ReadPasswordAsync(string? passwordFile, CancellationToken cancellationToken)
    {
        if (passwordFile is null)
        {
            return Environment.GetEnvironmentVariable(PasswordVariable) is { Length: > 0 } value ? value : null;
        }

        var text = await KeyText.ReadAsync(passwordFile, cancellationToken);
        var line = text.Split('\n', 2)[0].TrimEnd('\r');
        return line.Length > 0
            ? line
            : throw new SigningException(SigningReasons.KeyPasswordWrong, $"the password file '{passwordFile}' has an empty first line")
            {
                Subject = passwordFile,
            };
    }

    private static StorageException Taken(string path) => new("AlreadyExists", $"'{path}' is there already, and is not replaced")
    {
        Disposition = Disposition.Stalled,
        Subject = path,
        Hint = "Choose another name, or move the old file away.",
    };
}
