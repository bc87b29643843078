using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Enrolment;
using EdgeSync.Agent.Failures;
using EdgeSync.Agent.Tests.Configuration;
using EdgeSync.Contracts.Enrolment;
using EdgeSync.Primitives.Failures;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Keys.Hardware;
using Microsoft.AspNetCore.Http;

namespace EdgeSync.Agent.Tests.Enrolment;

public sealed class SiteEnrollerTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly ConfigurationFolder _folder = new();
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(60));

    private string Identity => _folder["state/identity"];

    private AgentConfiguration Configuration => _folder.Load(ConfigurationFolder.Minimal + "stateDirectory: state\n");

    [Fact]
    public async Task Enrol_NewSite_StoresKeysAndCertificateAndTheConfigurationLoads()
    {
        await using var hq = await ScriptedHq.StartAsync();

        var outcome = await EnrolAsync(hq);
        var added = await HqSectionText.TryAddAsync(_folder.FilePath, outcome.Section, _limit.Token);

        var request = Assert.Single(hq.Requests);
        Assert.Equal("POST /api/v1/enrolments", Assert.Single(hq.Paths));
        Assert.Equal(("secret", "retail", "store-0042"), (request.Token, request.Fleet, request.Site));
        Assert.Contains("BEGIN PUBLIC KEY", request.LedgerKey, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE", request.LedgerKey + request.CertificateRequest, StringComparison.Ordinal);
        Assert.True(added);
        var section = AgentConfigurationLoader.Load(_folder.FilePath, new Dictionary<string, string>()).Hq!;
        Assert.Equal("mqtts://hq.example.com:8883/", section.Broker.ToString());
        Assert.Equal(UnixFileMode.UserExecute | Private, File.GetUnixFileMode(Identity));
        Assert.All(Directory.GetFiles(Identity, "*.key"), file => Assert.Equal(Private, File.GetUnixFileMode(file)));
        using var ledger = await SigningKeyFile.LoadAsync(section.LedgerKeyFile!, password: null, _limit.Token);
        Assert.Equal(request.LedgerKey, ledger.PublicKey.ToPem());
        using var client = X509Certificate2.CreateFromPemFile(section.CertificateFile!, section.KeyFile);
        Assert.True(client.HasPrivateKey);
        Assert.Equal("CN=retail/store-0042", client.Subject);
        Assert.Equal(hq.AuthorityPem, await File.ReadAllTextAsync(section.CaFile!, _limit.Token));
    }

    [Fact]
    public async Task Enrol_SecondTime_DoesNotAskHqAndReturnsTheSame()
    {
        await using var hq = await ScriptedHq.StartAsync();

        var first = await EnrolAsync(hq);
        var second = await EnrolAsync(hq);

        Assert.True(first.Asked);
        Assert.False(second.Asked);
        Assert.Equal(first.Section, second.Section);
        Assert.Single(hq.Requests);
    }

    [Fact]
    public async Task Enrol_Again_UsesTheSameKeys()
    {
        await using var hq = await ScriptedHq.StartAsync();

        await EnrolAsync(hq);
        var outcome = await EnrolAsync(hq, again: true);

        Assert.True(outcome.Asked);
        Assert.Equal(hq.Requests[0].LedgerKey, hq.Requests[1].LedgerKey);
        Assert.Equal(KeyOf(hq.Requests[0]), KeyOf(hq.Requests[1]));
    }

    [Fact]
    public async Task Enrol_NewLedgerKey_ReplacesTheOldOneWhenHqKnowsIt()
    {
        await using var hq = await ScriptedHq.StartAsync();
        await EnrolAsync(hq);
        var (answer, old) = (hq.Answer, await File.ReadAllTextAsync(_folder["state/identity/ledger.key"]));
        hq.Answer = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        await Assert.ThrowsAsync<AgentException>(() => EnrolAsync(hq, newLedgerKey: true));
        Assert.Equal(old, await File.ReadAllTextAsync(_folder["state/identity/ledger.key"]));
        hq.Answer = answer;

        var outcome = await EnrolAsync(hq, newLedgerKey: true);

        Assert.True(outcome.Asked);
        Assert.NotEqual(hq.Requests[0].LedgerKey, hq.Requests[1].LedgerKey);
        Assert.Equal(hq.Requests[1].LedgerKey, hq.Requests[2].LedgerKey);
        Assert.Equal(hq.Requests[2].LedgerKey, await File.ReadAllTextAsync(_folder["state/identity/ledger.pub"]));
        using var key = await SigningKeyFile.LoadAsync(_folder["state/identity/ledger.key"], password: null, _limit.Token);
        Assert.Equal(hq.Requests[2].LedgerKey, key.PublicKey.ToPem());
        Assert.Empty(Directory.GetFiles(_folder["state/identity"], "*next*"));
        Assert.False((await EnrolAsync(hq)).Asked);
    }

    [Fact]
    public async Task Enrol_CertificateHasExpired_RequestsANewOne()
    {
        await using var hq = await ScriptedHq.StartAsync();
        hq.Answer = context => ScriptedHq.RespondAsync(context, new EnrolmentResponse(hq.Issue(hq.Requests[^1].CertificateRequest, days: 0), hq.AuthorityPem, "mqtts://h:1", hq.AuthorityPem));

        await EnrolAsync(hq);
        var outcome = await EnrolAsync(hq);

        Assert.True(outcome.Asked);
    }

    [Theory]
    [InlineData("state/identity/ledger.key")]
    [InlineData("state/identity/client.key")]
    [InlineData("state/identity/client.pem")]
    [InlineData("state/identity/broker.url")]
    public async Task Enrol_InterruptedBeforeThisFile_ContinuesWithTheExistingKeys(string missing)
    {
        await using var hq = await ScriptedHq.StartAsync();
        await EnrolAsync(hq);
        string[] order = ["state/identity/ledger.key", "state/identity/client.pub", "state/identity/client.key", "state/identity/hq-ca.pem", "state/identity/broker-ca.pem", "state/identity/client.pem", "state/identity/broker.url"];
        foreach (var later in order[Array.IndexOf(order, missing)..])
        {
            File.Delete(_folder[later]);
        }

        var outcome = await EnrolAsync(hq);

        Assert.True(outcome.Asked);
        Assert.Equal(missing.EndsWith("ledger.key", StringComparison.Ordinal), hq.Requests[0].LedgerKey != hq.Requests[1].LedgerKey);
        Assert.Equal(missing.EndsWith(".key", StringComparison.Ordinal), KeyOf(hq.Requests[0]) != KeyOf(hq.Requests[1]));
        Assert.All(order, file => Assert.True(File.Exists(_folder[file])));
    }

    [Fact]
    public async Task Enrol_LedgerKeyInHardwareAfterOneInAFile_IsRefusedBeforeHqIsAsked()
    {
        await using var hq = await ScriptedHq.StartAsync();
        await EnrolAsync(hq);
        Assert.True(HardwareKeyAddress.TryParse("tpm2:handle:0x81FFFFFE", out var address, out _));

        var failure = await Assert.ThrowsAsync<AgentException>(() => EnrolAsync(hq, again: true, hardware: new HardwareLedgerKey(address)));

        Assert.Equal(("LedgerKeyElsewhere", ExitCodes.BadConfiguration), (failure.Reason, failure.ExitCode));
        Assert.Single(hq.Requests);
    }

    [Fact]
    public async Task Enrol_WithoutTheLedgerKeyInHardware_IsRefusedAndCreatesNoFile()
    {
        await using var hq = await ScriptedHq.StartAsync();
        Directory.CreateDirectory(Identity);
        using var key = SigningKey.Create("hardware");
        await File.WriteAllTextAsync(Path.Combine(Identity, "ledger-hardware.pub"), key.PublicKey.ToPem(), _limit.Token);

        var failure = await Assert.ThrowsAsync<AgentException>(() => EnrolAsync(hq));

        Assert.Equal("LedgerKeyElsewhere", failure.Reason);
        Assert.Empty(hq.Requests);
        Assert.Equal(["ledger-hardware.pub"], Directory.GetFiles(Identity).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData(403, """{"status":403,"reason":"EnrolmentRefused","detail":"the token is used","hint":"ask"}""", "the token is used", ExitCodes.NotTrusted, Disposition.Stalled)]
    [InlineData(400, "not json", "Bad Request", ExitCodes.Failure, Disposition.Stalled)]
    [InlineData(503, "", "Service Unavailable", ExitCodes.Unavailable, Disposition.Transient)]
    [InlineData(302, "", "Found", ExitCodes.Failure, Disposition.Stalled)]
    [InlineData(200, "{}", "does not answer as HQ does", ExitCodes.Failure, Disposition.Stalled)]
    [InlineData(200, "<html>", "does not answer as HQ does", ExitCodes.Failure, Disposition.Stalled)]
    public async Task Enrol_HqRefuses_KeepsTheKeysAndReportsTheReason(int status, string body, string expected, int exitCode, Disposition disposition)
    {
        await using var hq = await ScriptedHq.StartAsync();
        var good = hq.Answer;
        hq.Answer = context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "http://127.0.0.1:1/";
            return context.Response.WriteAsync(body);
        };

        var failure = await Assert.ThrowsAsync<AgentException>(() => EnrolAsync(hq));
        hq.Answer = good;
        await EnrolAsync(hq);

        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.Equal((exitCode, disposition), (failure.ExitCode, failure.Disposition));
        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, hq.Requests.Count);
        Assert.Equal(hq.Requests[0].LedgerKey, hq.Requests[1].LedgerKey);
    }

    [Theory]
    [InlineData("other key", "for another key")]
    [InlineData("other authority", "not issued by the authority in the same answer")]
    [InlineData("no certificate", "the certificate is not PEM")]
    [InlineData("no authority", "the broker's authority is no certificate")]
    [InlineData("plain broker", "not mqtts://HOST:PORT")]
    [InlineData("broker with password", "not mqtts://HOST:PORT")]
    public async Task Enrol_UnusableAnswer_IsRefusedAndNothingIsStored(string fault, string expected)
    {
        await using var hq = await ScriptedHq.StartAsync();
        await using var stranger = await ScriptedHq.StartAsync();
        hq.Answer = context =>
        {
            var request = hq.Requests[^1].CertificateRequest;
            var right = new EnrolmentResponse(hq.Issue(request), hq.AuthorityPem, "mqtts://h:8883", hq.AuthorityPem);
            return ScriptedHq.RespondAsync(context, fault switch
            {
                "other key" => right with { Certificate = hq.Issue(RequestOfStranger()) },
                "other authority" => right with { Certificate = stranger.Issue(request) },
                "no certificate" => right with { Certificate = "hello" },
                "no authority" => right with { BrokerCertificateAuthority = "" },
                "plain broker" => right with { BrokerUrl = "mqtt://hq.example.com:1883" },
                _ => right with { BrokerUrl = "mqtts://u:p@hq.example.com" },
            });
        };

        var failure = await Assert.ThrowsAsync<AgentException>(() => EnrolAsync(hq));

        Assert.Equal("EnrolmentAnswerInvalid", failure.Reason);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["state/identity/client.pem"]));
    }

    [Fact]
    public async Task Enrol_PrivateAuthorityOfHq_IsTrustedOnlyByItsFile()
    {
        await using var hq = await ScriptedHq.StartAsync(tls: true);
        await using var stranger = await ScriptedHq.StartAsync();

        var unknown = await Assert.ThrowsAsync<AgentException>(() => EnrolAsync(hq));
        var other = await Assert.ThrowsAsync<AgentException>(() => EnrolAsync(hq, caFile: stranger.Factory.AuthorityPath));
        var outcome = await EnrolAsync(hq, caFile: hq.Factory.AuthorityPath);

        Assert.Equal(("HqUnavailable", "HqUnavailable"), (unknown.Reason, other.Reason));
        Assert.True(outcome.Asked);
        Assert.Single(hq.Requests);
    }

    [Theory]
    [InlineData("http://hq.example.com", "without TLS")]
    [InlineData("ftp://hq.example.com", "is not https://HOST")]
    [InlineData("https://user:pw@hq.example.com", "is not https://HOST")]
    [InlineData("hq.example.com", "is not https://HOST")]
    public void Client_AddressThatWouldShowTheToken_IsRefused(string address, string expected)
    {
        var failure = Assert.Throws<AgentException>(() => new EnrolmentClient(address, caFile: null, TimeProvider.System));

        Assert.Equal(ExitCodes.Usage, failure.ExitCode);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("pw", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Enrol_HqDoesNotAnswer_ReportsThatTheTokenIsStillValid()
    {
        using var client = new EnrolmentClient("http://127.0.0.1:1", caFile: null, TimeProvider.System);

        var failure = await Assert.ThrowsAsync<AgentException>(() => new SiteEnroller(Configuration, client, TimeProvider.System).EnrolAsync("secret", again: false, newLedgerKey: false, _limit.Token));

        Assert.Equal(("HqUnavailable", ExitCodes.Unavailable), (failure.Reason, failure.ExitCode));
    }

    [Theory]
    [InlineData("hq: {broker: 'mqtts://h', ledgerKeyFile: a.pub}\n")]
    [InlineData("labels:\n  a: b\n...\n")]
    public async Task TryAdd_FileThatCannotTakeTheSection_IsNotChanged(string end)
    {
        await File.WriteAllTextAsync(_folder.FilePath, ConfigurationFolder.Minimal + end);

        var added = await HqSectionText.TryAddAsync(_folder.FilePath, HqSectionText.Create("mqtts://h", new SiteIdentity(Identity)), _limit.Token);

        Assert.False(added);
        Assert.Equal(ConfigurationFolder.Minimal + end, await File.ReadAllTextAsync(_folder.FilePath));
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(_folder.FilePath)!, "*.new"));
    }

    public void Dispose()
    {
        _limit.Dispose();
        _folder.Dispose();
    }

    private static string KeyOf(EnrolmentRequest request) => Convert.ToHexString(
        CertificateRequest.LoadSigningRequestPem(request.CertificateRequest, HashAlgorithmName.SHA256).PublicKey.ExportSubjectPublicKeyInfo());

    private static string RequestOfStranger()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=stranger", key, HashAlgorithmName.SHA256).CreateSigningRequestPem();
    }

    private async Task<EnrolmentOutcome> EnrolAsync(ScriptedHq hq, bool again = false, string? caFile = null, HardwareLedgerKey? hardware = null, bool newLedgerKey = false)
    {
        using var client = new EnrolmentClient(hq.Url, caFile, TimeProvider.System);
        return await new SiteEnroller(Configuration, client, TimeProvider.System, hardware).EnrolAsync("secret", again, newLedgerKey, _limit.Token);
    }
}
