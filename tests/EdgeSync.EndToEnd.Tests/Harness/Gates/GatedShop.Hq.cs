using System.Text.Json.Nodes;
using EdgeSync.Contracts.Acknowledgements;

namespace EdgeSync.EndToEnd.Tests.Harness.Gates;

// What HQ knows of the site, and whether that is what the site has said.
internal sealed partial class GatedShop
{
    public IReadOnlyList<Acknowledgement> Ledger() => SiteLedger.Read(DatabasePath);

    /// <summary>HQ has the whole chain, each entry once and in order, has refused nothing, and the site knows that it has.</summary>
    public async Task AssertHqHasAllAsync()
    {
        await Site.AwaitStatusAsync(status => status.OutboxLength == 0, "confirmed by HQ");
        var chain = SiteLedger.Verify(DatabasePath, Path.Combine(Configuration.StateDirectory, "identity", "ledger.pub"));
        Assert.Equal(chain.Select(head => (head.Number, head.Payload.ToString())), await StoredAtHqAsync());
        Assert.Empty((await Hq.GetAsync($"{PathAtHq}/evidence", CancellationToken.None)).AsArray());
    }

    /// <summary>Waits until HQ has stored as much as the site has said.</summary>
    public Task AwaitAllAtHqAsync() => Eventually.TrueAsync(
        async () => (long)(await SiteAtHqAsync())["ledger"]!["storedThrough"]! >= Ledger().Count, "HQ has the site's whole ledger");

    /// <summary>What HQ says of the site.</summary>
    public Task<JsonNode> SiteAtHqAsync() => Hq.GetAsync(PathAtHq, CancellationToken.None);

    /// <summary>What HQ has stored, in order: number and payload of each entry.</summary>
    public async Task<IReadOnlyList<(long Number, string Payload)>> StoredAtHqAsync()
    {
        var entries = new List<(long, string)>();
        for (string? before = ""; before is not null;)
        {
            var page = await Hq.GetAsync($"{PathAtHq}/acknowledgements?limit=500{before}", CancellationToken.None);
            entries.AddRange(page["entries"]!.AsArray().Select(entry => ((long)entry!["number"]!, (string)entry["payload"]!)));
            before = (string?)page["before"] is { } position ? $"&before={Uri.EscapeDataString(position)}" : null;
        }

        entries.Reverse();
        return entries;
    }

    /// <summary>How many entries have come to HQ more than once.</summary>
    public async Task<long> DuplicatesAtHqAsync() => (long)(await SiteAtHqAsync())["ledger"]!["duplicates"]!;

    /// <summary>Asks the site through HQ where its cluster is not what should run, and waits for the signed answer.</summary>
    public async Task<JsonNode> AskForDiffAsync()
    {
        await Hq.SendCommandAsync(Configuration.Fleet, Configuration.Site, "sendDiff");
        JsonNode? answer = null;
        await Eventually.TrueAsync(async () => (answer = (await Hq.GetAsync($"{PathAtHq}/diff", CancellationToken.None))["answer"]) is not null, "the site has answered");
        return answer!;
    }

    /// <summary>Asks the site through HQ for a preflight with a deadline and a mission of one hour.</summary>
    public Task AskForPreflightAsync() => Hq.PostCommandAsync(
        Configuration.Fleet, Configuration.Site, $$"""{"kind":"preflight","deadline":"{{TimeProvider.System.GetUtcNow().AddMinutes(30):yyyy-MM-ddTHH:mm:ssZ}}","missionHours":1}""", CancellationToken.None);

    /// <summary>Waits until the site is in this state on HQ's board. Returns what the board says of it.</summary>
    public async Task<JsonNode> AwaitBoardAsync(string state)
    {
        JsonNode? site = null;
        await Eventually.TrueAsync(
            async () => (string?)(site = (await Hq.GetAsync("/board?selector=region%3Dnorth", CancellationToken.None))["sites"]!.AsArray().Single()!)["state"] == state, $"the board says {state}");
        return site!;
    }

    private string PathAtHq => $"/sites/{Configuration.Fleet}/{Configuration.Site}";
}
