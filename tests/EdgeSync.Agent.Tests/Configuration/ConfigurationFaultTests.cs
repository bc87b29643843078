using EdgeSync.Kubernetes.Fields;

namespace EdgeSync.Agent.Tests.Configuration;

/// <summary>One fault each, laid on the smallest right file; the line 10 is the first after it.</summary>
public sealed class ConfigurationFaultTests
{
    [Theory]
    [InlineData("fetch: {maxBlobSize: 10}", "10:22: fetch.maxBlobSize: '10' has no unit; write 10MiB or 10GiB")]
    [InlineData("fetch: {maxBlobSize: 10Gb}", "10:22: fetch.maxBlobSize: '10Gb' has the wrong unit; the units are KiB, MiB, GiB, TiB and kB, MB, GB, TB")]
    [InlineData("fetch: {maxBlobSize: 5kB}", "10:22: fetch.maxBlobSize: '5kB' is too small; write 1MiB or more")]
    [InlineData("fetch: {maxBlobSize: 99999999TiB}", "10:22: fetch.maxBlobSize: '99999999TiB' is more than any disk holds")]
    [InlineData("fetch: {maxBlobSize: -1GiB}", "10:22: fetch.maxBlobSize: '-1GiB' is no size; write a whole number and a unit, such as 500MiB or 10GiB")]
    [InlineData("fetch: {parallel: many}", "10:19: fetch.parallel: 'many' is no number from 1 to 16")]
    [InlineData("fetch: {parallel: 17}", "10:19: fetch.parallel: '17' is no number from 1 to 16")]
    [InlineData("fetch: 5", "10:8: fetch: is a single value; write a section with keys")]
    [InlineData("fetch:", "10:7: fetch: is nothing; write a section with keys")]
    [InlineData("prune: {maxShare: 0.25}", "10:19: prune.maxShare: '0.25' is no share; write 1% to 100%, such as 25%")]
    [InlineData("prune: {maxShare: 101%}", "10:19: prune.maxShare: '101%' is no share; write 1% to 100%, such as 25%")]
    [InlineData("labels: [a]", "10:9: labels: is a list; write a section with keys, such as {region: north}")]
    [InlineData("values: [a]", "10:9: values: is a list; write a section with keys, such as {REPLICAS: 2, PASSWORD: {file: /etc/edgesync/password}}")]
    [InlineData("values: {2ND: x}", "10:15: values.2ND: '2ND' is no name of a value: use letters, digits and underscores, at most 128, and no digit at the beginning")]
    [InlineData("values: {SITE: x}", "10:16: values.SITE: 'SITE' is given by each site (SITE, FLEET and LABEL_…) and is not declared")]
    [InlineData("values: {A: }", "10:13: values.A: is nothing; write a value, or '{file: PATH}' or '{credential: NAME}' for a secret")]
    [InlineData("values: {A: [b]}", "10:13: values.A: is a list; write a value, or '{file: PATH}' or '{credential: NAME}' for a secret")]
    [InlineData("values: {A: {}}", "10:13: values.A: needs either 'file' or 'credential'")]
    [InlineData("values: {A: {credential: ../b}}", "10:26: values.A.credential: '../b' is no name of a credential; use letters, digits and . - _")]
    [InlineData("values: {A: {file: a.pub, credential: b}}", "10:13: values.A: needs either 'file' or 'credential'")]
    [InlineData("values: {A: {credential: b, flie: c}}", "10:29: values.A.flie: unknown key; did you mean 'file'?")]
    [InlineData("labels: {a: {b: c}}", "10:13: labels.a: is a section with keys; write a text")]
    [InlineData("platform: amd64", "10:11: platform: 'amd64' is no platform; write OS/ARCHITECTURE, such as linux/amd64 or linux/arm/v7")]
    [InlineData("platform: ''", "10:11: platform: has no value; write one or remove the key")]
    [InlineData("platform: [linux/amd64]", "10:11: platform: is a list; write a single value")]
    [InlineData("site: again", "10:1: site: appears twice; the first is at edgesync.yaml:1:1; remove one")]
    [InlineData("mirror: {listen: localhost:5555}", "10:18: mirror.listen: 'localhost:5555' is no address with a port; write 127.0.0.1:5555")]
    [InlineData("mirror: {listen: 127.0.0.1}", "10:18: mirror.listen: '127.0.0.1' is no address with a port; write 127.0.0.1:5555")]
    [InlineData("mirror: {listen: 10.0.0.1:80}", "10:18: mirror.listen: '10.0.0.1:80' can be reached from outside; the mirror listens on loopback only, write 127.0.0.1:80")]
    [InlineData("page:", "10:6: page: is nothing; write a section with keys")]
    [InlineData("page: {listen: 8420}", "10:16: page.listen: '8420' is no address with a port; write 127.0.0.1:8420")]
    [InlineData("page: {listen: 127.0.0.1:5555}", "10:7: page: listens on port 5555, which is the mirror's; choose another one with page.listen")]
    [InlineData("page: {tls: own}", "10:13: page.tls: 'own' is not known; write 'site' for a certificate that the agent makes, or a section with certificateFile and keyFile")]
    [InlineData("page: {tls: {certificateFile: a.pub}}", "10:13: page.tls.keyFile: is missing; write 'keyFile: page.key'")]
    [InlineData("page: {tls: {certificateFile: a.pub, keyFile: b.pub}}", "10:31: page.tls.certificateFile: 'a.pub' and 'b.pub' are no certificate and its key; both are PEM, and the key is not encrypted")]
    [InlineData("runtime: {endpoint: /run/x.sock}", "10:21: runtime.endpoint: '/run/x.sock' is no Unix socket; write unix:///PATH, or none")]
    [InlineData("runDirectory: /var/lib/edgesync", "10:15: runDirectory: is the same folder as stateDirectory; one outlives a restart, the other does not")]
    [InlineData("registries: [{host: 'https://r'}]", "10:21: registries[0].host: 'https://r' is no host; write it as references do, NAME or NAME:PORT, without https://")]
    [InlineData("registries: [{host: r.example.com:99999}]", "10:21: registries[0].host: 'r.example.com:99999' is no host; write it as references do, NAME or NAME:PORT, without https://")]
    [InlineData("registries: [{host: r, plainHttp: yes}]", "10:35: registries[0].plainHttp: 'yes' is not known; write true or false")]
    [InlineData("registries: [{host: r, plainHttp: true, caFile: a.pub}]", "10:35: registries[0].plainHttp: contradicts caFile and clientCertificateFile, which need TLS; remove one of them")]
    [InlineData("registries: [{host: r, usernameFile: a.pub}]", "10:38: registries[0].usernameFile: needs passwordFile too")]
    [InlineData("registries: [{host: r, clientKeyFile: a.pub}]", "10:39: registries[0].clientKeyFile: needs clientCertificateFile too")]
    [InlineData("registries: [{host: r, tokenFile: a.pub, dockerConfig: b.pub}]", "10:56: registries[0].dockerConfig: contradicts tokenFile; choose one way to log in")]
    [InlineData("registries: [{host: r}, {host: R}]", "10:13: registries: has the host 'r' 2 times; keep one")]
    [InlineData("registries: [r]", "10:14: registries[0]: is a single value; write a section with keys")]
    [InlineData("registries: [{plainHttp: true}]", "10:14: registries[0].host: is missing; write 'host: registry.example.com:5000'")]
    [InlineData("hq: {broker: 'mqtts://h:1'}", "10:5: hq.ledgerKeyFile: is missing; write 'ledgerKeyFile: /var/lib/edgesync/identity/ledger.key'")]
    [InlineData("hq: {broker: 'mqtts://h', ledgerKey: 'tpm2:handle:0x81000100', ledgerKeyFile: a.pub}", "10:38: hq.ledgerKey: contradicts ledgerKeyFile; a site has one ledger key, remove one of them")]
    [InlineData("hq: {broker: 'mqtts://h', ledgerKey: 'tpm2:handle:0x80000000'}", "10:38: hq.ledgerKey: names no persistent key of a TPM; write tpm2:handle:0x81000100, with the handle that tpm2_evictcontrol gave")]
    [InlineData("hq: {broker: 'mqtts://h', ledgerKey: 'pkcs11:object=a?pin-value=4321'}", "10:38: hq.ledgerKey: holds the PIN itself, which others can read here; write it into a file and name that with ?pin-source=file:/PATH")]
    [InlineData("hq: {broker: 'https://h', ledgerKeyFile: a.pub}", "10:14: hq.broker: is no broker URL; write mqtts://HOST:8883, with no path and no password in it")]
    [InlineData("hq: {broker: 'mqtts://u:secret@h', ledgerKeyFile: a.pub}", "10:14: hq.broker: is no broker URL; write mqtts://HOST:8883, with no path and no password in it")]
    [InlineData("hq: {broker: 'mqtt://h', ledgerKeyFile: a.pub}", "10:14: hq.broker: is without TLS; mqtt:// is for a broker on this machine only, write mqtts://")]
    [InlineData("hq: {broker: 'mqtt://127.0.0.1', caFile: b.pub, ledgerKeyFile: a.pub}", "10:14: hq.broker: is without TLS and contradicts caFile and certificateFile; write mqtts://")]
    [InlineData("hq: {broker: 'mqtts://h', certificateFile: b.pub, ledgerKeyFile: a.pub}", "10:44: hq.certificateFile: needs keyFile too")]
    [InlineData("hq: {broker: 'mqtts://h', ledgerKeyFile: a.pub, keepAlive: 19h}", "10:60: hq.keepAlive: '19h' is out of bounds; write 5s to 18h12m15s")]
    [InlineData("hq: {broker: 'mqtts://h', ledgerKeyFile: a.pub, reportEvery: 5 min}", "10:62: hq.reportEvery: '5 min' has the wrong unit; the units are d, h, m, s and ms, the longest first")]
    [InlineData("hq: {broker: 'mqtts://h', ledgerKeyFile: a.pub, reportEvery: 5m1h}", "10:62: hq.reportEvery: '5m1h' has the wrong unit; the units are d, h, m, s and ms, the longest first")]
    [InlineData("hq: {broker: 'mqtts://h', ledgerKeyFile: a.pub, reportEvery: soon}", "10:62: hq.reportEvery: 'soon' is no duration; write a whole number and a unit, such as 30s, 5m or 1h")]
    [InlineData("LOG: {}", "10:1: LOG: unknown key; did you mean 'log'?")]
    [InlineData("nonsense: {}", "10:1: nonsense: unknown key; the keys here are site, fleet, labels, values, timeZone, windows, report, interlocks, stateDirectory, runDirectory, platform, registries, trust, channels, cluster, runtime, mirror, page, hq, fetch, prune, log")]
    [InlineData("labels: &a {x: y}", "10:9: labels: anchors and tags are not used in the configuration; write the value itself")]
    [InlineData("labels: {x: !!int 5}", "10:13: labels.x: anchors and tags are not used in the configuration; write the value itself")]
    [InlineData("--- \nsite: x", "10:1: a second document: the configuration is one YAML document")]
    public void Load_OneFault_SaysWhereAndWhatToWrite(string line, string expected)
    {
        using var folder = new ConfigurationFolder();

        var faults = folder.Faults(ConfigurationFolder.Minimal + line + "\n");

        Assert.Equal($"edgesync.yaml:{expected}", Assert.Single(faults));
    }

