using System.Text;
using EdgeSync.Contracts;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Bundles.Values;

/// <summary>Where a site keeps a secret: a file, or a credential of the service manager (systemd's <c>LoadCredential</c>).</summary>
public sealed record SecretSource
{
    /// <summary>The variable with the folder of the credentials.</summary>
    public const string CredentialsVariable = "CREDENTIALS_DIRECTORY";

    private const string FilePrefix = "file:";
    private const string CredentialPrefix = "credential:";
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly string _reference;

    private SecretSource(string reference) => _reference = reference;

    /// <summary>The file with this full path.</summary>
    public static SecretSource OfFile(string path) => new(FilePrefix + path);

    /// <summary>The credential with this name.</summary>
    public static SecretSource OfCredential(string name) => new(CredentialPrefix + name);

    /// <summary>Reads what <see cref="ToString"/> gives.</summary>
    internal static SecretSource Parse(string reference) => new(reference);

    /// <summary>The secret without the line break at its end. Throws <see cref="BundleException"/> where it cannot be read.</summary>
    public string Read()
    {
        try
        {
            using var stream = new FileStream(PathOf(), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[ValueDeclaration.MaxLength + 1];
            var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return length > ValueDeclaration.MaxLength
                ? throw Failure($"it has more than {ValueDeclaration.MaxLength} bytes", cause: null)
                : WithoutLineBreak(StrictUtf8.GetString(bytes, 0, length));
        }
        catch (DecoderFallbackException failure)
        {
            throw Failure("it is not UTF-8", failure);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Failure("it does not exist", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Failure(FaultText.Describe(failure), failure);
        }
    }

    /// <summary><c>file:/path</c> or <c>credential:name</c>; never the secret.</summary>
    public override string ToString() => _reference;

    private static string WithoutLineBreak(string text) => text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;

    private string PathOf()
    {
        if (!_reference.StartsWith(CredentialPrefix, StringComparison.Ordinal))
        {
            return _reference[FilePrefix.Length..];
        }

        return Environment.GetEnvironmentVariable(CredentialsVariable) is { Length: > 0 } folder
            ? Path.Combine(folder, _reference[CredentialPrefix.Length..])
            : throw Failure($"this process has no credentials ({CredentialsVariable} is not set)", cause: null);
    }

    private BundleException Failure(string why, Exception? cause) =>
        new(ReasonCodes.SiteValueInvalid, $"cannot read {_reference}: {why}", cause) { Subject = _reference };
}
