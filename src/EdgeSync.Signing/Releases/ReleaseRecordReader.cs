using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Releases;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Text;

namespace EdgeSync.Signing.Releases;

/// <summary>
/// Reads a release record's bytes strictly. Used for signed bytes and before signing, so that a site can follow every record that is signed.
/// </summary>
public static class ReleaseRecordReader
{
    /// <summary>The largest record, in bytes.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>The highest sequence, 2^53: the largest that every JSON reader represents exactly.</summary>
    public const long MaxSequence = 1L << 53;

    /// <summary>
    /// How far an epoch may be above the newest one that a site has seen. No fleet opens that many epochs while a site is offline, and an attacker with
    /// stolen keys needs two million polls of a site to use up all epochs.
    /// </summary>
    public const int MaxEpochStep = 1000;

    private const int MaxAllowances = 64;
    private const int MaxValues = 256;
    private const int MaxValueName = 128;
    private const int MaxValueLength = 4096;

    /// <summary>Reads and checks a record; if the result is false, <paramref name="problem"/> says why.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, [NotNullWhen(true)] out ReleaseRecord? record, out string problem)
    {
        record = null;
        if (payload.Length > MaxBytes)
        {
            problem = string.Create(CultureInfo.InvariantCulture, $"the record has {payload.Length} bytes, more than {MaxBytes}");
            return false;
        }

        try
        {
            var read = StrictJson.Read(payload, ContractsJsonContext.Default.ReleaseRecord);
            problem = FindProblem(read) ?? "";
            record = problem.Length == 0 ? read : null;
        }
        catch (JsonException failure)
        {
            problem = $"it is not a release record: {FaultText.Describe(failure)}";
        }

        return record is not null;
    }

    /// <summary>What is wrong with a record; null if nothing is.</summary>
    public static string? FindProblem(ReleaseRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return FindHeadProblem(record) ?? FindBundleProblem(record.Bundle) ?? FindTimeProblem(record) ?? FindRestProblem(record);
    }

    private static string? FindHeadProblem(ReleaseRecord record) => record switch
    {
        { Schema: not ReleaseRecord.CurrentSchema } => $"its schema '{Shorten(record.Schema)}' is not '{ReleaseRecord.CurrentSchema}'",
        _ when !EntityName.IsValid(record.Channel) => $"the channel '{Shorten(record.Channel)}' is no name: {EntityName.Rule}",
        { Sequence: < 1 or > MaxSequence } => string.Create(
            CultureInfo.InvariantCulture, $"the sequence {record.Sequence} is not between 1 and {MaxSequence}"),
        { Epoch: < 0 } => string.Create(CultureInfo.InvariantCulture, $"the epoch {record.Epoch} is below 0"),
        _ => null,
    };

    private static string? FindBundleProblem(BundleRevision bundle) => bundle switch
    {
        _ when !EntityName.IsValid(bundle.Name) => $"the bundle's name '{Shorten(bundle.Name)}' is no name: {EntityName.Rule}",
        _ when !IsText(bundle.Version, 128) => "the bundle's version is empty, too long or has control characters",
        _ when !IsText(bundle.Repository, 512) || bundle.Repository.Contains("://", StringComparison.Ordinal) =>
            "the bundle's repository is not HOST/NAME",
        _ when bundle.Digest == default => "the bundle has no digest",
        _ => null,
    };

    private static string? FindTimeProblem(ReleaseRecord record) => record switch
    {
        _ when record.ExpiresAt <= record.IssuedAt => "it expires before it was issued",
        { NotBefore: { } notBefore } when notBefore >= record.ExpiresAt => "it expires before it comes into force",
        _ => null,
    };

    private static string? FindRestProblem(ReleaseRecord record) => record switch
    {
        { Rollback: { } rollback } when !IsText(rollback.To, 128) || !IsText(rollback.Reason, 1024) =>
            "the rollback notice is empty, too long or has control characters",
        { MinimumAgent: { } minimum } when !AgentVersion.TryParse(minimum, out _) => $"the agent version '{Shorten(minimum)}' is no version",
        { AllowPrune.Count: > MaxAllowances } => $"allowPrune has more than {MaxAllowances} entries",
        { AllowPrune: { } allowances } when allowances.Select(entry => entry is null ? "is null" : entry.FindProblem()).FirstOrDefault(found => found is not null) is { } problem =>
            $"an entry of allowPrune is wrong; each {problem}",
        { Values.Count: > MaxValues } => $"it has more than {MaxValues} values",
        { Values: { } values } when values.Any(value => value.Key.Length is 0 or > MaxValueName || value.Value is null || value.Value.Length > MaxValueLength) =>
            $"a value is null, or longer than {MaxValueLength} characters, or its name is empty or longer than {MaxValueName}",
        { Sites: { } sites } => LabelSelectorCheck.FindProblem(sites),
        _ => null,
    };

    private static bool IsText(string text, int maxLength) => text.Length > 0 && text.Length <= maxLength && !text.Any(char.IsControl);

    private static string Shorten(string text) => ShortText.Of(text, 64);
}
