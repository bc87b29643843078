using EdgeSync.Hq.Configuration;
using EdgeSync.Primitives.Failures;
using EdgeSync.Testing;
using Microsoft.Extensions.Configuration;

namespace EdgeSync.Hq.Tests.Configuration;

public sealed class HqConfigurationTests : IDisposable
{
    private readonly TempDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_ManyFaults_ReportsAllWithTheirKeys()
    {
        var failure = Refuse(
            """
            { "listen": ["ftp://x", "http://0.0.0.0:80", "https://0.0.0.0:443"], "stateDirectory": "relative", "allowPlainHttp": "maybe",
              "broker": { "url": "mqtt://host", "keyFile": "/nowhere" }, "enrolment": { "certificateDays": 0, "certificateDay": 7 }, "surprise": 1,
              "initialOperator": { "name": "two words" } }
            """);

        Assert.Equal(ExitCodes.BadConfiguration, failure.ExitCode);
        foreach (var key in new[] { "listen: 'ftp", "listen: 'http://0.0.0.0", "certificateFile: is missing", "stateDirectory:", "allowPlainHttp:", "broker:url:", "broker:keyFile:", "broker:certificateFile:", "enrolment:certificateDays:", "surprise: is not a setting", "enrolment:certificateDay: is not a setting; did you mean 'enrolment:certificateDays'?", "initialOperator:passwordFile:" })
        {
            Assert.Contains(key, failure.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("{", "is not valid JSON (line 1, column 2)")]
    [InlineData("[1]", "is not one JSON object")]
    [InlineData("{\"Listen\": \"a\", \"Listen\": \"b\"}", "has a key twice")]
    public void Load_FileIsNotJson_ReportsIt(string text, string expected) => Assert.Contains(expected, Refuse(text).Message, StringComparison.Ordinal);

    [Fact]
    public void Load_FileIsMissing_ReportsIt() => Assert.Contains(
        "no such file", Assert.Throws<HqException>(() => HqConfiguration.Load(_folder["none.json"], forServing: true)).Message, StringComparison.Ordinal);

    [Fact]
    public void Load_FolderInThePlaceOfAFile_ReportsItAsAFolder()
    {
        Assert.Contains(
            "it is a folder", Assert.Throws<HqException>(() => HqConfiguration.Load(_folder.Path, forServing: true)).Message, StringComparison.Ordinal);
        Assert.Contains(
            $"certificateFile: cannot read '{_folder.Path}': it is a folder, and a file is expected",
            Refuse($$"""{ "certificateFile": "{{_folder.Path}}", "keyFile": "{{_folder["x.key"]}}", "stateDirectory": "{{_folder.Path}}" }""").Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ValidConfiguration_ReturnsOptions()
    {
        var options = HqConfiguration.Read(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Listen"] = "http://127.0.0.1:8080, http://[::1]:8080",
            ["StateDirectory"] = _folder.Path,
            ["Broker:Url"] = "mqtts://broker:8883",
            ["Enrolment:BrokerUrl"] = "mqtts://broker.example:8883",
            ["Enrolment:CertificateDays"] = "90",
            ["LogLevel"] = "debug",
        }).Build(), forServing: true);

        Assert.Equal(["http://127.0.0.1:8080/", "http://[::1]:8080/"], options.Listen.Select(u => u.AbsoluteUri));
        Assert.Equal(("mqtts://broker.example:8883", 90), (options.Enrolment.BrokerUrl!.OriginalString, options.Enrolment.CertificateDays));
        Assert.Null(options.InitialOperator);
    }

    [Fact]
    public void Read_ListenAsTextAndAsList_TheTextOverridesTheList()
    {
        var options = HqConfiguration.Read(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["listen:0"] = "https://0.0.0.0:8443",
            ["listen"] = "http://127.0.0.1:8080",
            ["broker:clientId"] = "  ",
        }).Build(), forServing: true);

        Assert.Equal(["http://127.0.0.1:8080/"], options.Listen.Select(u => u.AbsoluteUri));
        Assert.Equal("edgesync-hq", options.Broker.ClientId);
    }

    [Fact]
    public void Read_NothingConfigured_ListensOnLoopbackWithTls() => Assert.Contains(
        "certificateFile: is missing, and 'https://127.0.0.1:8443/' needs it",
        Assert.Throws<HqException>(() => HqConfiguration.Read(new ConfigurationBuilder().Build(), forServing: true)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Load_MissingCertificateFile_IsAcceptedByTheVerbThatCreatesIt()
    {
        File.WriteAllText(
            _folder["hq.json"],
            $$"""{ "listen": ["https://0.0.0.0:8443"], "certificateFile": "{{_folder["x.pem"]}}", "keyFile": "{{_folder["x.key"]}}", "stateDirectory": "{{_folder.Path}}" }""");

        Assert.Equal(_folder.Path, HqConfiguration.Load(_folder["hq.json"], forServing: false).StateDirectory);
        Assert.Throws<HqException>(() => HqConfiguration.Load(_folder["hq.json"], forServing: true));
    }

    private HqException Refuse(string json)
    {
        File.WriteAllText(_folder["hq.json"], json);
        return Assert.Throws<HqException>(() => HqConfiguration.Load(_folder["hq.json"], forServing: true));
    }
}
