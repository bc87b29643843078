using System.Text.Json.Serialization;
using EdgeSync.Contracts;

namespace EdgeSync.Hq.Api;

/// <summary>The JSON of HQ's API: camel case, without null values.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters =
    [
        typeof(UtcTimeJsonConverter),
        typeof(CamelCaseEnumConverter<EdgeSync.Hq.Boards.BoardState>),
        typeof(CamelCaseEnumConverter<EdgeSync.Hq.Fleets.Condition>),
        typeof(CamelCaseEnumConverter<EdgeSync.Hq.Fleets.Freshness>),
        typeof(CamelCaseEnumConverter<EdgeSync.Hq.Ingestion.EvidenceKind>),
        typeof(CamelCaseEnumConverter<EdgeSync.Hq.Nights.NightState>),
    ])]
[JsonSerializable(typeof(ProblemDocument))]
[JsonSerializable(typeof(FleetDocument))]
[JsonSerializable(typeof(SiteDocument))]
[JsonSerializable(typeof(HistoryDocument))]
[JsonSerializable(typeof(IReadOnlyList<EvidenceDocument>))]
[JsonSerializable(typeof(IReadOnlyList<EnrolmentTokenDocument>))]
[JsonSerializable(typeof(EnrolmentTokenDocument))]
[JsonSerializable(typeof(EnrolmentTokenRequest))]
[JsonSerializable(typeof(CommandRequest))]
[JsonSerializable(typeof(BoardDocument))]
[JsonSerializable(typeof(NightDocument))]
[JsonSerializable(typeof(EdgeSync.Hq.Fleets.PreflightTerms))]
[JsonSerializable(typeof(EdgeSync.Hq.Ingestion.PreflightAsking))]
[JsonSerializable(typeof(EdgeSync.Hq.Fleets.SiteDiff))]
internal sealed partial class HqApiJsonContext : JsonSerializerContext;
