using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Trust;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Text;

namespace EdgeSync.Signing.Roots;

/// <summary>Reads a list of revocations strictly; used for signed bytes and before signing.</summary>
public static class RevocationReader
{
    /// <summary>The largest record, in bytes.</summary>
    public const int MaxBytes = 144 * 1024;

    /// <summary>The most keys of a list.</summary>
    public const int MaxKeys = 256;

    /// <summary>The most bundles of a list.</summary>
    public const int MaxBundles = 1024;

    private const int MaxNote = 1024;

    /// <summary>Reads and checks a record; if the result is false, <paramref name="problem"/> says why.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, [NotNullWhen(true)] out RevocationRecord? record, out string problem)
    {
        record = null;
        if (payload.Length > MaxBytes)
        {
            problem = string.Create(CultureInfo.InvariantCulture, $"it has {payload.Length} bytes, more than {MaxBytes}");
            return false;
        }

        try
        {
            var read = StrictJson.Read(payload, ContractsJsonContext.Default.RevocationRecord);
            problem = FindProblem(read) ?? "";
            record = problem.Length == 0 ? read : null;
        }
        catch (JsonException failure)
        {
            problem = FaultText.Describe(failure);
        }

        return record is not null;
    }

    private static string? FindProblem(RevocationRecord record) => record switch
    {
        { Schema: not RevocationRecord.CurrentSchema } => $"its schema is not '{RevocationRecord.CurrentSchema}'",
        _ when !EntityName.IsValid(record.Fleet) => $"its fleet is no name: {EntityName.Rule}",
        { Number: < 1 or > TrustRootReader.MaxVersion } => string.Create(
            CultureInfo.InvariantCulture, $"its number is not between 1 and {TrustRootReader.MaxVersion}"),
        { RootVersion: < 1 or > TrustRootReader.MaxVersion } => string.Create(
            CultureInfo.InvariantCulture, $"its root version is not between 1 and {TrustRootReader.MaxVersion}"),
        { Keys.Count: > MaxKeys } => $"it revokes more than {MaxKeys} keys",
        { Bundles.Count: > MaxBundles } => $"it revokes more than {MaxBundles} bundles",
        { Note: { } note } when note.Length > MaxNote || note.Any(char.IsControl) => "its note is too long or has control characters",
        _ => null,
    };
}
