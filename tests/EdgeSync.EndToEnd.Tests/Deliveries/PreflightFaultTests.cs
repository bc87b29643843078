using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Checks;
using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Testbed.Clocks;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Deliveries;

/// <summary>A site that is GO on a real node, and NO-GO for one thing after the other, each made to fail for real; in the end it is GO again.</summary>
public sealed partial class PreflightFaultTests
{
    private static readonly ShopVersion One = new("1.0.0");

    [PeerFact(Timeout = 600_000)]
    public async Task Each_thing_that_is_wrong_is_the_one_reason_against_GO()
    {
        await using var world = await ShopWorld.StartAsync(withPods: true);
        await using var disk = await SmallDisk.MountAsync(world.Configuration.StateDirectory, world.Session["state.img"], 512);
        world.Site.Start();
        await world.Delivery.DeliverAsync(One);
        await world.AwaitHealthyAsync("1.0.0");
        Assert.Equal(PreflightVerdict.Go, (await PreflightAsync(world)).Verdict);

        // The login at the API server ends in an hour.
        await RestartAsync(world, KubeconfigFor(world, TimeSpan.FromHours(1)));
        Assert.StartsWith("expiry: ", await OnlyReasonAsync(world), StringComparison.Ordinal);
        Assert.Equal(PreflightVerdict.Go, (await PreflightAsync(world, "30m")).Verdict);
        await RestartAsync(world, world.Node.KubeconfigPath);

        // The disk of the state directory has less than 5 % left.
        disk.Fill(0.97);
        Assert.StartsWith("disk: ", await OnlyReasonAsync(world), StringComparison.Ordinal);
        disk.Clear();

        // A release that runs out during the mission.
        Assert.StartsWith("expiry: ", await OnlyReasonAsync(world, "60d"), StringComparison.Ordinal);

        // The machine's clock is a day behind what the site has seen.
        await world.Site.StopAsync();
        world.Site.Start(clock: await FakeClock.ShiftedAsync(world.Session, TimeSpan.FromDays(-1)));
        await world.Site.AwaitStatusAsync(status => !status.ClockTrusted, "in doubt of its clock");
        Assert.StartsWith("clock: ", await OnlyReasonAsync(world), StringComparison.Ordinal);
        await world.Site.StopAsync();
        world.Site.Start();
        await world.Site.AwaitStatusAsync(status => status.ClockTrusted, "sure of its clock");

        Assert.Equal(PreflightVerdict.Go, (await PreflightAsync(world)).Verdict);
    }

    private static async Task<string> OnlyReasonAsync(ShopWorld world, string mission = "12h") => Assert.Single((await PreflightAsync(world, mission)).Reasons);

    private static async Task<PreflightReport> PreflightAsync(ShopWorld world, string mission = "12h")
    {
        var result = await world.RunAsync("preflight", "--by", "ann", "--mission", mission, "--output", "json");
        var last = result.Output.TrimEnd().Split('\n')[^1];
        Assert.True(result.ExitCode is 0 or 1, $"{result.ExitCode}: {result.Error}{last}");
        return JsonNode.Parse(last)!["report"].Deserialize(ContractsJsonContext.Default.PreflightReport)!;
    }

    private static async Task RestartAsync(ShopWorld world, string kubeconfig)
    {
        await world.Site.StopAsync();
        await world.ReconfigureAsync(site => site with { Kubeconfig = kubeconfig });
        world.Site.Start();
        await world.AwaitHealthyAsync("1.0.0");
    }

    // The same administrator, with a certificate of the cluster's own authority that ends soon.
    private static string KubeconfigFor(ShopWorld world, TimeSpan lifetime)
    {
        using var authority = X509Certificate2.CreateFromPemFile(world.Session["node/pki/ca.pem"], world.Session["node/pki/ca.key"]);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("O=system:masters, CN=admin", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.Create(authority, now.AddHours(-1), now + lifetime, RandomNumberGenerator.GetBytes(8));
        var user = $"user: {{client-certificate-data: {Base64(certificate.ExportCertificatePem())}, client-key-data: {Base64(key.ExportPkcs8PrivateKeyPem())}}}";
        var path = world.Session["kubeconfig-short"];
        File.WriteAllText(path, UserLine().Replace(File.ReadAllText(world.Node.KubeconfigPath), user));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    [GeneratedRegex(@"user: \{.*\}")]
    private static partial Regex UserLine();
}
