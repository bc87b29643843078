using System.Text.Json.Serialization;
using EdgeSync.Agent.Holds;
using EdgeSync.Agent.Preflight;
using EdgeSync.Agent.Trust;
using EdgeSync.Contracts.Checks;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Reconciliation.Windows;

namespace EdgeSync.Agent.LocalApi;

/// <summary>The JSON of the socket between the daemon and the CLI.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(HoldRequest))]
[JsonSerializable(typeof(HoldEnding))]
[JsonSerializable(typeof(HoldAnswer))]
[JsonSerializable(typeof(QuarantineLift))]
[JsonSerializable(typeof(QuarantineAnswer))]
[JsonSerializable(typeof(RebuildRequest))]
[JsonSerializable(typeof(RebuildAnswer))]
[JsonSerializable(typeof(PreflightRequest))]
[JsonSerializable(typeof(PreflightOrder))]
[JsonSerializable(typeof(PreflightAnswer))]
[JsonSerializable(typeof(PreflightReport))]
[JsonSerializable(typeof(PreflightEvent))]
[JsonSerializable(typeof(LocalFault))]
[JsonSerializable(typeof(SyncEvent))]
[JsonSerializable(typeof(SiteStatus))]
[JsonSerializable(typeof(TrustImport))]
[JsonSerializable(typeof(TrustAnswer))]
[JsonSerializable(typeof(TrustView))]
[JsonSerializable(typeof(WindowOverride))]
internal sealed partial class LocalApiJsonContext : JsonSerializerContext;
