using EdgeSync.Contracts;
using EdgeSync.Contracts.Messaging;
using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Primitives.Failures;
using EdgeSync.Testbed;
using EdgeSync.Testbed.Hardware;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Hardware;

/// <summary>A site whose ledger key is in a TPM: swtpm, which the binary reaches through OpenSSL's provider for it.</summary>
public sealed class TpmTests(Headquarters headquarters) : IClassFixture<Headquarters>
{
    private const string Handle = "0x81000100";
    private const string Key = "tpm2:handle:" + Handle;

    [PeerFact]
    public async Task A_site_whose_TPM_goes_away_goes_on_repairing_and_proves_afterwards_what_it_did()
    {
        await using var world = await ShopWorld.StartAsync(withPods: false);
        var tpm = await StartTpmAsync(world.Session);
        await tpm.CreateKeyAsync(Handle);
        var edgesync = ShopWorld.EdgeSync.With(tpm.Environment);
        var token = await headquarters.CreateTokenAsync("store-0042");
        Verb.AssertEnded(ExitCodes.Ok, await EnrolAsync(edgesync, world.Configuration, token, Key), "is enrolled", "added the section 'hq'");
        Assert.False(File.Exists(IdentityOf(world.Configuration, "ledger.key")));
        await using var site = new SiteProcess(edgesync, world.Configuration.FilePath);
        site.Start();
        await world.Delivery.DeliverAsync(new ShopVersion("1.0.0") { HasPods = false });
        await headquarters.AwaitSiteAsync("store-0042", s => (string?)s["condition"] == "healthy", "healthy");
        await AwaitAllSignedAsync(world);

        await tpm.PullAsync();
        await RepairAsync(world, site);
        await AwaitWaitingAsync(world, "KeyNotAnswering");

        // A start finds neither TPM nor peace in the cluster.
        await site.StopAsync();
        await world.Node.DeleteAsync("/api/v1/namespaces/shop/configmaps/pages");
        var repaired = site.AwaitLogAsync("drift repaired");
        site.Start();
        await repaired;
        await AwaitWaitingAsync(world, "KeyNotAnswering");
        await tpm.PutInAsync();
        await AwaitAllSignedAsync(world);

        // It is there, and answers nothing.
        tpm.Freeze();
        await RepairAsync(world, site);
        await AwaitWaitingAsync(world, "KeyNotAnswering");
        Assert.Equal(ExitCodes.Ok, await site.StopAsync());
        site.Start();
        await AwaitWaitingAsync(world, "KeyNotAnswering");
        tpm.Thaw();
        var status = await AwaitAllSignedAsync(world);

        var chain = SiteLedger.Verify(Path.Combine(world.Configuration.StateDirectory, "site.db"), IdentityOf(world.Configuration, "ledger-hardware.pub"));
        Assert.Equal(status.LedgerNumber, chain.Count);
        var known = await headquarters.AwaitSiteAsync("store-0042", s => (long)s["ledger"]!["storedThrough"]! == chain.Count, "with its whole ledger");
        Assert.Equal("online", (string?)known["presence"]);
    }

    [PeerTheory]
    [InlineData("ecc384:ecdsa-sha384")]
    [InlineData("rsa2048:rsassa-sha256")]
    public async Task A_key_of_another_kind_signs_too(string kind)
    {
        await using var session = await TestbedSession.StartAsync();
        var tpm = await StartTpmAsync(session);
        await tpm.CreateKeyAsync(Handle, kind);
        var site = await headquarters.CreateSiteAsync($"store-{kind[..3]}");

        var result = await EnrolAsync(ShopWorld.EdgeSync.With(tpm.Environment), site, await headquarters.CreateTokenAsync(site.Site), Key);

        Verb.AssertEnded(ExitCodes.Ok, result, "is enrolled");
        Assert.Contains($"ledgerKey: '{Key}'", await File.ReadAllTextAsync(site.FilePath), StringComparison.Ordinal);
    }

    [PeerTheory]
    [InlineData("no provider", ExitCodes.BadInput, "KeyProviderMissing", "tpm2-openssl")]
    [InlineData("no key", ExitCodes.BadInput, "KeyNotFound", "tpm2_getcap handles-persistent")]
    [InlineData("no TPM", ExitCodes.Unavailable, "KeyNotAnswering", "/dev/tpmrm0")]
    [InlineData("silent TPM", ExitCodes.Unavailable, "KeyNotAnswering", "within 5 s")]
    [InlineData("key for decryption", ExitCodes.BadInput, "KeyUnusable", "with the attribute 'sign'")]
    public async Task What_is_wrong_with_the_key_is_told_when_the_site_enrols_and_nothing_is_kept(string fault, int exitCode, string reason, string words)
    {
        await using var session = await TestbedSession.StartAsync();
        var tpm = await StartTpmAsync(session);
        if (fault == "key for decryption")
        {
            await tpm.CreateKeyAsync(Handle, "ecc256:aes128cfb", "restricted|decrypt");
        }
        else if (fault != "no key")
        {
            await tpm.CreateKeyAsync(Handle);
        }

        var environment = new Dictionary<string, string?>(tpm.Environment);
        if (fault == "no provider")
        {
            environment["OPENSSL_MODULES"] = session.Folder;
        }
        else if (fault == "no TPM")
        {
            await tpm.PullAsync();
        }
        else if (fault == "silent TPM")
        {
            tpm.Freeze();
        }

        var site = await headquarters.CreateSiteAsync($"store-{Guid.NewGuid():N}");
        var token = await headquarters.CreateTokenAsync(site.Site);

        var result = await EnrolAsync(ShopWorld.EdgeSync.With(environment), site, token, Key);

        Verb.AssertFailed(exitCode, result, reason, Key, words, "hint:  ");
        Assert.False(Directory.Exists(Path.Combine(site.StateDirectory, "identity")));
    }

