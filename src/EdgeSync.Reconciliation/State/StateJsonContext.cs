using System.Text.Json.Serialization;

namespace EdgeSync.Reconciliation.State;

/// <summary>The JSON in which a channel's record is kept. Additive changes only: an older file must stay readable.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ChannelRecord))]
public sealed partial class StateJsonContext : JsonSerializerContext;
