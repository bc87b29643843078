using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Page.Access;

namespace EdgeSync.Agent.Tests.Configuration;

public sealed class PageSectionTests
{
    private const string State = "stateDirectory: state\n";

    [Theory]
    [InlineData("page: {}", "127.0.0.1:8420", false)]
    [InlineData("page: {listen: '[::1]:9000'}", "[::1]:9000", false)]
    [InlineData("page: {tls: site}", "127.0.0.1:8420", true)]
    public void Load_OnLoopback_NeedsNeitherTlsNorPin(string text, string listen, bool tls)
    {
        using var folder = new ConfigurationFolder();

        var page = folder.Load(ConfigurationFolder.Minimal + text).Page!;

        Assert.Equal(new PageSection(IPEndPoint.Parse(listen), tls ? new PageTls(null, null) : null), page);
        Assert.False(page.IsReachable);
    }

    [Theory]
    [InlineData("0.0.0.0:8420")]
    [InlineData("[::]:8420")]
    [InlineData("192.168.7.4:8420")]
    public async Task Load_OnAnAddressThatOthersReach_NeedsTls(string listen)
    {
        using var folder = new ConfigurationFolder();
        await SetPinAsync(folder);

        var fault = Assert.Single(folder.Faults($"{ConfigurationFolder.Minimal}{State}page: {{listen: '{listen}'}}"));

        Assert.StartsWith($"edgesync.yaml:11:16: page.listen: '{listen}' can be reached from outside, and that needs TLS; write 'tls: site'", fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_OnAnAddressThatOthersReach_NeedsAPin()
    {
        using var folder = new ConfigurationFolder();
        var text = $"{ConfigurationFolder.Minimal}{State}page: {{listen: 0.0.0.0:8420, tls: site}}";

        Assert.Equal(
            "edgesync.yaml:11:7: page: listens on 0.0.0.0:8420, which can be reached from outside, and no PIN is set; run 'edgesync page pin'",
            Assert.Single(folder.Faults(text)));
        await SetPinAsync(folder);
        Assert.True(folder.Load(text).Page!.IsReachable);
        await File.WriteAllTextAsync(new PagePin(folder["state"]).Path, "271828");
        Assert.Equal(
            "edgesync.yaml:11:7: page: listens on 0.0.0.0:8420, which can be reached from outside, and 'state/page-pin' has no PIN that can be read; run 'edgesync page pin'",
            Assert.Single(folder.Faults(text)));
    }

    [Fact]
    public void Load_CertificateOfAnotherKey_IsRefused()
    {
        using var folder = new ConfigurationFolder();
        WriteCertificate(folder);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(folder["page.key"], other.ExportPkcs8PrivateKeyPem());

        Assert.Contains(
            "page.tls.certificateFile: 'page.pem' and 'page.key' are no certificate and its key",
            Assert.Single(folder.Faults(ConfigurationFolder.Minimal + "page: {tls: {certificateFile: page.pem, keyFile: page.key}}")),
            StringComparison.Ordinal);
    }

    /// <summary>Writes page.pem and page.key.</summary>
    internal static void WriteCertificate(ConfigurationFolder folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=store-0042", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        File.WriteAllText(folder["page.pem"], certificate.ExportCertificatePem());
        File.WriteAllText(folder["page.key"], key.ExportPkcs8PrivateKeyPem());
        File.SetUnixFileMode(folder["page.key"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private static Task SetPinAsync(ConfigurationFolder folder)
    {
        Directory.CreateDirectory(folder["state"]);
        return new PagePin(folder["state"]).WriteAsync("271828", CancellationToken.None);
    }
}
