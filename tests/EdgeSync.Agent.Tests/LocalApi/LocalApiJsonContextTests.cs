using System.Text.Json;
using EdgeSync.Agent.LocalApi;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Reconciliation;

namespace EdgeSync.Agent.Tests.LocalApi;

/// <summary>The daemon omits null values, and its reader must accept that.</summary>
public sealed class LocalApiJsonContextTests
{
    [Fact]
    public void SyncEvent_WithProgressOnly_RoundTrips()
    {
        var line = new SyncEvent(Progress: new PipelineProgress("stable", PipelineStage.Fetch, "content"));

        Assert.Equal(line, Again(line));
    }

    [Fact]
    public void SyncEvent_WithStatusOnly_RoundTrips()
    {
        var line = new SyncEvent(Status: new SiteStatus { Fleet = "retail", Site = "store-0042", Agent = "1.0.0", At = DateTimeOffset.UnixEpoch });

        Assert.Equal("store-0042", Again(line).Status?.Site);
    }

    [Fact]
    public void LocalFault_WithoutHint_RoundTrips()
    {
        var fault = new LocalFault("HoldInvalid", "it has no end", 64);

        var json = JsonSerializer.SerializeToUtf8Bytes(fault, LocalApiJsonContext.Default.LocalFault);

        Assert.Equal(fault, JsonSerializer.Deserialize(json, LocalApiJsonContext.Default.LocalFault));
    }

    private static SyncEvent Again(SyncEvent line) => JsonSerializer.Deserialize(
        JsonSerializer.SerializeToUtf8Bytes(line, LocalApiJsonContext.Default.SyncEvent), LocalApiJsonContext.Default.SyncEvent)!;
}
