using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Page;
using EdgeSync.Page.Tests.Support;
using EdgeSync.Primitives.Failures;
using EdgeSync.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSync.Page.Tests;

public sealed class PageCertificateTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly ManualTimeProvider _clock = new(ScriptedSite.Start);

    [Fact]
    public void Current_Own_NamesTheSiteAsAServerAndIsKeptOverARestart()
    {
        using var first = Open(new PageTls(null, null));
        using var second = Open(new PageTls(null, null));

        var certificate = first.Current().TargetCertificate;

        Assert.Equal(certificate.Thumbprint, second.Current().TargetCertificate.Thumbprint);
        Assert.True(certificate.MatchesHostname("store-0417"));
        Assert.True(certificate.MatchesHostname("192.168.7.4"));
        Assert.Equal("1.3.6.1.5.5.7.3.1", certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages[0].Value);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_directory["page.key"]));
    }

    [Fact]
    public void Current_OwnThatEndsSoon_IsMadeAgain()
    {
        using var running = Open(new PageTls(null, null));
        var before = running.Current().TargetCertificate.Thumbprint;
        _clock.Advance(TimeSpan.FromDays(769));
        Assert.Equal(before, running.Current().TargetCertificate.Thumbprint);
        File.SetLastWriteTimeUtc(_directory["page.pem"], ScriptedSite.Start.UtcDateTime);

        _clock.Advance(TimeSpan.FromDays(2));

        Assert.NotEqual(before, running.Current().TargetCertificate.Thumbprint);
    }

    [Fact]
    public void Current_GivenThatWasRenewed_IsReadAgainAndABrokenOneIsNot()
    {
        Write("old");
        using var running = Open(new PageTls(_directory["given.pem"], _directory["given.key"]));
        Assert.Equal("CN=old", running.Current().TargetCertificate.Subject);

        Write("new");
        File.SetLastWriteTimeUtc(_directory["given.pem"], ScriptedSite.Start.UtcDateTime);
        Assert.Equal("CN=new", running.Current().TargetCertificate.Subject);
        File.WriteAllText(_directory["given.pem"], "broken");
        Assert.Equal("CN=new", running.Current().TargetCertificate.Subject);
        using var restarted = Open(new PageTls(_directory["given.pem"], _directory["given.key"]));
        Assert.Equal("PageCertificateInvalid", Assert.Throws<StorageException>(restarted.Current).Reason);
    }

    public void Dispose() => _directory.Dispose();

    private PageCertificate Open(PageTls tls) =>
        new(new PageSection(IPEndPoint.Parse("192.168.7.4:8420"), tls), _directory.Path, "store-0417", _clock, NullLogger<PageCertificate>.Instance);

    private void Write(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256).CreateSelfSigned(ScriptedSite.Start.AddDays(-1), ScriptedSite.Start.AddDays(90));
        File.WriteAllText(_directory["given.pem"], certificate.ExportCertificatePem());
        File.WriteAllText(_directory["given.key"], key.ExportPkcs8PrivateKeyPem());
    }
}
