using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Oci;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Deliveries;

/// <summary>What must not get in: refused with its own reason, nothing changed, acknowledged once.</summary>
public sealed class RefusalTests
{
    private static readonly ShopVersion One = new("1.0.0") { HasPods = false };
    private static readonly ShopVersion Two = new("2.0.0") { HasPods = false };

    [PeerFact]
    public async Task An_unsigned_bundle_is_refused_and_taken_once_it_is_signed()
    {
        await using var world = await StartHealthyAsync();
        var digest = await world.Delivery.PushAsync(Two);
        await world.Delivery.PublishAsync(digest, Two);

        await AssertRefusedAsync(world, ReasonCodes.SignatureMissing);

        await world.Delivery.SignAsync(digest);
        await world.AwaitHealthyAsync("2.0.0");
    }

    [PeerFact]
    public async Task A_bundle_signed_by_a_stranger_is_refused()
    {
        await using var world = await StartHealthyAsync();
        var stranger = await world.Delivery.CreateKeyAsync("stranger");
        var digest = await world.Delivery.PushAsync(Two);
        await world.Delivery.SignAsync(digest, stranger);
        await world.Delivery.PublishAsync(digest, Two);

        await AssertRefusedAsync(world, ReasonCodes.SignatureUntrusted);
    }

    [PeerFact]
    public async Task A_release_with_too_few_signatures_is_refused()
    {
        await using var world = await StartHealthyAsync();
        var digest = await world.Delivery.PushAsync(Two);
        await world.Delivery.SignAsync(digest);
        await world.Delivery.PublishAsync(digest, Two, keys: [world.Delivery.ReleaseKeys[0]], more: ["--sequence", "2"]);

        await AssertRefusedAsync(world, ReasonCodes.ThresholdNotMet);
    }

    [PeerFact]
    public async Task An_older_release_that_is_served_again_is_refused_also_after_a_restart()
    {
        await using var world = await StartHealthyAsync();
        var crane = await PeerTool.CraneAsync();
        var copied = await crane.RunAsync(
            CancellationToken.None, "copy", "--insecure", $"{world.Delivery.ReleaseRepository}:stable", $"{world.Registry.Address}/saved/releases:stable");
        Assert.True(copied.ExitCode == 0, copied.Error);
        await world.Delivery.DeliverAsync(Two);
        await world.AwaitHealthyAsync("2.0.0");

        await ServeAsync(world, "saved/releases");
        await AssertRefusedAsync(world, ReasonCodes.SequenceReplayed, "2.0.0");

        await world.Site.KillAsync();
        world.Site.Start();
        await AssertRefusedAsync(world, ReasonCodes.SequenceReplayed, "2.0.0");
    }

    [PeerFact]
    public async Task Another_release_with_the_same_sequence_is_refused_as_equivocation()
    {
        await using var world = await StartHealthyAsync();
        var digest = await world.Delivery.PushAsync(Two);
        await world.Delivery.SignAsync(digest);
        await world.Delivery.PublishAsync(digest, Two, more: ["--sequence", "1"], repository: $"{world.Registry.Address}/other/releases");

        await ServeAsync(world, "other/releases");

        await AssertRefusedAsync(world, ReasonCodes.SequenceEquivocation);
    }

