using EdgeSync.Oci.Registries;
using EdgeSync.Primitives.Timing;

namespace EdgeSync.Oci.Tests;

/// <summary>Clients with real time and short waits, for peers on loopback.</summary>
internal static class TestClients
{
    /// <summary>No test may take longer than this.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static RegistryOptions Options(string host) => new()
    {
        Host = host,
        PlainHttp = true,
        FirstRetryDelay = TimeSpan.FromMilliseconds(1),
        MaxRetryDelay = TimeSpan.FromMilliseconds(20),
        ResponseTimeout = TimeSpan.FromSeconds(10),
    };

    public static RegistryClient Create(RegistryOptions options) => new(options, TimeProvider.System, new RetryPolicy(TimeProvider.System, new Random(1)));

    public static RegistryClient Create(string host) => Create(Options(host));
}
