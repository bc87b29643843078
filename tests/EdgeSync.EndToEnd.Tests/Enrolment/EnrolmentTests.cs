using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Primitives.Failures;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Enrolment;

/// <summary>A site is taken into HQ's fleet by a one-time token; from then on HQ sees what it does, and nobody can speak for it.</summary>
public sealed class EnrolmentTests(Headquarters headquarters) : IClassFixture<Headquarters>
{
    [PeerFact]
    public async Task An_enrolled_site_takes_a_delivery_and_HQ_shows_its_release_its_health_and_the_proof()
    {
        await using var world = await ShopWorld.StartAsync(withPods: false);
        var token = await headquarters.CreateTokenAsync("store-0042");
        Verb.AssertEnded(
            ExitCodes.Ok, await headquarters.EnrolAsync(world.Configuration, token), "site store-0042 of fleet retail is enrolled", "added the section 'hq'");
        world.Site.Start();

        var digest = await world.Delivery.DeliverAsync(new ShopVersion("1.0.0") { HasPods = false });

        var site = await headquarters.AwaitSiteAsync("store-0042", s => (string?)s["condition"] == "healthy", "healthy");
        Assert.Equal(("fresh", "online", 4L), ((string?)site["freshness"], (string?)site["presence"], (long)site["ledger"]!["storedThrough"]!));
        var channel = site["status"]!["channels"]![0]!;
        Assert.Equal(("healthy", "1.0.0", digest), ((string?)channel["state"], (string?)channel["running"]!["version"], (string?)channel["running"]!["digest"]));
        await world.Site.AwaitStatusAsync(status => status is { LedgerNumber: 4, OutboxLength: 0 }, "confirmed by HQ");

        await world.Site.StopAsync();
        await headquarters.AwaitSiteAsync("store-0042", s => (string?)s["presence"] == "stopped", "stopped");
    }

    [PeerFact]
    public async Task A_token_works_once_and_repeating_the_enrolment_needs_none()
    {
        var site = await headquarters.CreateSiteAsync("store-0001");
        var token = await headquarters.CreateTokenAsync("store-0001");
        Verb.AssertEnded(ExitCodes.Ok, await headquarters.EnrolAsync(site, token), "is enrolled");
        var identity = ReadIdentity(site);
        var configuration = await File.ReadAllTextAsync(site.FilePath);

        Verb.AssertEnded(ExitCodes.Ok, await headquarters.EnrolAsync(site, token), "was enrolled before");
        Verb.AssertFailed(ExitCodes.NotTrusted, await headquarters.EnrolAsync(site, token, null, "--again"), "EnrolmentRefused", "the token is not valid", "hint:  ");

        Assert.Equal(identity, ReadIdentity(site));
        Assert.Equal(configuration, await File.ReadAllTextAsync(site.FilePath));
    }

    [PeerFact]
    public async Task A_site_can_speak_for_itself_and_for_no_other()
    {
        var site = await headquarters.CreateSiteAsync("store-0002");
        await headquarters.CreateSiteAsync("store-0003");
        Verb.AssertEnded(ExitCodes.Ok, await headquarters.EnrolAsync(site, await headquarters.CreateTokenAsync("store-0002")), "is enrolled");

        (await headquarters.PublishAsync(site, "edgesync/v1/retail/store-0002/acks", "of its own")).EnsureSuccess();
        foreach (var topic in new[] { "store-0003/acks", "store-0003/status", "store-0003/presence", "store-0002/confirmed", "store-0003/commands" })
        {
            var result = await headquarters.PublishAsync(site, $"edgesync/v1/retail/{topic}", "I am another");
            Assert.Contains("not authorized", result.Output + result.Error, StringComparison.OrdinalIgnoreCase);
        }
    }

    [PeerTheory]
    [InlineData("unknown")]
    [InlineData("expired")]
    [InlineData("of another site")]
    public async Task A_token_that_is_not_good_is_refused_and_leaves_nothing_half_written(string fault)
    {
        var site = await headquarters.CreateSiteAsync("store-0004");
        var token = fault == "unknown" ? "edgesync-enrol-0000000000000000" : await headquarters.CreateTokenAsync(fault == "expired" ? "store-0004" : "store-0005");
        if (fault == "expired")
        {
            headquarters.ExpireTokens();
        }

        var result = await headquarters.EnrolAsync(site, token);

        Verb.AssertFailed(ExitCodes.NotTrusted, result, "EnrolmentRefused", "the token is not valid", "hint:  ");
        Assert.DoesNotContain(token, result.Error, StringComparison.Ordinal);
        await AssertNotEnrolledAsync(site);
    }

    [PeerFact]
    public async Task An_HQ_that_cannot_be_reached_is_named_and_the_same_token_works_afterwards()
    {
        var site = await headquarters.CreateSiteAsync("store-0006");
        var token = await headquarters.CreateTokenAsync("store-0006");

        Verb.AssertFailed(ExitCodes.Unavailable, await headquarters.EnrolAsync(site, token, "http://127.0.0.1:1"), "HqUnavailable", "http://127.0.0.1:1", "The token is not used up");
        await AssertNotEnrolledAsync(site);
        Verb.AssertFailed(ExitCodes.Usage, await headquarters.EnrolAsync(site, token, "http://hq.example.com"), "without TLS", "hint:  Write https://");
        Verb.AssertFailed(ExitCodes.Usage, await ShopWorld.EdgeSync.RunAsync(["enroll", headquarters.Address, "--config", site.FilePath]), "EnrolmentNeedsToken");
        await AssertNotEnrolledAsync(site);

        Verb.AssertEnded(ExitCodes.Ok, await headquarters.EnrolAsync(site, token), "is enrolled");
    }

    private static async Task AssertNotEnrolledAsync(SiteConfiguration site)
    {
        // The keys are made before HQ is asked, and are used again; nothing else may be there.
        Assert.Equal(["client.key", "client.pub", "ledger.key", "ledger.pub"], ReadIdentity(site).Keys.Order());
        Assert.DoesNotContain("hq:", await File.ReadAllTextAsync(site.FilePath), StringComparison.Ordinal);
        Assert.Equal(["edgesync.yaml", "state"], Directory.EnumerateFileSystemEntries(site.Folder).Select(Path.GetFileName).Order());
    }

    private static Dictionary<string, string> ReadIdentity(SiteConfiguration site) =>
        Directory.EnumerateFiles(Path.Combine(site.StateDirectory, "identity")).ToDictionary(file => Path.GetFileName(file), File.ReadAllText);
}
