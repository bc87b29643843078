using System.Security.Cryptography.X509Certificates;
using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Primitives.Failures;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Enrolment;

/// <summary>Certificates that HQ has made for a day, and what becomes of them with nobody at the sites.</summary>
public sealed class RenewedCertificateTests
{
    [PeerFact]
    public async Task A_certificate_that_ran_out_while_the_site_was_off_and_one_near_its_end_are_renewed_by_the_ledger_key_alone()
    {
        var headquarters = new Headquarters { Age = TimeSpan.FromDays(10), CertificateDays = 1 };
        await headquarters.InitializeAsync();
        try
        {
            // HQ's certificates begin a day before they are made: the first ended 23 hours ago, the second has 4 of its 48 hours left.
            await headquarters.StartAgainAtAsync(TimeSpan.FromHours(-47));
            await using var over = await EnrolAsync(headquarters, "store-0010");
            await headquarters.StartAgainAtAsync(TimeSpan.FromHours(-20));
            await using var due = await EnrolAsync(headquarters, "store-0011");
            await headquarters.StartAgainAtAsync(TimeSpan.Zero);
            Assert.Equal((true, false), (over.HasEnded, due.HasEnded));
            Assert.NotEqual(0, (await over.SpeakAsync()).ExitCode);
            (await due.SpeakAsync()).EnsureSuccess();

            over.Process.Start();
            due.Process.Start();

            await over.AssertRenewedAsync();
            await due.AssertRenewedAsync();
        }
        finally
        {
            await headquarters.DisposeAsync();
        }
    }

    private static async Task<EnrolledSite> EnrolAsync(Headquarters headquarters, string name)
    {
        var site = await headquarters.CreateSiteAsync(name);
        Verb.AssertEnded(ExitCodes.Ok, await headquarters.EnrolAsync(site, await headquarters.CreateTokenAsync(name)), "is enrolled");
        return new EnrolledSite(headquarters, site);
    }

    private sealed class EnrolledSite(Headquarters headquarters, SiteConfiguration site) : IAsyncDisposable
    {
        private readonly string _ledgerKey = File.ReadAllText(FileOf(site, "ledger.pub"));
        private readonly string _certificate = File.ReadAllText(FileOf(site, "client.pem"));

        public SiteProcess Process { get; } = new(ShopWorld.EdgeSync, site.FilePath);

        public bool HasEnded => EndOf(_certificate) < TimeProvider.System.GetUtcNow();

        /// <summary>As the site, at the broker, with the certificate that it has now.</summary>
        public Task<Testbed.Peers.ToolResult> SpeakAsync() => headquarters.PublishAsync(site, $"edgesync/v1/{site.Fleet}/{site.Site}/acks", "of its own");

        public async Task AssertRenewedAsync()
        {
            var soon = TimeProvider.System.GetUtcNow().AddHours(20);
            var known = await headquarters.AwaitSiteAsync(
                site.Site, s => (string?)s["presence"] == "online" && (DateTimeOffset)s["certificateExpiresAt"]! > soon, "online with a new certificate");
            Assert.Equal((1, true), ((int)known["ledger"]!["ledger"]!, EndOf(File.ReadAllText(FileOf(site, "client.pem"))) > soon));
            Assert.Equal(_ledgerKey, File.ReadAllText(FileOf(site, "ledger.pub")));
            Assert.NotEqual(_certificate, File.ReadAllText(FileOf(site, "client.pem")));
            Assert.Null((await Process.AwaitStatusAsync(status => status.Notices is null, "of good cheer")).Notices);
            (await SpeakAsync()).EnsureSuccess();
        }

        public ValueTask DisposeAsync() => Process.DisposeAsync();

        private static string FileOf(SiteConfiguration site, string name) => Path.Combine(site.StateDirectory, "identity", name);

        private static DateTimeOffset EndOf(string pem)
        {
            using var certificate = X509Certificate2.CreateFromPem(pem);
            return certificate.NotAfter.ToUniversalTime();
        }
    }
}