    [Theory]
    [InlineData("registry.example.com", "has no registry host")]
    [InlineData("retail/releases", "has no registry host")]
    [InlineData("oci://r.example.com/x", "is a URL; write it without 'oci://'")]
    [InlineData("r.example.com/x:stable", "has a tag or digest")]
    [InlineData("r.example.com:5000/x@sha256:00", "has a tag or digest")]
    [InlineData("r.example.com/X", "is not a repository")]
    [InlineData("r.example.com/a//b", "is not a repository")]
    public void Load_WrongReference_SaysWhatIsWrong(string reference, string expected)
    {
        using var folder = new ConfigurationFolder();

        var faults = folder.Faults(ConfigurationFolder.Minimal.Replace("registry.example.com/retail/releases", reference, StringComparison.Ordinal));

        Assert.StartsWith($"edgesync.yaml:8:16: channels[0].reference: '{reference}' {expected}", Assert.Single(faults), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{namespaces: [default], serviceAccount: deployer}", "channels[0].tenant.serviceAccount: 'deployer' is no service account; write NAMESPACE/NAME")]
    [InlineData("{namespaces: [partner]}", "channels[0].tenant.namespaces: lacks the channel's own namespace 'default'; add it, or set the channel's 'namespace'")]
    [InlineData("{maxObjects: 5}", "channels[0].tenant.namespaces: names no namespace; write those in which the channel may have objects: [partner]")]
    [InlineData("{namespaces: [default], maxObjects: 0}", "channels[0].tenant.maxObjects: '0' ")]
    public void Load_WrongTenant_SaysWhatIsWrong(string tenant, string expected)
    {
        using var folder = new ConfigurationFolder();

        var faults = folder.Faults(ConfigurationFolder.Minimal.Replace("retail/releases", $"retail/releases\n    tenant: {tenant}", StringComparison.Ordinal));

        Assert.Contains(expected, Assert.Single(faults), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("conflicts: ask", "9:16: channels[0].conflicts: 'ask' is not known; write fail or take or leave")]
    [InlineData("ignore: [{kind: Deployment}]", "9:14: channels[0].ignore[0].fields: is missing; write 'fields: [/spec/replicas]'")]
    [InlineData("ignore: [{fields: [/spec/replicas]}]", "9:14: channels[0].ignore[0].kind: is missing; write 'kind: Deployment'")]
    [InlineData("ignore: [{kind: Deployment, fields: [spec.replicas]}]", "9:42: channels[0].ignore[0].fields[0]: 'spec.replicas' is no field; write a JSON pointer, as in /spec/replicas")]
    [InlineData("ignore: [{kind: Deployment, nmae: a, fields: [/spec/replicas]}]", "9:33: channels[0].ignore[0].nmae: unknown key; did you mean 'name'?")]
    [InlineData("ignore: [{kind: Deployment, name: '*a', fields: [/spec/replicas]}]", "9:39: channels[0].ignore[0].name: '*a' has a '*' that is not at its end")]
    public void Load_WrongFieldRules_SaysWhatIsWrong(string key, string expected)
    {
        using var folder = new ConfigurationFolder();

        var faults = folder.Faults(ConfigurationFolder.Minimal.Replace("retail/releases", $"retail/releases\n    {key}", StringComparison.Ordinal));

        Assert.Equal($"edgesync.yaml:{expected}", Assert.Single(faults));
    }

    [Fact]
    public void Load_FieldRules_AreTaken()
    {
        using var folder = new ConfigurationFolder();

        var configuration = folder.Load(ConfigurationFolder.Minimal.Replace(
            "retail/releases", "retail/releases\n    conflicts: leave\n    ignore: [{kind: Deployment.apps, name: till-*, namespace: shop, fields: [/spec/replicas]}]", StringComparison.Ordinal));

        var channel = configuration.Channels[0].ToSubscription();
        var rule = Assert.Single(channel.Ignore);
        Assert.Equal((ConflictPolicy.Leave, "Deployment.apps", "till-*", "shop", "/spec/replicas"), (channel.Conflicts, rule.Kind, rule.Name, rule.Namespace, Assert.Single(rule.Fields)));
        Assert.Equal(ConflictPolicy.Take, folder.Load(ConfigurationFolder.Minimal).Channels[0].ToSubscription().Conflicts);
    }

    [Fact]
    public void Load_Tenant_IsTaken()
    {
        using var folder = new ConfigurationFolder();

        var configuration = folder.Load(ConfigurationFolder.Minimal.Replace(
            "retail/releases", "retail/releases\n    tenant: {namespaces: [default, db], serviceAccount: default/deployer, forbiddenKinds: [Secret], maxObjects: 5}", StringComparison.Ordinal));

        var tenant = configuration.Channels[0].ToSubscription().Tenant!;
        Assert.Equal(("system:serviceaccount:default:deployer", 5), (tenant.Account, tenant.MaxObjects));
        Assert.Equal(["default", "db"], tenant.Namespaces);
        Assert.Equal(["Secret"], tenant.ForbiddenKinds);
    }

    [Theory]
    [InlineData("localhost/x")]
    [InlineData("127.0.0.1:5000/a/b-c/d_e.f")]
    [InlineData("[::1]:5000/a")]
    public void Load_RightReference_IsTaken(string reference)
    {
        using var folder = new ConfigurationFolder();

        var configuration = folder.Load(ConfigurationFolder.Minimal.Replace("registry.example.com/retail/releases", $"\"{reference}\"", StringComparison.Ordinal));

        Assert.Equal(reference, configuration.Channels[0].Reference);
    }

    [Theory]
    [InlineData("site: [a", "this is not YAML")]
    [InlineData("site: a\n\tfleet: b", "this is not YAML")]
    [InlineData("{? [a, b] : c}", "a key must be a single word")]
    [InlineData("a: &b c\nd: *b", "anchors and tags are not used")]
    [InlineData("a: *b", "the anchor 'b' is not defined")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "nested too deeply")]
    [InlineData("just words", "the file holds a single value")]
    public void Load_NotYaml_SaysWhere(string text, string expected)
    {
        using var folder = new ConfigurationFolder();

        var faults = folder.Faults(text);

        Assert.Contains(expected, faults[0], StringComparison.Ordinal);
        Assert.Matches(@"\Aedgesync\.yaml:\d+:\d+: ", faults[0]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# only words\n")]
    [InlineData("---\n")]
    public void Load_EmptyFile_NamesTheRequiredKeys(string text)
    {
        using var folder = new ConfigurationFolder();

        var faults = folder.Faults(text);

        Assert.Contains("edgesync.yaml:1:1: site: is missing; write 'site: store-0042'", faults);
        Assert.Contains("edgesync.yaml:1:1: fleet: is missing; write 'fleet: retail'", faults);
    }
}
