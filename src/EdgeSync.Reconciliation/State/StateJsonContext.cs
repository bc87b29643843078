using System.Text.Json.Serialization;

namespace EdgeSync.Reconciliation.State;

/// <summary>The JSON of a stored channel record. Additive changes only: an older file must stay readable.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ChannelRecord))]
public sealed partial class StateJsonContext : JsonSerializerContext;
