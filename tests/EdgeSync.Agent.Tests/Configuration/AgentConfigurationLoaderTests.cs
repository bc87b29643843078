using System.Net;
using EdgeSync.Agent.Configuration;
using EdgeSync.Primitives.Failures;
using EdgeSync.Testing;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.Tests.Configuration;

public sealed class AgentConfigurationLoaderTests
{
    private const string Full = """
        site: 0042
        fleet: retail
        labels: {region: north, ring: "1"}
        values: {REPLICAS: 3}
        timeZone: Europe/Berlin
        windows:
          download: [{cron: "0 22 * * *", duration: 8h}]
          activate: [{cron: "0 2 * * 1-5", duration: 2h, timeZone: UTC}]
          blackout: [{from: 2026-11-27, to: 2026-11-30, reason: Black Friday}, {from: 12-24, reason: Christmas Eve}]
          splay: 30m
        interlocks:
          - {name: engine-off, message: the engine runs, hint: Switch it off., every: 30s, channels: [stable], file: {path: /run/engine, is: absent}}
          - {name: mode, file: {path: /run/mode, content: parked}}
          - {name: no-sale, command: {run: [/usr/bin/env, "true"], exitCode: 0, timeout: 5s}}
          - {name: door, http: {url: "http://127.0.0.1:9000/state", status: 200, jsonPath: .door, equals: closed, timeout: 2s}}
        stateDirectory: state
        runDirectory: /run/somewhere
        platform: linux/arm/v7
        registries:
          - host: registry.example.com:5000
            caFile: ca.pem
            clientCertificateFile: client.pem
            clientKeyFile: client.key
            usernameFile: user
            passwordFile: password
          - {host: localhost:5001, plainHttp: true, tokenFile: token}
          - {host: other.example.com, dockerConfig: docker.json}
        trust:
          releases: {keys: [a.pub, b.pub], threshold: 2}
          bundles: {keys: [b.pub], threshold: 1}
        channels:
          - name: stable
            reference: registry.example.com:5000/retail/releases
            every: 1h30m
            namespace: shop
            healthDeadline: 500s
            conflicts: leave
            windows:
              download: [{cron: "0 1 * * *", duration: 1h, timeZone: UTC}]
              activate: [{cron: "0 3 * * 0", duration: 1h, timeZone: UTC}]
              blackout: [{from: 01-01, to: 01-02, reason: New Year}]
              splay: 5m
            ignore: [{kind: Deployment.apps, name: till-*, namespace: shop, fields: [/spec/replicas]}]
            tenant: {namespaces: [shop], serviceAccount: shop/deployer, forbiddenKinds: [Secret], clusterKinds: [PriorityClass.scheduling.k8s.io], maxObjects: 5}
          - {name: tools, reference: other.example.com/tools}
        cluster: {kubeconfig: kubeconfig, inventoryNamespace: elsewhere, reportLogs: false, rebuild: manual}
        runtime: {endpoint: unix:///run/containerd/containerd.sock}
        mirror: {listen: "[::1]:6000"}
        page: {listen: "[::1]:8421", tls: {certificateFile: page.pem, keyFile: page.key}}
        hq: {broker: mqtts://hq.example.com, caFile: ca.pem, certificateFile: client.pem, keyFile: client.key, ledgerKeyFile: ledger.key, keepAlive: 1m, reportEvery: 1d}
        fetch: {parallel: 4, maxBlobSize: 500MiB}
        prune: {maxShare: 50%}
        log: {level: debug, format: json}
        """;

