namespace EdgeSync.Testbed.Registries;

/// <summary>One request that the registry answered, from its access log.</summary>
public sealed record RegistryRequest(string Method, string Path, int Status, long Bytes, string UserAgent);
