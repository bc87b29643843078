using System.Text.Json;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Contracts.Releases;

namespace EdgeSync.Contracts.Tests;

/// <summary>A message with the required members only, as an older or terser writer sends it, gets the documented defaults.</summary>
public sealed class DefaultsTests
{
    private const string Zeros = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

    [Fact]
    public void Release_RequiredMembersOnly_HasDefaults()
    {
        var record = JsonSerializer.Deserialize(
            $$"""
            {"channel":"stable","sequence":1,"issuedAt":"2026-11-21T02:00:00Z","expiresAt":"2026-12-21T02:00:00Z",
             "bundle":{"name":"shop","version":"1","repository":"r.example.com/shop","digest":"{{Zeros}}"} }
            """, ContractsJsonContext.Default.ReleaseRecord)!;

        Assert.Null(record.AllowPrune);
        Assert.Equal((ReleaseRecord.CurrentSchema, null, false, null), (record.Schema, record.Sites, record.AllowDestructive, record.NotBefore));
    }

    [Fact]
    public void Selector_Empty_ChoosesEverySite()
    {
        var selector = JsonSerializer.Deserialize("{}", ContractsJsonContext.Default.LabelSelector)!;

        Assert.True(selector.Matches(new Dictionary<string, string>()));
    }

    [Fact]
    public void Acknowledgement_RequiredMembersOnly_HasDefaults()
    {
        var entry = JsonSerializer.Deserialize(
            """{"fleet":"retail","site":"store-17","number":1,"at":"2026-11-21T02:00:00Z","event":"received"}""",
            ContractsJsonContext.Default.Acknowledgement)!;

        Assert.Equal((Acknowledgement.CurrentSchema, true, null), (entry.Schema, entry.ClockTrusted, entry.Previous));
    }

    [Fact]
    public void Status_RequiredMembersOnly_HasDefaults()
    {
        var status = JsonSerializer.Deserialize(
            """{"fleet":"retail","site":"store-17","agent":"0.1.0","at":"2026-11-21T02:00:00Z"}""", ContractsJsonContext.Default.SiteStatus)!;

        Assert.Equal((SiteStatus.CurrentSchema, true, 900), (status.Schema, status.ClockTrusted, status.ExpectedEverySeconds));
        Assert.Empty(status.Channels);
        Assert.Empty(status.Labels);
    }

    [Fact]
    public void CloudEvent_RequiredMembersOnly_HasDefaults()
    {
        var message = JsonSerializer.Deserialize(
            """{"id":"1","source":"/hq","type":"t","time":"2026-11-21T02:00:00Z","data":{"through":0}}""",
            ContractsJsonContext.Default.CloudEventConfirmation)!;

        Assert.Equal(("1.0", "application/json"), (message.Specversion, message.Datacontenttype));
    }

    [Theory]
    [InlineData("""{"through":"1"}""")]
    [InlineData("""{"through":1.0}""")]
    [InlineData("""{}""")]
    public void Confirmation_NotAnInteger_IsRefused(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Confirmation>(json, ContractsJsonContext.Default.Confirmation));

    [Theory]
    [InlineData("2026-11-21T02:00:00Z", "2026-11-21T02:00:00Z")]
    [InlineData("2026-11-21T04:00:00+02:00", "2026-11-21T02:00:00Z")]
    [InlineData("2026-11-21T02:00:00.250Z", "2026-11-21T02:00:00.25Z")]
    public void Time_WithOffset_IsWrittenInUtc(string read, string written) =>
        Assert.Equal($"\"{written}\"", JsonSerializer.Serialize(ReadTime($"\"{read}\""), ContractsJsonContext.Default.DateTimeOffset));

    [Theory]
    [InlineData("\"2026-11-21T02:00:00\"")]
    [InlineData("\"2026-11-21\"")]
    [InlineData("\"2026-11-21T02:00Z\"")]
    [InlineData("\"21.11.2026 02:00:00Z\"")]
    [InlineData("\"\"")]
    [InlineData("1795226400")]
    [InlineData("null")]
    public void Time_WithoutOffsetOrOfAnotherForm_IsRefused(string json) => Assert.ThrowsAny<JsonException>(() => ReadTime(json));

    private static DateTimeOffset ReadTime(string json) => JsonSerializer.Deserialize(json, ContractsJsonContext.Default.DateTimeOffset);
}
