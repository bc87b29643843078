namespace EdgeSync.Hq.Api;

/// <summary>Whether HQ hears the sites at all.</summary>
internal sealed record BrokerDocument(bool Connected, DateTimeOffset Since);
