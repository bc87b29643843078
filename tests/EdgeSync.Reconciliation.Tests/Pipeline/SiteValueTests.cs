using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeSync.Bundles.Values;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Reconciliation.Channels;
using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Tests.Pipeline;

/// <summary>A bundle that gets a value from the site: what is kept with the release, and what the site does when the value changes or is missing.</summary>
public sealed class SiteValueTests : IAsyncLifetime
{
    private LiveWorld _world = null!;

    public async Task InitializeAsync()
    {
        _world = await LiveWorld.CreateAsync();
        _world.Publish(1);
        var first = _world.Start();
        await first.PollAsync(default);
        await first.AdvanceAsync(default);
        _world.Publish(2, await _world.AddBundleAsync("values: {REGION: {type: string}, GREETING: {type: string, default: hello}}\n", "${GREETING} from ${REGION}"));
        _world.Acknowledged.Clear();
    }

    public Task DisposeAsync()
    {
        _world.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Advance_SiteGivesNoValue_WaitsAndKeepsWhatRuns()
    {
        var channel = await AdvanceAsync();

        var status = ChannelStatusBuilder.LastKnown(channel.Record);
        Assert.Equal((TargetProgress.Received, ChannelState.Waiting, ReasonCodes.SiteValueInvalid), (channel.Record.Progress, status.State, status.Reason));
        Assert.Contains("shop.yaml:4:13: the value REGION is not set", channel.Record.Failure!.Message, StringComparison.Ordinal);
        Assert.Equal([AcknowledgementEvent.Received, AcknowledgementEvent.Waiting], _world.Acknowledged.Select(entry => entry.Event));
        Assert.Empty(channel.Record.Quarantined);
        Assert.NotNull(channel.SiteWait.NextTry);
        Assert.Equal(1, (await channel.GetLiveAsync(default))!.Summary.Sequence);
    }

    [Fact]
    public async Task Advance_AfterTheValueIsGiven_GoesOnAndKeepsItWithTheRelease()
    {
        await AdvanceAsync();

        var channel = await RunAsync("north");

        Assert.Equal((TargetProgress.Complete, null, null), (channel.Record.Progress, channel.Record.WaitingFor, channel.Record.Failure));
        Assert.Equal("hello from north", Said());
        Assert.Equal(["GREETING=hello", "REGION=north"], channel.Record.LastGood!.Values!.Values.Select(value => $"{value.Key}={value.Value}"));
        Assert.Equal(channel.Record.LastGood.Values, channel.Record.Target!.Values);
    }

    [Fact]
    public async Task Repair_AfterTheValueWasChanged_WritesItAndChangesTheFingerprint()
    {
        var before = (await RunAsync("north")).Record;
        _world.Values = Region("south");
        _world.HasDrifted = true;

        var channel = _world.Start();
        await channel.RepairAsync((await channel.GetLiveAsync(default))!, default);

        Assert.Equal("hello from south", Said());
        Assert.Equal("south", channel.Record.LastGood!.Values!.Values["REGION"]);
        Assert.NotEqual(before.Fingerprint, channel.Record.Fingerprint);
        Assert.Equal(AcknowledgementEvent.Repaired, _world.Acknowledged[^1].Event);
    }

    [Fact]
    public async Task Repair_AfterTheValueWasTakenAway_GoesOnWithTheOldOneAndSaysSo()
    {
        var before = (await RunAsync("north")).Record;
        _world.Values = new Dictionary<string, SiteValue>();

        var channel = _world.Start();
        var live = (await channel.GetLiveAsync(default))!;
        await channel.RepairAsync(live, default);

        Assert.Equal(ReasonCodes.SiteValueInvalid, live.UnfitValues?.Reason);
        Assert.Equal("hello from north", Said());
        Assert.Equal((before.Fingerprint, before.LastGood!.Values), (channel.Record.Fingerprint, channel.Record.LastGood!.Values));
    }

    [Fact]
    public async Task Record_WithAndWithoutValues_ReadsBack()
    {
        var record = (await RunAsync("north")).Record;

        var json = JsonSerializer.Serialize(record, StateJsonContext.Default.ChannelRecord);
        var read = JsonSerializer.Deserialize(json, StateJsonContext.Default.ChannelRecord)!;
        Assert.Equal(record.LastGood!.Values, read.LastGood!.Values);

        // As an agent wrote it that knew no values.
        var older = (JsonObject)JsonNode.Parse(json)!;
        older["lastGood"]!.AsObject().Remove("values");
        Assert.Null(JsonSerializer.Deserialize(older, StateJsonContext.Default.ChannelRecord)!.LastGood!.Values);
    }

    private static Dictionary<string, SiteValue> Region(string name) => new() { ["REGION"] = SiteValue.Of(name) };

    private async Task<TestChannel> RunAsync(string region)
    {
        _world.Values = Region(region);
        return await AdvanceAsync();
    }

    private async Task<TestChannel> AdvanceAsync()
    {
        var channel = _world.Start();
        await channel.PollAsync(default);
        await channel.AdvanceAsync(default);
        return channel;
    }

    private string? Said() => ((JsonNode)Assert.Single(_world.Begun).Json).Text("data", "say");
}
