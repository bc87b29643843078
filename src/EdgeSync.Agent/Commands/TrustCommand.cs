using System.CommandLine;
using System.Text;
using EdgeSync.Agent.Failures;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Storage;

namespace EdgeSync.Agent.Commands;

/// <summary><c>edgesync trust</c>: manages trust roots, which change the trusted keys without a visit to the site.</summary>
internal static class TrustCommand
{
    private const int MaxBytes = 512 * 1024;

    public static Command Create() => new("trust", "Make, sign, publish, bring and look at trust roots and revocations (docs/trust-roots.md).")
    {
        TrustNewCommand.Create(),
        TrustRevokeCommand.Create(),
        TrustSignCommand.Create(),
        TrustPublishCommand.Create(),
        TrustImportCommand.Create(),
        TrustShowCommand.Create(),
    };

    public static Option<string> OutputFile(string description, bool isRequired) => new("--output-file")
    {
        Description = description,
        HelpName = "FILE",
        Required = isRequired,
    };

    /// <summary>The bytes of a record or an envelope.</summary>
    public static async Task<byte[]> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (file.Length > MaxBytes)
            {
                throw Unreadable(path, $"it is larger than {MaxBytes >> 10} KiB", null);
            }

            var bytes = new byte[file.Length];
            await file.ReadExactlyAsync(bytes, cancellationToken);
            return bytes;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, FileFaults.Describe(path, failure), failure);
        }
    }

    public static async Task<string> ReadTextAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
            return text.GetString(await ReadAsync(path, cancellationToken)).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException failure)
        {
            throw Unreadable(path, "it is not UTF-8 text", failure);
        }
    }

    public static Task WriteAsync(string path, byte[] bytes, CancellationToken cancellationToken) =>
        DurableFile.WriteAsync(path, bytes, DurableFile.SharedMode, cancellationToken);

    public static AgentException Invalid(string message, string? hint = null) => new("TrustInvalid", message) { Hint = hint, ExitCode = ExitCodes.BadInput };

    private static AgentException Unreadable(string path, string why, Exception? cause) =>
        new("TrustFileUnreadable", $"cannot read '{path}': {why}", cause) { Subject = path, ExitCode = ExitCodes.BadInput };
}
