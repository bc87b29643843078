using System.Text;
using EdgeSync.Primitives.Secrets;
using EdgeSync.Primitives.Storage;

namespace EdgeSync.Agent.Page.Access;

/// <summary>The PIN of the technician's page. The state directory has its hash; nothing has the PIN.</summary>
internal sealed class PagePin(string stateDirectory)
{
    public const int MinLength = 6;
    public const int MaxLength = 64;

    private const int MaxFileBytes = 1024;

    /// <summary>The file of the hash.</summary>
    public string Path { get; } = System.IO.Path.Combine(stateDirectory, "page-pin");

    /// <summary>What is wrong with a PIN that somebody chose, or null.</summary>
    public static string? FindProblem(string pin) => pin.Length is < MinLength or > MaxLength || pin.Any(char.IsControl)
        ? $"a PIN has {MinLength} to {MaxLength} characters on one line, digits or others"
        : pin.Distinct().Count() < 3 ? "the PIN is too easy to guess; use at least three different characters" : null;

    /// <summary>The stored hash; null where there is none, or the file has something else.</summary>
    public string? ReadHash() =>
        File.Exists(Path) && BoundedFile.Read(Path, MaxFileBytes, out _) is { } bytes && Encoding.ASCII.GetString(bytes).Trim() is var text && PasswordHash.IsHash(text) ? text : null;

    /// <summary>Stores the hash of a PIN, which counts from then on. Raises a <see cref="Primitives.Failures.StorageException"/> if the disk refuses.</summary>
    public Task WriteAsync(string pin, CancellationToken cancellationToken) =>
        DurableFile.WriteAsync(Path, Encoding.ASCII.GetBytes(PasswordHash.Create(pin) + "\n"), DurableFile.PrivateMode, cancellationToken);
}
