using EdgeSync.Contracts;
using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Primitives.Failures;
using EdgeSync.Testbed;
using EdgeSync.Testbed.Hardware;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Hardware;

/// <summary>A site whose ledger key is in a PKCS#11 token: SoftHSM, which the binary reaches through OpenSSL's provider for it.</summary>
public sealed class TokenTests(Headquarters headquarters) : IClassFixture<Headquarters>
{
    [PeerTheory]
    [InlineData("rsa:2048", false)]
    [InlineData("EC:prime256v1", true)]
    public async Task A_site_signs_with_its_token_and_catches_up_when_the_token_comes_back(string kind, bool givesPublicKey)
    {
        await using var session = await TestbedSession.StartAsync();
        var token = await CreateTokenAsync(session, kind);
        var edgesync = ShopWorld.EdgeSync.With(token.Environment);
        var configuration = await headquarters.CreateSiteAsync($"store-{kind[..2]}".ToLowerInvariant());
        string[] more = givesPublicKey ? ["--ledger-public-key", await token.ReadPublicKeyAsync("ledger")] : [];
        Verb.AssertEnded(ExitCodes.Ok, await EnrolAsync(edgesync, configuration, token.AddressOf("ledger"), more), "is enrolled");
        await using var site = new SiteProcess(edgesync, configuration.FilePath);
        site.Start();
        await site.AwaitStatusAsync(s => s.Live == true, "running");
        await HoldAsync(edgesync, configuration, "the first");
        await headquarters.AwaitSiteAsync(configuration.Site, s => (long)s["ledger"]!["storedThrough"]! == 1, "with one entry");

        await site.StopAsync();
        token.Pull();
        site.Start();
        await site.AwaitStatusAsync(s => s.Live == true, "running");
        await HoldAsync(edgesync, configuration, "without the token");
        var status = await site.AwaitStatusAsync(s => s.Notices is not null, "troubled");
        var notice = Assert.Single(status.Notices!);
        Assert.Equal(ReasonCodes.LedgerNotSigned, notice.Reason);
        Assert.Contains("KeyNotFound", notice.Message, StringComparison.Ordinal);
        token.PutIn();

        await site.AwaitStatusAsync(s => s is { Notices: null, LedgerNumber: 2, OutboxLength: 0 }, "confirmed by HQ");
        var publicKey = Path.Combine(configuration.StateDirectory, "identity", "ledger-hardware.pub");
        Assert.Equal(2, SiteLedger.Verify(Path.Combine(configuration.StateDirectory, "site.db"), publicKey).Count);
    }

    [PeerTheory]
    [InlineData("no PIN", "KeyPinMissing", "is missing or empty")]
    [InlineData("open PIN", "KeyExposed", "chmod 600")]
    [InlineData("wrong PIN", "KeyPinWrong", "does not try a PIN twice")]
    [InlineData("other name", "KeyNotFound", "pkcs11-tool --list-objects")]
    [InlineData("hidden public half", "KeyUnusable", "--ledger-public-key")]
    [InlineData("other public half", "KeyChanged", "does not belong to the given public key")]
    [InlineData("P-521", "KeyUnusable", "P-256")]
    public async Task What_is_wrong_is_told_when_the_site_enrols_and_the_right_thing_works_afterwards(string fault, string reason, string words)
    {
        await using var session = await TestbedSession.StartAsync();
        var token = await CreateTokenAsync(session, fault.EndsWith("public half", StringComparison.Ordinal) ? "EC:prime256v1" : "rsa:2048");
        var edgesync = ShopWorld.EdgeSync.With(token.Environment);
        var configuration = await headquarters.CreateSiteAsync($"store-{Guid.NewGuid():N}");
        var (name, more) = ("ledger", Array.Empty<string>());
        switch (fault)
        {
            case "no PIN":
                File.Delete(token.PinFile);
                break;
            case "open PIN":
                File.SetUnixFileMode(token.PinFile, UnixFileMode.UserRead | UnixFileMode.GroupRead);
                break;
            case "wrong PIN":
                token.WritePin("9999");
                break;
            case "other name":
                name = "other";
                break;
            case "other public half":
                await token.CreateKeyAsync("second", "EC:prime256v1");
                more = ["--ledger-public-key", await token.ReadPublicKeyAsync("second")];
                break;
            case "P-521":
                name = "large";
                await token.CreateKeyAsync(name, "EC:secp521r1");
                more = ["--ledger-public-key", await token.ReadPublicKeyAsync(name)];
                break;
        }

        var wrong = await EnrolAsync(edgesync, configuration, token.AddressOf(name), more);

        Verb.AssertFailed(ExitCodes.BadInput, wrong, reason, words);
        Assert.DoesNotContain("4321", wrong.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(configuration.StateDirectory, "identity")));
        token.WritePin("4321");
        more = fault.EndsWith("public half", StringComparison.Ordinal) ? ["--ledger-public-key", await token.ReadPublicKeyAsync("ledger")] : [];
        Verb.AssertEnded(ExitCodes.Ok, await EnrolAsync(edgesync, configuration, token.AddressOf("ledger"), more), "is enrolled");
    }

    [PeerFact]
    public async Task A_PIN_on_the_command_line_is_refused_and_not_repeated()
    {
        var configuration = await headquarters.CreateSiteAsync("store-0201");

        var result = await EnrolAsync(ShopWorld.EdgeSync, configuration, "pkcs11:object=ledger?pin-value=4321");

        Verb.AssertFailed(ExitCodes.Usage, result, "LedgerKeyInvalid", "holds the PIN itself");
        Assert.DoesNotContain("4321", result.Error, StringComparison.Ordinal);
    }

    private static async Task<SoftToken> CreateTokenAsync(TestbedSession session, string kind)
    {
        var token = await SoftToken.CreateAsync(session, await KeyProviders.PrepareAsync(session));
        await token.CreateKeyAsync("ledger", kind);
        return token;
    }

    private static async Task HoldAsync(EdgeSyncProgram edgesync, SiteConfiguration site, string why) =>
        await edgesync.RequireAsync(["hold", "set", "--by", "crew", "--reason", why, "--config", site.FilePath]);

    private async Task<ToolResult> EnrolAsync(EdgeSyncProgram edgesync, SiteConfiguration site, string key, params string[] more)
    {
        var token = await headquarters.CreateTokenAsync(site.Site);
        return await edgesync.RunAsync(["enroll", headquarters.Address, "--token", token, "--config", site.FilePath, "--ledger-key", key, .. more]);
    }
}
