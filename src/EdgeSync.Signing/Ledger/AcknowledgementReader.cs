using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Checks;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Text;

namespace EdgeSync.Signing.Ledger;

/// <summary>Reads a ledger entry's bytes strictly, with limits on everything that a page shows.</summary>
internal static class AcknowledgementReader
{
    public const int MaxBytes = 64 * 1024;
    private const int MaxWordLength = 255;
    private const int MaxDetails = 512;

    public static bool TryRead(ReadOnlySpan<byte> payload, [NotNullWhen(true)] out Acknowledgement? entry, out string problem)
    {
        entry = null;
        if (payload.Length > MaxBytes)
        {
            problem = string.Create(CultureInfo.InvariantCulture, $"the entry has {payload.Length} bytes, more than {MaxBytes}");
            return false;
        }

        try
        {
            var read = StrictJson.Read(payload, ContractsJsonContext.Default.Acknowledgement);
            problem = FindProblem(read) ?? "";
            entry = problem.Length == 0 ? read : null;
        }
        catch (JsonException failure)
        {
            problem = $"it is not a ledger entry: {FaultText.Describe(failure)}";
        }

        return entry is not null;
    }

    private static string? FindProblem(Acknowledgement entry) => entry switch
    {
        { Schema: not Acknowledgement.CurrentSchema } => $"its schema is not '{Acknowledgement.CurrentSchema}'",
        _ when !EntityName.IsValid(entry.Fleet) || !EntityName.IsValid(entry.Site) => "fleet or site is no name",
        { Number: < 1 or > 1L << 53 } => "its number is out of range",
        { Number: 1, Previous: not null } => "the first entry names an entry before it",
        { Number: > 1, Previous: null } => "it does not name the entry before it",
        _ when !Enum.IsDefined(entry.Event) || (entry.Stage is { } stage && !Enum.IsDefined(stage)) => "its event or stage is unknown",
        { Message.Length: > Acknowledgement.MaxMessageLength } or { Reason.Length: > MaxWordLength } => "a text in it is too long",
        { Details: { } details } when details.Count > MaxDetails || details.Any(line => line is not { Length: <= Acknowledgement.MaxMessageLength }) =>
            "its details are too long",
        { DurationMs: < 0 } => "its duration is negative",
        { Trust: { } trust } when !IsInRange(trust) => "a version in its trust is out of range",
        { Preflight: { } preflight } when FindProblem(preflight) is { } problem => problem,
        { Night: { } night } when FindProblem(night) is { } problem => problem,
        { Release: { } release } => FindProblem(release),
        _ => null,
    };

    private static string? FindProblem(NightReport night) => night switch
    {
        _ when night.Channels.Any(channel => channel is null) => "a channel of its night is null",
        { Schema: not NightReport.CurrentSchema } => $"the schema of its night is not '{NightReport.CurrentSchema}'",
        { Channels.Count: > NightReport.MaxChannels } => "its night has too many channels",
        { Repairs: < 0 } => "a number in its night is negative",
        _ => night.Channels.Select(FindProblem).OfType<string>().FirstOrDefault(),
    };

    private static string? FindProblem(NightChannel channel) => channel switch
    {
        _ when !EntityName.IsValid(channel.Channel) || !Enum.IsDefined(channel.Outcome) => "a channel of its night is no name, or its outcome is unknown",
        { BytesReceived: < 0 } or { ActivationMs: < 0 } => "a number in its night is negative",
        { Message.Length: > NightReport.MaxTextLength } or { Reason.Length: > MaxWordLength } => "a text of its night is too long",
        _ => new[] { channel.Planned, channel.Running }.OfType<AcknowledgedRelease>().Select(FindProblem).OfType<string>().FirstOrDefault(),
    };

    private static bool IsInRange(AcknowledgedTrust trust) =>
        new[] { trust.Version, trust.VersionBefore, trust.Revocations ?? 1, trust.RevocationsBefore ?? 1 }.All(number => number is >= 1 and <= 1L << 53);

    private static string? FindProblem(PreflightReport preflight) => preflight switch
    {
        // The reader leaves null in a list, whatever the type says.
        _ when preflight.Checks.Any(check => check is null) || preflight.Reasons.Any(reason => reason is null) || preflight.Running.Any(release => release is null) => "a check, a reason or a release of its preflight is null",
        { Schema: not PreflightReport.CurrentSchema } => $"the schema of its preflight is not '{PreflightReport.CurrentSchema}'",
        _ when !Enum.IsDefined(preflight.Verdict) || preflight.Checks.Any(check => !Enum.IsDefined(check.Outcome)) => "the verdict of its preflight or the outcome of a check is unknown",
        _ when Math.Max(Math.Max(preflight.Checks.Count, preflight.Reasons.Count), preflight.Running.Count) > PreflightReport.MaxChecks => "its preflight has too many checks",
        _ when preflight.Running.Select(FindProblem).OfType<string>().FirstOrDefault() is { } problem => problem,
        _ => preflight.Checks.SelectMany(check => new[] { check.Check, check.Found, check.Why, check.Do }).Concat(preflight.Reasons).Append(preflight.By).Append(preflight.Hold)
            .Any(text => text?.Length > PreflightReport.MaxTextLength) ? "a text of its preflight is too long" : null,
    };

    private static string? FindProblem(AcknowledgedRelease release) => release switch
    {
        _ when !EntityName.IsValid(release.Channel) => "the release's channel is no name",
        { Sequence: < 0 or > 1L << 53 } => "the release's sequence is out of range",
        { Name.Length: > MaxWordLength } or { Version.Length: > MaxWordLength } => "a text in it is too long",
        _ => null,
    };
}
