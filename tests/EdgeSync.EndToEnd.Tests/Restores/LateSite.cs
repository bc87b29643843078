using System.Net;
using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.EndToEnd.Tests.Harness.Gates;
using EdgeSync.Primitives.Failures;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Restores;

/// <summary>A second site of the fleet, without a cluster that answers: what it has to say is that somebody holds it.</summary>
internal sealed class LateSite : IAsyncDisposable
{
    private const string Name = "store-0099";

    private readonly GatedShop _shop;
    private readonly SiteConfiguration _configuration;
    private readonly SiteProcess _process;

    private LateSite(GatedShop shop, SiteConfiguration configuration)
    {
        (_shop, _configuration) = (shop, configuration);
        _process = new SiteProcess(ShopWorld.EdgeSync, configuration.FilePath);
    }

    private string Database => Path.Combine(_configuration.StateDirectory, "site.db");

    private string PathAtHq => $"/sites/{_configuration.Fleet}/{Name}";

    public static async Task<LateSite> EnrolAsync(GatedShop shop)
    {
        var kubeconfig = await NoCluster.WriteKubeconfigAsync(shop.Session["nowhere-kubeconfig"]);
        var configuration = shop.Configuration with
        {
            Site = Name, Folder = shop.Session["late-site"], Kubeconfig = kubeconfig, MirrorPort = shop.Session.ReservePort(), Every = "1h",
        };
        await configuration.WriteAsync();
        var late = new LateSite(shop, configuration);
        await late.EnrolAsync();
        late._process.Start();
        await late._process.AwaitStatusAsync(_ => true, "up");
        await late.SayAsync("set", "--reason", "moving in");
        await late.SayAsync("clear");
        await late._process.AwaitStatusAsync(status => status is { LedgerNumber: >= 2, OutboxLength: 0 }, "confirmed by HQ");
        return late;
    }

    /// <summary>HQ keeps what it says as evidence.</summary>
    public async Task AssertUnknownAsync()
    {
        await SayAsync("set", "--reason", "still here");
        await Eventually.TrueAsync(
            async () => (await _shop.Hq.GetAsync("/evidence", CancellationToken.None)).AsArray()
                .Any(item => (string?)item!["site"] == Name && (string?)item["kind"] == "unknownSite"),
            "HQ says that it does not know the site");
    }

    /// <summary>HQ has seen another entry under a number that it has.</summary>
    public Task AwaitTwoLedgersAsync() => Eventually.TrueAsync(
        async () => (await _shop.Hq.GetAsync("/evidence", CancellationToken.None)).AsArray()
            .Any(item => (string?)item!["site"] == Name && (string?)item["kind"] is "chainBroken" or "equivocation"),
        "HQ says that the site has two ledgers");

    /// <summary>Copies the database while the agent is stopped.</summary>
    public async Task SaveDatabaseAsync(string path)
    {
        Assert.Equal(0, await _process.StopAsync());
        File.Copy(Database, path);
        _process.Start();
        await _process.AwaitStatusAsync(_ => true, "up again");
    }

    public async Task RestoreDatabaseAsync(string path)
    {
        Assert.Equal(0, await _process.StopAsync());
        File.Delete(Database + "-wal");
        File.Delete(Database + "-shm");
        File.Copy(path, Database, overwrite: true);
        _process.Start();
        await _process.AwaitStatusAsync(_ => true, "up with the old database");
    }

    /// <summary>Enrols with another ledger key, and begins with it.</summary>
    public async Task ReplaceLedgerKeyAsync()
    {
        await EnrolAsync("--new-ledger-key");
        Assert.Equal(0, await _process.StopAsync());
        _process.Start();
        await _process.AwaitStatusAsync(_ => true, "up with another key");
    }

    /// <summary>Something that is acknowledged, and that HQ has confirmed.</summary>
    public async Task ConfirmOneMoreAsync(string reason)
    {
        await SayAsync("set", "--reason", reason);
        await _process.AwaitStatusAsync(status => status.OutboxLength == 0, "confirmed by HQ");
    }

    public async Task AssertAllAtHqAsync(int number = 1)
    {
        var chain = SiteLedger.Verify(Database, Path.Combine(_configuration.StateDirectory, "identity", "ledger.pub"));
        await Eventually.TrueAsync(async () => await StoredThroughAsync() >= chain[^1].Number, "HQ has all of the late site");
        var ledger = (await _shop.Hq.GetAsync(PathAtHq, CancellationToken.None))["ledger"]!;
        Assert.Equal((number, true), ((int)ledger["ledger"]!, ledger["gapFoundAt"] is null));
        await _process.AwaitStatusAsync(status => status.OutboxLength == 0, "confirmed by HQ once more");
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    // Until HQ has readmitted the site, it does not know it.
    private async Task<long> StoredThroughAsync()
    {
        try
        {
            return (long)(await _shop.Hq.GetAsync(PathAtHq, CancellationToken.None))["ledger"]!["storedThrough"]!;
        }
        catch (HttpRequestException failure) when (failure.StatusCode == HttpStatusCode.NotFound)
        {
            return 0;
        }
    }

    private async Task EnrolAsync(params string[] more)
    {
        var token = await _shop.Hq.CreateEnrolmentTokenAsync(_configuration.Fleet, Name, CancellationToken.None);
        var result = await ShopWorld.EdgeSync.RunAsync(
            ["enroll", _shop.Hq.Address.GetLeftPart(UriPartial.Authority), "--token", token, "--config", _configuration.FilePath, .. more]);
        Verb.AssertEnded(ExitCodes.Ok, result, "is enrolled");
    }

    public async Task SayAsync(params string[] words) => Verb.AssertEnded(
        ExitCodes.Ok, await ShopWorld.EdgeSync.RunAsync(["hold", .. words, "--by", "crew", "--config", _configuration.FilePath]));
}
