using System.Text;
using EdgeSync.Primitives.Storage;

namespace EdgeSync.Signing.Keys;

/// <summary>Reads a small text file, bounded, with failures that name the path.</summary>
internal static class KeyText
{
    public static async Task<string> ReadAsync(string path, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            var buffer = new byte[PemText.MaxChars + 1];
            var read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
            return read <= PemText.MaxChars
                ? Encoding.UTF8.GetString(buffer, 0, read).TrimStart('\uFEFF')
                : throw new SigningException(SigningReasons.KeyUnusable, $"the file '{path}' is larger than any key") { Subject = path };
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SigningException(SigningReasons.KeyUnreadable, $"cannot read the file '{path}': {FileFaults.Describe(path, failure)}", failure) { Subject = path };
        }
    }
}
