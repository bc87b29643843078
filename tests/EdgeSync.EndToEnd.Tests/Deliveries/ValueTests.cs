using System.Text;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Deliveries;

/// <summary>A bundle that gets values from release and site, on a real API server.</summary>
public sealed class ValueTests
{
    private const string Secret = "hunter2-of-the-shop";
    private const string Greeting = "/api/v1/namespaces/shop/configmaps/greeting";

    private static readonly ShopVersion Version = new("1.0.0")
    {
        HasPods = false,
        MoreDefinition = """
            values:
              REGION: {type: string, enum: [north, south]}
              TILLS: {type: integer, default: 1}
              PASSWORD: {type: string, secret: true}

            """,
        MoreManifests = """
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: greeting, namespace: shop}
            data: {say: "${TILLS} tills in the ${REGION}, ${SITE}, not $${HOME}"}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: tills, namespace: shop}
            spec: {selector: {a: b}, ports: [{port: "${TILLS}"}]}
            ---
            apiVersion: v1
            kind: Secret
            metadata: {name: login, namespace: shop}
            data: {password: "${PASSWORD}"}

            """,
    };

    [PeerFact]
    public async Task A_site_waits_for_its_values_applies_them_and_repairs_when_they_change()
    {
        await using var world = await ShopWorld.StartAsync(withPods: false);
        world.Site.Start();
        var digest = await world.Delivery.PushAsync(Version);
        await world.Delivery.SignAsync(digest);
        await world.Delivery.PublishAsync(digest, Version, more: ["--value", "TILLS=7"]);
        var status = await world.Site.AwaitStatusAsync(
            s => s.Channels is [{ State: ChannelState.Waiting, Reason: ReasonCodes.SiteValueInvalid }], "waiting for its values");
        Assert.Contains("the value REGION is not set", status.Channels[0].Message, StringComparison.Ordinal);
        Assert.Contains("the secret PASSWORD is not set", status.Channels[0].Message, StringComparison.Ordinal);
        Assert.Null(await world.FindAsync(Greeting));

        var password = world.Session["password"];
        await File.WriteAllTextAsync(password, Secret + "\n");
        File.SetUnixFileMode(password, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await RestartAsync(world, $"{{REGION: north, PASSWORD: {{file: {password}}}}}");
        status = await world.AwaitHealthyAsync("1.0.0");
        var fingerprint = status.Fingerprint;
        Assert.Equal("7 tills in the north, store-0042, not ${HOME}", await SayAsync(world));
        var login = await world.FindAsync("/api/v1/namespaces/shop/secrets/login");
        Assert.Equal(Secret, Encoding.UTF8.GetString(Convert.FromBase64String((string)login!["data"]!["password"]!)));
        Assert.Equal(7, (int)(await world.FindAsync("/api/v1/namespaces/shop/services/tills"))!["spec"]!["ports"]![0]!["port"]!);

        // The plan is made with the site's values, and finds nothing to do.
        var plan = await world.RunAsync("plan", "--all");
        Assert.True(plan.ExitCode == 0, plan.Output + plan.Error);

        await RestartAsync(world, $"{{REGION: south, TILLS: 8, PASSWORD: {{file: {password}}}}}");
        status = await world.Site.AwaitStatusAsync(
            s => s.Channels is [{ State: ChannelState.Healthy }] && s.Fingerprint is not null && s.Fingerprint != fingerprint, "healthy with the new values");
        Assert.Equal("8 tills in the south, store-0042, not ${HOME}", await SayAsync(world));
        Assert.Equal([AcknowledgementEvent.Drifted, AcknowledgementEvent.Repaired], world.Ledger().TakeLast(2).Select(entry => entry.Event));

        // Without its values, what runs goes on as it is.
        await RestartAsync(world, values: null);
        await world.Node.DeleteAsync(Greeting);
        await Eventually.TrueAsync(async () => await SayAsync(world) == "8 tills in the south, store-0042, not ${HOME}", "the ConfigMap is there again");
        await world.Site.AwaitStatusAsync(s => s.Channels is [{ Running: not null, Reason: ReasonCodes.SiteValueInvalid }], "running, and saying what is missing");

        AssertNotTold(world, Secret);
        AssertNotTold(world, Convert.ToBase64String(Encoding.UTF8.GetBytes(Secret)));
    }

    private static async Task RestartAsync(ShopWorld world, string? values)
    {
        await world.Site.StopAsync();
        await world.ReconfigureAsync(site => site with { Values = values });
        world.Site.Start();
    }

    private static async Task<string?> SayAsync(ShopWorld world) => (string?)(await world.FindAsync(Greeting))?["data"]?["say"];

    private static void AssertNotTold(ShopWorld world, string secret)
    {
        Assert.DoesNotContain(secret, world.Site.Log, StringComparison.Ordinal);

        // The lock is an empty file that the running agent lets nobody else open.
        foreach (var file in Directory.EnumerateFiles(world.Configuration.StateDirectory, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "lock"))
        {
            Assert.True(File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) < 0, $"{file} has the secret");
        }
    }
}