    [Fact]
    public void Load_FullFile_ReadsEveryKey()
    {
        using var folder = new ConfigurationFolder("ca.pem", "client.pem", "client.key", "user", "password", "token", "docker.json", "ledger.key");
        PageSectionTests.WriteCertificate(folder);

        var configuration = folder.Load(Full);

        Assert.Equal("0042", configuration.Site);
        Assert.Equal("retail", configuration.Fleet);
        Assert.Equal("north", configuration.Labels["region"]);
        Assert.Equal("1", configuration.Labels["ring"]);
        Assert.Equal(folder["state"], configuration.StateDirectory);
        Assert.Equal("/run/somewhere/edgesync.sock", configuration.ControlSocket);
        Assert.Equal("linux/arm/v7", configuration.Platform);
        Assert.Equal(["registry.example.com:5000", "localhost:5001", "other.example.com"], configuration.Registries.Select(registry => registry.Host));
        Assert.Equal(folder["client.key"], configuration.Registries[0].ClientKeyFile);
        Assert.Equal(folder["password"], configuration.Registries[0].PasswordFile);
        Assert.True(configuration.Registries[1].PlainHttp);
        Assert.Equal(folder["token"], configuration.Registries[1].TokenFile);
        Assert.Equal(folder["docker.json"], configuration.Registries[2].DockerConfig);
        Assert.Equal([folder["a.pub"], folder["b.pub"]], configuration.Trust.Releases!.Keys);
        Assert.Equal(2, configuration.Trust.Releases!.Threshold);
        Assert.Equal([folder["b.pub"]], configuration.Trust.Bundles!.Keys);
        Assert.Equal(new TimeSpan(1, 30, 0), configuration.Channels[0].Every);
        Assert.Equal("shop", configuration.Channels[0].Namespace);
        Assert.Equal(TimeSpan.FromSeconds(500), configuration.Channels[0].HealthDeadline);
        Assert.Equal("other.example.com/tools", configuration.Channels[1].Reference);
        Assert.Equal(TimeSpan.FromMinutes(1), configuration.Channels[1].Every);
        Assert.Equal(new ClusterSection(folder["kubeconfig"], "elsewhere", ReportLogs: false, IsRebuiltByHand: true), configuration.Cluster);
        Assert.Equal("/run/containerd/containerd.sock", configuration.Runtime.SocketPath);
        Assert.Equal("[::1]:6000", configuration.Mirror.Listen.ToString());
        Assert.Equal(new PageSection(IPEndPoint.Parse("[::1]:8421"), new PageTls(folder["page.pem"], folder["page.key"])), configuration.Page);
        Assert.Equal(new Uri("mqtts://hq.example.com:8883"), configuration.Hq!.Broker);
        Assert.Equal(8883, configuration.Hq.Broker.Port);
        Assert.Equal(folder["ledger.key"], configuration.Hq.LedgerKeyFile);
        Assert.Equal(TimeSpan.FromDays(1), configuration.Hq.ReportEvery);
        Assert.Equal(new FetchSection(4, 500L << 20), configuration.Fetch);
        Assert.Equal(0.5, configuration.Prune.MaxShare);
        Assert.Equal(new LogSection(LogLevel.Debug, Json: true), configuration.Log);
        Assert.Empty(configuration.Warnings);
    }

    [Fact]
    public void Load_SmallestFile_HasTheDocumentedDefaults()
    {
        using var folder = new ConfigurationFolder();

        var configuration = folder.Load(ConfigurationFolder.Minimal);

        Assert.Equal("/var/lib/edgesync", configuration.StateDirectory);
        Assert.Equal("/run/edgesync/edgesync.sock", configuration.ControlSocket);
        Assert.StartsWith("linux/", configuration.Platform, StringComparison.Ordinal);
        Assert.Equal(1, configuration.Trust.Releases!.Threshold);
        Assert.Equal("default", configuration.Channels[0].Namespace);
        Assert.Equal(TimeSpan.FromMinutes(5), configuration.Channels[0].HealthDeadline);
        Assert.Equal("edgesync-system", configuration.Cluster.InventoryNamespace);
        Assert.Equal("/run/k3s/containerd/containerd.sock", configuration.Runtime.SocketPath);
        Assert.Equal("127.0.0.1:5555", configuration.Mirror.Listen.ToString());
        Assert.Equal(0.25, configuration.Prune.MaxShare);
        Assert.Null(configuration.Page);
        Assert.Null(configuration.Hq);
    }

