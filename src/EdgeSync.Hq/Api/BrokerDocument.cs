namespace EdgeSync.Hq.Api;

/// <summary>Whether HQ is connected to the broker, and since when.</summary>
internal sealed record BrokerDocument(bool Connected, DateTimeOffset Since);
