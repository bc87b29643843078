using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Primitives.Failures;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Verbs;

/// <summary><c>edgesync sync</c>, for scripts: each outcome has its exit code and its words, whether a daemon does the pass or the verb itself.</summary>
public sealed class SyncTests
{
    private static readonly ShopVersion One = new("1.0.0") { HasPods = false };
    private static readonly ShopVersion Two = new("2.0.0") { HasPods = false };

    private static readonly AcknowledgementEvent[] OneDelivery =
        [AcknowledgementEvent.Received, AcknowledgementEvent.Staged, AcknowledgementEvent.Activating, AcknowledgementEvent.Healthy];

    [PeerTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_new_release_is_brought_in_with_plain_lines_and_nothing_new_does_nothing(bool hasDaemon)
    {
        await using var world = await StartAsync(hasDaemon);

        var nothingYet = await world.RunAsync("sync");
        Verb.AssertEnded(ExitCodes.NotFound, nothingYet, "Empty", "NotFound", "publish a release");

        await world.Delivery.DeliverAsync(One);
        var first = await world.RunAsync("sync");

        Verb.AssertEnded(ExitCodes.Ok, first, "Healthy", "shop 1.0.0 (release 1");
        Assert.DoesNotContain('\u001b', first.Output);
        Assert.Contains(first.Output.Split('\n'), line => line.StartsWith("stable fetch: ", StringComparison.Ordinal));
        Assert.Contains(first.Output.Split('\n'), line => line.StartsWith("stable apply: ", StringComparison.Ordinal));
        Assert.Contains("Shop 1.0.0", await world.PageAsync(), StringComparison.Ordinal);

        var before = (await world.Registry.GetRequestsAsync()).Count;
        Verb.AssertEnded(ExitCodes.Ok, await world.RunAsync("sync"), "Healthy", "shop 1.0.0 (release 1");

        var asked = Assert.Single((await world.Registry.GetRequestsAsync()).Skip(before));
        Assert.EndsWith("/manifests/stable", asked.Path, StringComparison.Ordinal);
        Assert.Equal(OneDelivery, world.Ledger().Select(entry => entry.Event));
    }

    [PeerTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_does_not_answer_is_named_and_the_next_sync_goes_on_where_it_was(bool hasDaemon)
    {
        await using var world = await StartAsync(hasDaemon);
        await world.Delivery.DeliverAsync(One);
        Verb.AssertEnded(ExitCodes.Ok, await world.RunAsync("sync"), "Healthy");
        await world.Delivery.DeliverAsync(Two);

        await world.Registry.StopAsync();
        Verb.AssertEnded(ExitCodes.Unavailable, await world.RunAsync("sync"), world.Registry.Address, "Healthy", "shop 1.0.0", "hint: ");
        await world.Registry.StartAgainAsync();

        await world.Node.StopApiAsync();
        Verb.AssertEnded(ExitCodes.Unavailable, await world.RunAsync("sync"), "Progressing", "shop 2.0.0 (release 2");
        await world.Node.StartApiAsync();

        Verb.AssertEnded(ExitCodes.Ok, await world.RunAsync("sync"), "Healthy", "shop 2.0.0");
        Assert.Contains("Shop 2.0.0", await world.PageAsync(), StringComparison.Ordinal);
        Assert.Equal([.. OneDelivery, .. OneDelivery], world.Ledger().Select(entry => entry.Event));
    }

    [PeerTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_release_that_is_refused_or_rolled_back_has_exit_codes_of_their_own(bool hasDaemon)
    {
        await using var world = await StartAsync(hasDaemon);
        await world.Delivery.DeliverAsync(One);
        Verb.AssertEnded(ExitCodes.Ok, await world.RunAsync("sync"), "Healthy");

        await world.Delivery.DeliverAsync(new ShopVersion("2.0.0")
        {
            HasPods = false,
            MoreDefinition = ShopVersion.NeverReady,
            MoreManifests = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: more, namespace: shop}\n",
        });
        Verb.AssertEnded(ExitCodes.RolledBack, await world.RunAsync("sync"), "RolledBack", ReasonCodes.HealthDeadlineExceeded, "shop 1.0.0 (release 1", "going back to shop 1.0.0");
        Assert.Null(await world.FindAsync("/api/v1/namespaces/shop/configmaps/more"));

        var unsigned = new ShopVersion("3.0.0") { HasPods = false };
        await world.Delivery.PublishAsync(await world.Delivery.PushAsync(unsigned), unsigned);
        Verb.AssertEnded(ExitCodes.NotTrusted, await world.RunAsync("sync"), "Rejected", ReasonCodes.SignatureMissing, "shop 1.0.0 (release 1", "hint: ");
        Assert.Contains("Shop 1.0.0", await world.PageAsync(), StringComparison.Ordinal);
    }

    [PeerTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_held_site_says_by_its_exit_code_that_the_release_waits(bool hasDaemon)
    {
        await using var world = await StartAsync(hasDaemon);
        Verb.AssertEnded(ExitCodes.Ok, await world.RunAsync("hold", "set", "--reason", "in flight", "--by", "crew"));
        await world.Delivery.DeliverAsync(One);

        Verb.AssertEnded(ExitCodes.Waiting, await world.RunAsync("sync"), "Waiting", ReasonCodes.Held, "in flight", "hint: ");

        Verb.AssertEnded(ExitCodes.Ok, await world.RunAsync("hold", "clear", "--by", "crew"));
        Verb.AssertEnded(ExitCodes.Ok, await world.RunAsync("sync"), "Healthy", "shop 1.0.0");
    }

    [PeerTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_at_once_bring_one_release_in_once(bool hasDaemon)
    {
        await using var world = await StartAsync(hasDaemon);
        await world.Delivery.DeliverAsync(One);

        var both = await Task.WhenAll(world.RunAsync("sync"), world.RunAsync("sync"));

        Assert.All(both, result => Verb.AssertEnded(ExitCodes.Ok, result, "Healthy", "shop 1.0.0"));
        Assert.Equal(OneDelivery, world.Ledger().Select(entry => entry.Event));
    }

    [PeerFact]
    public async Task After_a_killed_daemon_it_does_the_pass_itself()
    {
        await using var world = await StartAsync(hasDaemon: true);
        await world.Site.KillAsync();
        Assert.True(File.Exists(Path.Combine(world.Configuration.Folder, "run", "edgesync.sock")));
        await world.Delivery.DeliverAsync(One);

        Verb.AssertEnded(ExitCodes.Ok, await world.RunAsync("sync"), "Healthy", "shop 1.0.0");
    }

    private static async Task<ShopWorld> StartAsync(bool hasDaemon)
    {
        var world = await ShopWorld.StartAsync(withPods: false, site => site with { Every = "1h", HealthDeadline = "4s" });
        if (hasDaemon)
        {
            world.Site.Start();
            await world.Site.AwaitStatusAsync(_ => true, "reachable");
        }

        return world;
    }
}