    [PeerFact]
    public async Task A_release_for_another_region_changes_nothing_and_the_site_stays_healthy()
    {
        await using var world = await StartHealthyAsync();
        var digest = await world.Delivery.PushAsync(Two);
        await world.Delivery.SignAsync(digest);
        await world.Delivery.PublishAsync(digest, Two, more: ["--selector", "region=south"]);

        var status = await world.Site.AwaitStatusAsync(s => s.Channels is [{ Message: not null }], "aware of the release for others");

        Assert.Equal((ChannelState.Healthy, null), (status.Channels[0].State, status.Channels[0].Reason));
        Assert.Contains("is for other sites", status.Channels[0].Message, StringComparison.Ordinal);
        Assert.Contains("Shop 1.0.0", await world.PageAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(world.Ledger(), entry => entry.Event == AcknowledgementEvent.Rejected);

        await world.Site.KillAsync();
        world.Site.Start();
        await world.Site.AwaitStatusAsync(s => s.Channels is [{ LastSeen: not null }], "in touch with the registry again");
        Assert.Single(world.Site.Log.Split('\n'), line => line.Contains("is for other sites", StringComparison.Ordinal));
    }

    [PeerFact]
    public async Task A_bundle_for_a_newer_Kubernetes_is_refused_before_it_is_staged()
    {
        await using var world = await StartHealthyAsync();

        await world.Delivery.DeliverAsync(Two with { Requires = "{kubernetes: \">=1.99\"}" });

        var status = await AssertRefusedAsync(world, ReasonCodes.RequirementsNotMet);
        Assert.Matches("the bundle needs Kubernetes >=1.99, and this site has v1\\.[0-9]+", status.Channels[0].Message);
        Assert.Single(world.Ledger(), entry => entry.Event == AcknowledgementEvent.Staged);

        await world.Delivery.DeliverAsync(new ShopVersion("2.0.1") { HasPods = false, Requires = "{kubernetes: \">=1.20\", agent: \">=0.1\"}" });
        await world.AwaitHealthyAsync("2.0.1");
    }

    [PeerFact]
    public async Task A_layer_larger_than_the_site_fetches_is_refused_before_it_is_fetched()
    {
        await using var world = await StartHealthyAsync(c => c with { MaxBlobSize = "2MiB" });

        await world.Delivery.DeliverAsync(new ShopVersion("2.0.0") { PaddingBytes = 3 << 20 });

        var status = await AssertRefusedAsync(world, RegistryReasons.BlobTooLarge);
        Assert.Contains("this site fetches at most 2097152", status.Channels[0].Message, StringComparison.Ordinal);
    }

    [PeerFact]
    public async Task A_tampered_blob_is_refused_and_taken_once_the_registry_has_the_right_one()
    {
        await using var world = await StartHealthyAsync();
        var digest = await world.Delivery.PushAsync(Two);
        await world.Delivery.SignAsync(digest);
        var layer = RegistryFiles.LayerOf(world.Registry, digest);
        var right = await File.ReadAllBytesAsync(layer);
        var wrong = (byte[])right.Clone();
        wrong[^1] ^= 1;
        await File.WriteAllBytesAsync(layer, wrong);
        await world.Delivery.PublishAsync(digest, Two);

        await AssertRefusedAsync(world, ReasonCodes.DigestMismatch);

        await File.WriteAllBytesAsync(layer, right);
        await world.AwaitHealthyAsync("2.0.0");
    }

    [PeerFact]
    public async Task A_tampered_manifest_is_refused()
    {
        await using var world = await StartHealthyAsync();
        var digest = await world.Delivery.PushAsync(Two);
        await world.Delivery.SignAsync(digest);
        await world.Site.KillAsync();
        await world.Delivery.PublishAsync(digest, Two);

        // The index itself, in the registry's storage: same length, another version.
        var index = RegistryFiles.Blob(world.Registry, digest);
        var text = await File.ReadAllTextAsync(index);
        await File.WriteAllTextAsync(index, text.Replace("2.0.0", "6.6.6", StringComparison.Ordinal));
        world.Site.Start();

        await AssertRefusedAsync(world, ReasonCodes.DigestMismatch);
    }

    private static async Task<ShopWorld> StartHealthyAsync(Func<SiteConfiguration, SiteConfiguration>? adjust = null)
    {
        var world = await ShopWorld.StartAsync(withPods: false, adjust);
        world.Site.Start();
        await world.Delivery.DeliverAsync(One);
        await world.AwaitHealthyAsync("1.0.0");
        return world;
    }

    private static async Task ServeAsync(ShopWorld world, string repository)
    {
        var crane = await PeerTool.CraneAsync();
        var copied = await crane.RunAsync(
            CancellationToken.None, "copy", "--insecure", $"{world.Registry.Address}/{repository}:stable", $"{world.Delivery.ReleaseRepository}:stable");
        Assert.True(copied.ExitCode == 0, copied.Error);
    }

    private static async Task<SiteStatus> AssertRefusedAsync(ShopWorld world, string reason, string running = "1.0.0")
    {
        var status = await world.AwaitRefusedAsync(reason);

        Assert.Equal(running, status.Channels[0].Running?.Version);
        Assert.Contains($"Shop {running}", await world.PageAsync(), StringComparison.Ordinal);
        var refusal = Assert.Single(world.Ledger(), entry => entry.Event == AcknowledgementEvent.Rejected);
        Assert.Equal(reason, refusal.Reason);
        return status;
    }
}