    [PeerFact]
    public async Task A_certificate_near_its_end_is_renewed_by_proof_of_the_key_in_the_TPM()
    {
        var young = new Headquarters { Age = TimeSpan.FromDays(10), CertificateDays = 1 };
        await young.InitializeAsync();
        try
        {
            await using var session = await TestbedSession.StartAsync();
            var tpm = await StartTpmAsync(session);
            await tpm.CreateKeyAsync(Handle);
            var edgesync = ShopWorld.EdgeSync.With(tpm.Environment);
            var site = await young.CreateSiteAsync("store-0012");
            await young.StartAgainAtAsync(TimeSpan.FromHours(-20));
            var enrolled = await edgesync.RunAsync(
                ["enroll", young.Address, "--token", await young.CreateTokenAsync(site.Site), "--config", site.FilePath, "--ledger-key", Key]);
            Verb.AssertEnded(ExitCodes.Ok, enrolled, "is enrolled");
            await young.StartAgainAtAsync(TimeSpan.Zero);
            var before = await File.ReadAllTextAsync(IdentityOf(site, "client.pem"));
            await using var process = new SiteProcess(edgesync, site.FilePath);

            process.Start();

            var soon = TimeProvider.System.GetUtcNow().AddHours(20);
            await young.AwaitSiteAsync(
                site.Site, s => (string?)s["presence"] == "online" && (DateTimeOffset)s["certificateExpiresAt"]! > soon, "online with a new certificate");
            Assert.NotEqual(before, await File.ReadAllTextAsync(IdentityOf(site, "client.pem")));
        }
        finally
        {
            await young.DisposeAsync();
        }
    }

    [PeerFact]
    public async Task A_key_in_a_file_gives_way_to_one_in_the_TPM_and_the_ledger_begins_anew()
    {
        await using var session = await TestbedSession.StartAsync();
        var tpm = await StartTpmAsync(session);
        await tpm.CreateKeyAsync(Handle);
        var edgesync = ShopWorld.EdgeSync.With(tpm.Environment);
        var site = await headquarters.CreateSiteAsync("store-0017");
        var enrolled = await edgesync.RunAsync(
            ["enroll", headquarters.Address, "--token", await headquarters.CreateTokenAsync(site.Site), "--config", site.FilePath]);
        Verb.AssertEnded(ExitCodes.Ok, enrolled, "is enrolled");
        await using var process = new SiteProcess(edgesync, site.FilePath);
        process.Start();
        await SayAsync("in a file", ledger: 1);

        var moved = await EnrolAsync(edgesync, site, await headquarters.CreateTokenAsync(site.Site), Key, "--new-ledger-key");
        Verb.AssertEnded(ExitCodes.Ok, moved, "the site has a new ledger", $"ledgerKey: '{Key}'");
        var text = await File.ReadAllTextAsync(site.FilePath);
        await File.WriteAllTextAsync(site.FilePath, text.Replace($"ledgerKeyFile: {IdentityOf(site, "ledger.key")}", $"ledgerKey: '{Key}'", StringComparison.Ordinal));
        Assert.Equal(ExitCodes.Ok, await process.StopAsync());
        process.Start();
        await SayAsync("in the TPM", ledger: 2);

        Assert.False(File.Exists(IdentityOf(site, "ledger.key")));
        Assert.Single(SiteLedger.Verify(Path.Combine(site.StateDirectory, "site.db"), IdentityOf(site, "ledger-hardware.pub")));

        async Task SayAsync(string reason, int ledger)
        {
            await process.AwaitStatusAsync(_ => true, "up");
            Verb.AssertEnded(ExitCodes.Ok, await edgesync.RunAsync(["hold", "set", "--reason", reason, "--by", "crew", "--config", site.FilePath]));
            await headquarters.AwaitSiteAsync(
                site.Site, s => ((int)s["ledger"]!["ledger"]!, (long)s["ledger"]!["storedThrough"]!) == (ledger, 1), $"with entry 1 of ledger {ledger}");
        }
    }

    private static async Task<SoftTpm> StartTpmAsync(TestbedSession session) => await SoftTpm.StartAsync(session, await KeyProviders.PrepareAsync(session));

    private static string IdentityOf(SiteConfiguration site, string file) => Path.Combine(site.StateDirectory, "identity", file);

    private Task<Testbed.Peers.ToolResult> EnrolAsync(EdgeSyncProgram edgesync, SiteConfiguration site, string token, string key, params string[] more) =>
        edgesync.RunAsync(["enroll", headquarters.Address, "--token", token, "--config", site.FilePath, "--ledger-key", key, .. more]);

    private static async Task RepairAsync(ShopWorld world, SiteProcess site)
    {
        var repaired = site.AwaitLogAsync("drift repaired");
        await world.Node.DeleteAsync("/api/v1/namespaces/shop/configmaps/pages");
        await repaired;
        Assert.Contains("Shop 1.0.0", await world.PageAsync(), StringComparison.Ordinal);
    }

    private static async Task AwaitWaitingAsync(ShopWorld world, string reason)
    {
        var status = await world.Site.AwaitStatusAsync(s => s.Notices is not null, "troubled");
        var notice = Assert.Single(status.Notices!);
        Assert.Equal(ReasonCodes.LedgerNotSigned, notice.Reason);
        Assert.Contains(reason, notice.Message, StringComparison.Ordinal);
        Assert.True(status.OutboxLength > 0);
    }

    private static Task<SiteStatus> AwaitAllSignedAsync(ShopWorld world) =>
        world.Site.AwaitStatusAsync(status => status is { Notices: null, OutboxLength: 0 }, "confirmed by HQ in all that it did");
}
