using System.Text.Json.Serialization;
using EdgeSync.Contracts;
using EdgeSync.Reconciliation.Ports;

namespace EdgeSync.Agent.State;

/// <summary>The JSON of the files that the site stores next to its database.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    WriteIndented = true,
    Converters = [typeof(UtcTimeJsonConverter)])]
[JsonSerializable(typeof(RollbackGuardDocument))]
[JsonSerializable(typeof(EvidenceDocument))]
[JsonSerializable(typeof(ActivationLimit))]
internal sealed partial class MemoryJsonContext : JsonSerializerContext;