    [Fact]
    public void Load_ChannelThatFollowsAPlainTag_WarnsOfWhatIsLost()
    {
        using var folder = new ConfigurationFolder();

        var configuration = folder.Load(Following("latest"));

        Assert.Equal("latest", configuration.Channels[0].ToSubscription().Tag);
        Assert.Contains("nothing protects from replay and freeze", Assert.Single(configuration.Warnings).Problem, StringComparison.Ordinal);
        var failure = Assert.Throws<ConfigurationException>(() => folder.Load(Following("shop@sha256:1")));
        Assert.Contains("channels[0].followTag: 'shop@sha256:1' is no tag", failure.Message, StringComparison.Ordinal);

        static string Following(string tag) => ConfigurationFolder.Minimal.Replace("/releases\n", $"/releases\n    followTag: {tag}\n", StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ManyFaults_NamesAllOfThemAtOnceAndStops()
    {
        using var folder = new ConfigurationFolder();

        var failure = Assert.Throws<ConfigurationException>(() => folder.Load("""
            site: Store_42
            flet: retail
            trust:
              releases: {keys: [a.pub, gone.pub], threshold: 3}
            channels:
              - name: stable
                reference: https://registry.example.com/x
                healthDeadline: 300
            mirror: {listen: 0.0.0.0:5555}
            log: {level: loud}
            """));

        Assert.Equal(ExitCodes.BadConfiguration, failure.ExitCode);
        Assert.Equal(Disposition.Stalled, failure.Disposition);
        Assert.Equal(folder.FilePath, failure.Subject);
        string[] expected =
        [
            "1:7: site:",
            "1:1: fleet: is missing",
            "4:28: trust.releases.keys[1]: no such file",
            "4:50: trust.releases.threshold: asks for 3 keys",
            "4:3: trust.bundles.keys: names no key",
            "7:16: channels[0].reference:",
            "8:21: channels[0].healthDeadline: '300' has no unit; write 300s, 300m, 300h or 300d",
            "9:18: mirror.listen:",
            "10:14: log.level: 'loud' is not known; write trace or debug",
            "2:1: flet: unknown key; did you mean 'fleet'?",
        ];
        foreach (var fault in expected)
        {
            Assert.Contains(failure.Faults, found => found.ToString().StartsWith($"{folder.FilePath}:{fault}", StringComparison.Ordinal));
        }

        Assert.Equal(expected.Length, failure.Faults.Count);
    }

    [Fact]
    public void Load_FilesNotChecked_AcceptsMissingFiles()
    {
        using var folder = new ConfigurationFolder();
        File.WriteAllText(folder.FilePath, ConfigurationFolder.Minimal + "hq: {broker: 'mqtts://hq', ledgerKeyFile: later.key}\n");

        var configuration = AgentConfigurationLoader.Load(folder.FilePath, new Dictionary<string, string>(), checkFiles: false);

        Assert.Equal(folder["later.key"], configuration.Hq!.LedgerKeyFile);
    }

    [Fact]
    public void Load_SecretThatEverybodyCanRead_Warns()
    {
        using var folder = new ConfigurationFolder("token");
        File.SetUnixFileMode(folder["token"], UnixFileMode.UserRead | UnixFileMode.OtherRead);

        var configuration = folder.Load(ConfigurationFolder.Minimal + "registries: [{host: a.example.com, tokenFile: token}]\n");

        var warning = Assert.Single(configuration.Warnings);
        Assert.Equal("registries[0].tokenFile", warning.Key);
        Assert.Contains("chmod 600", warning.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_FolderInPlaceOfAFile_IsRefused()
    {
        using var folder = new ConfigurationFolder();

        var fault = Assert.Single(folder.Faults(ConfigurationFolder.Minimal + "registries: [{host: a.example.com, caFile: .}]\n"));

        Assert.EndsWith("is a folder; write the path of a file", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NoFile_SaysHowToMakeOne()
    {
        using var folder = new ConfigurationFolder();

        var failure = Assert.Throws<ConfigurationException>(() => AgentConfigurationLoader.Load(folder["none.yaml"], new Dictionary<string, string>()));

        Assert.Contains("edgesync setup", Assert.Single(failure.Faults).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_FileThatIsNotText_IsRefused()
    {
        using var folder = new ConfigurationFolder();
        File.WriteAllBytes(folder.FilePath, [0x73, 0xFF, 0xFE]);

        var failure = Assert.Throws<ConfigurationException>(() => AgentConfigurationLoader.Load(folder.FilePath, new Dictionary<string, string>()));

        Assert.Contains("not UTF-8", Assert.Single(failure.Faults).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_HugeFile_IsRefused()
    {
        using var folder = new ConfigurationFolder();

        var fault = Assert.Single(folder.Faults(ConfigurationFolder.Minimal + new string('#', (1 << 20) + 1)));

        Assert.Contains("larger than 1024 KiB", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_RandomDamage_IsReadOrNamedWithItsPlace()
    {
        const int Seed = 42;
        var random = new Random(Seed);
        using var folder = new ConfigurationFolder();
        for (var round = 0; round < 2_000; round++)
        {
            var text = Full;
            for (var hit = random.Next(4); hit >= 0; hit--)
            {
                var at = random.Next(text.Length);
                text = random.Next(2) == 0 ? text.Remove(at, 1) : text.Insert(at, " \n:{}[]#-\"*&~!|>\t?,%@`".Substring(random.Next(22), 1));
            }

            var failure = Record.Exception(() => folder.Load(text));

            Assert.True(failure is null or ConfigurationException, $"seed {Seed}, round {round}: {failure}\n{text}");
            if (failure is ConfigurationException { Faults: var faults })
            {
                Assert.NotEmpty(faults);
                Assert.All(faults, fault => Assert.Matches(@":\d+:\d+\z", fault.Where));
            }
        }
    }

    [Fact]
    public void Load_Values_ReadsTextsAndThePlacesOfSecrets()
    {
        using var folder = new ConfigurationFolder("a.pub", "b.pub", "password");

        var configuration = folder.Load(
            """
            site: store-1
            fleet: retail
            values:
              REPLICAS: 3
              MODE: "0644"
              NOTE: |
                two
                lines
              PASSWORD: {file: password}
              TOKEN: {credential: shop.token}
            trust:
              releases: {keys: [a.pub]}
              bundles: {keys: [b.pub]}
            channels: [{name: stable, reference: r.example/releases}]
            """);

        Assert.Equal(["3", "0644", "two\nlines\n"], new[] { "REPLICAS", "MODE", "NOTE" }.Select(name => configuration.Values[name].Text));
        Assert.Equal(
            [$"file:{folder["password"]}", "credential:shop.token"],
            new[] { "PASSWORD", "TOKEN" }.Select(name => configuration.Values[name].Source!.ToString()));
        Assert.Equal("3", configuration.Profile.ValuesFor(release: null).Own["REPLICAS"].Text);
    }

    [Theory]
    [InlineData(null, null, AgentConfiguration.DefaultPath)]
    [InlineData(null, "/from/environment.yaml", "/from/environment.yaml")]
    [InlineData("/from/option.yaml", "/from/environment.yaml", "/from/option.yaml")]
    public void ChoosePath_Option_GoesBeforeEnvironmentAndDefault(string? option, string? variable, string expected)
    {
        var environment = new Dictionary<string, string>();
        if (variable is not null)
        {
            environment["EDGESYNC_CONFIG"] = variable;
        }

        Assert.Equal(expected, AgentConfigurationLoader.ChoosePath(option, environment));
    }

    [Fact]
    public void Documentation_AndModel_ListTheSameKeys()
    {
        var documented = File.ReadAllText(RepositoryFile.Path("docs/configuration.md")).Split("\n\n")
            .Where(block => block.StartsWith("| key |", StringComparison.Ordinal))
            .SelectMany(table => table.Split('\n'))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line[3..line.IndexOf('`', 3)]);

        Assert.Equal(AgentConfigurationLoader.KnownKeys(Full).Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }
}
