using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Tests.Configuration;
using EdgeSync.Agent.Trust;
using EdgeSync.Primitives.Failures;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Notation;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Policies.Attestations;
using EdgeSync.Signing.Policies.Conditions;
using EdgeSync.Testing;
using EdgeSync.Yaml;

namespace EdgeSync.Agent.Tests.Trust;

public sealed class TrustFileTests : IDisposable
{
    private const string Head = """
        schema: edgesync.dev/trust/v1
        authorities:
          - {name: first, key: {file: a.pub}}
          - {name: second, key: {file: b.pub}}
          - {name: again, key: {file: a.pub}}
          - name: pipeline
            keyless: {trustedRoot: root.json, identityPattern: 'https://git.example.com/*/build@**', issuer: https://id.example.com}

        """;

    private const string Releases = "releases: [{authorities: [first]}]\n";
    private const string Bundles = "bundles: [{authorities: [first, pipeline]}]\n";
    private const string Root = """{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1"}""";

    private readonly TempDirectory _folder = new();

    public TrustFileTests()
    {
        foreach (var name in new[] { "a", "b" })
        {
            using var key = SigningKey.Create(name);
            File.WriteAllText(_folder[$"{name}.pub"], key.PublicKey.ToPem());
        }

        File.WriteAllText(_folder["root.json"], Root);
        File.WriteAllText(_folder["junk.pub"], "junk");
        File.WriteAllText(_folder["private.key"], "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=root, O=Shop, S=WA, C=US", pair, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var root = request.CreateSelfSigned(start, start.AddYears(10));
        File.WriteAllText(_folder["ca.crt"], root.ExportCertificatePem());
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_EverythingThereIs_IsRead()
    {
        var policy = Load("""
            schema: edgesync.dev/trust/v1
            authorities:
              - {name: release-team, key: {file: a.pub}}
              - name: builder
                key:
                  pem: |
            PEM
              - name: pipeline
                keyless:
                  trustedRoot: root.json
                  identity: https://git.example.com/shop/build@refs/heads/main
                  issuerPattern: https://*.example.com
                  transparencyLogs: 0
                  timestampAuthorities: 1
                  certificateLogs: 0
            releases:
              - authorities: [release-team]
              - {name: beta, repositories: r.example.com/beta/*, channels: [beta, 'edge-*'], authorities: [release-team, builder], threshold: 2}
            bundles:
              - name: retail
                repositories: ['r.example.com/retail/**']
                channels: [stable]
                authorities: [builder, pipeline]
                threshold: 2
                attestations:
                  - provenance: {builders: [https://b.example.com/v1], sources: 'git+https://git.example.com/**'}
                    signedBy: [pipeline]
                  - vulnerabilities: {maxAge: 14d, below: high}
                  - sbom: {formats: [spdx]}
                  - sbom: {}
                  - predicate: {type: https://example.com/approval/v1}
                    where:
                      - {path: $.approved, equals: true}
                      - {path: '$.by[*]', in: [ann, bob], some: true}
                      - {path: $.score, atLeast: 1, lessThan: 10.5}
                      - {path: $.at, notOlderThan: 30d}
                      - {path: $.blocked, exists: false}
                      - {path: $.ticket, exists: true}
            """.Replace("PEM", string.Join('\n', File.ReadAllText(_folder["b.pub"]).TrimEnd().Split('\n').Select(line => "        " + line)), StringComparison.Ordinal));

        Assert.Equal(["releases[0]", "beta"], policy.Releases.Select(rule => rule.Name));
        Assert.Equal(2, policy.Releases[1].Threshold);
        Assert.Equal("beta", policy.FindReleaseRule(new TrustPlace("r.example.com/beta/x", "edge-1"))!.Name);
        var rule = Assert.Single(policy.Bundles);
        Assert.Equal(["builder", "pipeline"], rule.Authorities.Select(authority => authority.Name));
        var pipeline = Assert.IsType<TrustAuthority.ByIdentity>(rule.Authorities[1]);
        Assert.Equal((0, 1, 0), (pipeline.Requirements.Logs, pipeline.Requirements.TimestampAuthorities, pipeline.Requirements.CertificateLogs));
        Assert.Equal(
            [typeof(ProvenanceCheck), typeof(VulnerabilityCheck), typeof(BillOfMaterialsCheck), typeof(BillOfMaterialsCheck), typeof(CustomCheck)],
            rule.Attestations.Select(attestation => attestation.Check.GetType()));
        Assert.Equal(["pipeline"], rule.Attestations[0].SignedBy.Select(authority => authority.Name));
        Assert.Equal(["builder", "pipeline"], rule.Attestations[1].SignedBy.Select(authority => authority.Name));
        Assert.Equal(
            [ConditionQuantity.Every, ConditionQuantity.Some, ConditionQuantity.Every, ConditionQuantity.Every, ConditionQuantity.None, ConditionQuantity.Every],
            rule.Attestations[4].Conditions.Select(condition => condition.Quantity));
    }

    [Fact]
    public void Load_IdentityForReleases_IsFoundInAttachedSignatures()
    {
        var policy = Load(Head + "releases: [{authorities: [first, pipeline], threshold: 2}, {channels: [beta], authorities: [first]}]\n" + Bundles);

        Assert.Equal([true, false], policy.Releases.Select(rule => rule.NeedsArtifactSignatures));
        Assert.Equal(["first", "pipeline"], policy.Releases[0].Authorities.Select(authority => authority.Name));
    }

    [Fact]
    public void Load_Urgent_NamesWhoMaySaySo()
    {
        var policy = Load(Head + "releases: [{authorities: [first, pipeline], urgent: {authorities: [first]}}, {channels: [beta], authorities: [first]}]\n" + Bundles);

        Assert.Equal((1, "first"), (policy.Releases[0].Urgent!.Threshold, Assert.Single(policy.Releases[0].Urgent!.Authorities).Name));
        Assert.Null(policy.Releases[1].Urgent);
    }

    [Fact]
    public void Load_TrustStore_IsAnAuthority()
    {
        var policy = Load(
            Head + "  - {name: notary, x509: {certificates: [ca.crt], identities: 'C=US, ST=WA, O=Shop', level: permissive, timestamps: afterCertExpiry}}\n"
            + Releases + "bundles: [{authorities: [notary]}]\n");

        var notary = Assert.IsType<TrustAuthority.ByCertificate>(Assert.Single(policy.Bundles[0].Authorities));
        Assert.Equal(("permissive", NotationTimestampUse.AfterCertificateExpiry), (notary.Trust.Level.Name, notary.Trust.TimestampUse));
        Assert.Equal("x509.subject: C=US, ST=WA, O=Shop", notary.Trust.Identities[0].ToString());
    }

    [Theory]
    [InlineData("[remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2]}", 1)]
    [InlineData("remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2, threshold: 1}", 1)]
    public void Load_Witnesses_AreWanted(string keys, int threshold)
    {
        var policy = Load(
            Head + $"  - {{name: x, keyless: {{trustedRoot: root.json, identity: a, issuer: b, witnesses: {{keys: {keys}}}}}\n" + Releases
            + "bundles: [{authorities: [x]}]\n");

        var requirements = Assert.IsType<TrustAuthority.ByIdentity>(Assert.Single(policy.Bundles[0].Authorities)).Requirements;
        Assert.Equal(["remora.n621.de"], requirements.Witnesses.Select(witness => witness.Name));
        Assert.Equal((1, threshold), (requirements.Logs, requirements.Cosignatures));
    }

    [Theory]
    [InlineData("schema: edgesync.dev/trust/v2\n", "1:9: schema: 'edgesync.dev/trust/v2' is not known")]
    [InlineData("schema: [x]\n", "1:9: schema: is a list")]
    [InlineData("bundles: 5\n", "bundles: is a single value; write a list")]
    [InlineData("releases: []\n" + Bundles, "releases: has no rule; without one no release is ever trusted")]
    [InlineData(Releases, "bundles: has no rule; without one no bundle is ever trusted")]
    [InlineData(Releases + Bundles + "rules: {}\n", "10:1: rules: unknown key")]
    [InlineData(Releases + Bundles + "bundles: []\n", "10:1: bundles: appears twice")]
    [InlineData(Releases + "bundles: [{authorities: [firts]}]\n", "9:26: bundles[0].authorities[0]: no authority is called 'firts'; did you mean 'first'?")]
    [InlineData(Releases + "bundles: [{authorities: [nobody-here]}]\n", "add it to 'authorities'")]
    [InlineData(Releases + "bundles: [{authorities: [first, first]}]\n", "appears twice; one authority counts once")]
    [InlineData(Releases + "bundles: [{authorities: [first, again], threshold: 2}]\n", "asks for 2, but 'authorities' are 1 different ones")]
    [InlineData(Releases + "bundles: [{authorities: [first], threshold: 0}]\n", "bundles[0].threshold: '0' is no number from 1 to 32")]
    [InlineData(Releases + "bundles: [{authorities: [first], treshold: 1}]\n", "did you mean 'threshold'?")]
    [InlineData(Releases + "bundles: [{threshold: 1}]\n", "bundles[0].authorities: names nobody")]
    [InlineData(Releases + "bundles: [{authorities: [first]}, {authorities: [second]}]\n", "is for the very same repositories and channels")]
    [InlineData(Releases + "bundles: [{name: x, authorities: [first]}, {name: x, channels: [a], authorities: [first]}]\n", "another rule here is called 'x'")]
    [InlineData(Releases + "bundles: [{repositories: ['**'], authorities: [first]}]\n", "matches everything")]
    [InlineData(Releases + "bundles: [{repositories: ['https://r/x'], authorities: [first]}]\n", "is not a repository")]
    [InlineData(Releases + "bundles: [{repositories: ['r/x@sha256:00'], authorities: [first]}]\n", "is not a repository")]
    [InlineData(Releases + "bundles: [{repositories: ['r:5000/x:v1'], authorities: [first]}]\n", "is not a repository")]
    [InlineData(Releases + "bundles: [{repositories: ['r:5000/Shop/**'], authorities: [first]}]\n", "the names of repositories are in lower case")]
    [InlineData(Releases + "bundles: [{repositories: [], authorities: [first]}]\n", "9:26: bundles[0].repositories: is an empty list")]
    [InlineData(Releases + "bundles: [{channels: [], authorities: [first]}]\n", "bundles[0].channels: is an empty list")]
    [InlineData(Releases + "bundles: [{authorities: [first], attestations: []}]\n", "bundles[0].attestations: is an empty list")]
    [InlineData(Releases + "bundles: [{authorities: []}]\n", "bundles[0].authorities: is an empty list")]
    [InlineData("releases: [{authorities: [first, pipeline], threshold: 3}]\n" + Bundles, "asks for 3, but 'authorities' are 2 different ones")]
    [InlineData("releases: [{authorities: [first], urgent: {authorities: [pipeline]}}]\n" + Bundles, "releases[0].urgent.authorities: 'pipeline' is none of the rule's authorities")]
    [InlineData("releases: [{authorities: [first], urgent: {authorities: [first], threshold: 2}}]\n" + Bundles, "releases[0].urgent.threshold: asks for 2, but 'authorities' are 1 different ones")]
    [InlineData("releases: [{authorities: [first], urgent: {}}]\n" + Bundles, "releases[0].urgent.authorities: names nobody")]
    [InlineData("releases: [{authorities: [first], attestations: []}]\n" + Bundles, "releases[0].attestations: unknown key")]
    public void Load_OneFaultInARule_SaysWhereAndWhat(string text, string words) => AssertFault(words, text.StartsWith("schema", StringComparison.Ordinal) ? Head.Replace("schema: edgesync.dev/trust/v1\n", text, StringComparison.Ordinal) + Releases + Bundles : Head + text);

    [Theory]
    [InlineData("{}", "bundles[0].attestations[0]: asks for nothing")]
    [InlineData("{sbom: {}, provenance: {}}", "asks for provenance and sbom")]
    [InlineData("{sbom: {formats: []}}", "sbom.formats: is an empty list")]
    [InlineData("{provenance: {builders: []}}", "provenance.builders: is an empty list")]
    [InlineData("{provenance: {sources: []}}", "provenance.sources: is an empty list")]
    [InlineData("{sbom: {}, where: [{path: $.a, in: [], exists: true}]}", "where[0].in: is an empty list")]
    [InlineData("{sbom: {formats: [xml]}}", "'xml' is not known; write spdx or cyclonedx")]
    [InlineData("{sbom: spdx}", "sbom: is a single value; write a section with keys")]
    [InlineData("{vulnerabilities: {below: bad}}", "'bad' is not known; write negligible or low")]
    [InlineData("{vulnerabilities: {maxAge: 14}}", "'14' has no unit")]
    [InlineData("{vulnerabilities: {maxage: 14d}}", "did you mean 'maxAge'?")]
    [InlineData("{predicate: {}}", "predicate.type: is missing")]
    [InlineData("{sbom: {}, signedBy: []}", "signedBy: is an empty list")]
    [InlineData("{sbom: {}, signedBy: [x]}", "no authority is called 'x'")]
    [InlineData("{sbom: {}, where: []}", "where: is an empty list")]
    [InlineData("{sbom: {}, where: [{}]}", "where[0].path: is missing")]
    [InlineData("{sbom: {}, where: [{path: $.a}]}", "says not what must be there")]
    [InlineData("{sbom: {}, where: [{path: $..a, exists: true}]}", "character 2 of the path does not begin")]
    [InlineData("{sbom: {}, where: [{path: a, exists: true}]}", "does not begin with '$'")]
    [InlineData("{sbom: {}, where: [{path: $.a, exists: false, equals: 1}]}", "contradicts what the value must be")]
    [InlineData("{sbom: {}, where: [{path: $.a, lessThan: ten}]}", "'ten' is no number")]
    [InlineData("{sbom: {}, where: [{path: $.a, matches: '*'}]}", "matches everything")]
    [InlineData("{sbom: {}, where: [{path: $.a, equals: [1]}]}", "equals: is a list; write a single value")]
    [InlineData("{sbom: {}, where: [{path: $.a, in: {}}]}", "in: is a section with keys; write a list")]
    [InlineData("{sbom: {}, where: [{path: $.a, regex: '.*'}]}", "regex: unknown key")]
    public void Load_OneFaultInAnAttestation_SaysWhereAndWhat(string attestation, string words) =>
        AssertFault(words, Head + Releases + $"bundles: [{{authorities: [first], attestations: [{attestation}]}}]\n");

    [Theory]
    [InlineData("{key: {file: a.pub}}", "authorities[4].name: is missing")]
    [InlineData("{name: first, key: {file: a.pub}}", "another authority is called 'first'")]
    [InlineData("{name: x}", "says nothing of who it is")]
    [InlineData("{name: x, key: {file: a.pub}, keyless: {}}", "is more than one of key, keyless and x509")]
    [InlineData("{name: x, key: {}}", "has neither file nor pem")]
    [InlineData("{name: x, key: {file: a.pub, pem: x}}", "pem: contradicts file")]
    [InlineData("{name: x, key: {file: no.pub}}", "no such file")]
    [InlineData("{name: x, key: {file: .}}", "cannot read")]
    [InlineData("{name: x, key: {file: private.key}}", "it holds a PRIVATE KEY, not a PUBLIC KEY. Give the .pub file")]
    [InlineData("{name: x, key: {file: junk.pub}}", "authorities[4].key.file: the key")]
    [InlineData("{name: x, key: {pem: junk}}", "authorities[4].key.pem: the key")]
    [InlineData("{name: x, keyless: {trustedRoot: junk.pub, identity: a, issuer: b}}", "keyless.trustedRoot: cannot be used")]
    [InlineData("{name: x, keyless: {trustedRootJson: '{}', identity: a, issuer: b}}", "keyless.trustedRootJson: cannot be used")]
    [InlineData("{name: x, keyless: {trustedRoot: root.json, issuer: b}}", "has neither identity nor identityPattern")]
    [InlineData("{name: x, keyless: {trustedRoot: root.json, identity: a}}", "has neither issuer nor issuerPattern")]
    [InlineData("{name: x, keyless: {trustedRoot: root.json, identity: a, identityPattern: b, issuer: c}}", "identityPattern: contradicts identity")]
    [InlineData("{name: x, keyless: {trustedRoot: root.json, identityPattern: '**', issuer: c}}", "matches everything")]
    [InlineData("{name: x, keyless: {trustedRoot: root.json, identity: a, issuer: c, anyIssuer: true}}", "contradicts issuer")]
    [InlineData("{name: x, keyless: {trustedRoot: root.json, identity: a, issuer: c, witnesses: {}}}", "witnesses.keys: names 0 witnesses")]
    [InlineData("{name: x, keyless: {trustedRoot: root.json, identity: a, issuer: c, witnesses: {keys: [x]}}}", "keys[0]: is no verifier key")]
    [InlineData(
        "{name: x, keyless: {trustedRoot: root.json, identity: a, issuer: c, witnesses: {keys: remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2, threshold: 2}}}",
        "witnesses.threshold: asks for 2 of 1 witnesses")]
    [InlineData(
        "{name: x, keyless: {trustedRoot: root.json, identity: a, issuer: c, witnesses: {keys: [remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2, remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2]}}}",
        "witnesses.keys[1]: has the key of 'remora.n621.de'; one witness counts once")]
    [InlineData(
        "{name: x, keyless: {trustedRoot: root.json, identity: a, issuer: c, transparencyLogs: 0, witnesses: {keys: remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2}}}",
        "witnesses: say nothing where 'transparencyLogs' is 0")]
    [InlineData("{name: x, x509: {identities: ['*']}}", "no trust store of the kind 'ca'")]
    [InlineData("{name: x, x509: {certificates: ca.crt}}", "no trusted identity is named")]
    [InlineData("{name: x, x509: {certificates: no.crt, identities: '*'}}", "x509.certificates: no such file")]
    [InlineData("{name: x, x509: {certificates: [ca.crt, a.pub], identities: '*'}}", "x509.certificates: cannot be used: it holds a PUBLIC KEY")]
    [InlineData("{name: x, x509: {certificates: ca.crt, identities: ['C=US']}}", "x509.identities[0]: it lacks ST")]
    [InlineData("{name: x, x509: {certificates: ca.crt, identities: '*', level: audit}}", "'audit' is not known; write strict or permissive")]
    public void Load_OneFaultInAnAuthority_SaysWhereAndWhat(string authority, string words) =>
        AssertFault(words, Head + $"  - {authority}\n" + Releases + Bundles);

    [Fact]
    public void Load_SeveralFaults_NamesAllOfThem()
    {
        var faults = Faults("schema: x\nauthorities: [{name: a, key: {file: no.pub}}]\nreleases: [{authorities: [b]}]\nbundles: []\nmore: 1\n");

        Assert.Equal(["schema", "authorities[0].key.file", "releases[0].authorities[0]", "bundles", "more"], faults.Select(fault => fault.Key));
    }

    [Theory]
    [InlineData("releases: [{authorities: [MANY]}]\n" + Bundles, "releases[0].authorities: names 33, more than 32")]
    [InlineData(Releases + "bundles: [{authorities: [MANY]}]\n", "bundles[0].authorities: names 33, more than 32")]
    public void Load_MoreNamesThanARuleMayHave_IsAFaultThoughTheyAreOneKey(string rules, string words)
    {
        var names = Enumerable.Range(0, 33).Select(number => $"name-{number}").ToList();
        var authorities = string.Concat(names.Select(name => $"  - {{name: {name}, key: {{file: a.pub}}}}\n"));

        AssertFault(words, Head + authorities + rules.Replace("MANY", string.Join(", ", names), StringComparison.Ordinal));
    }

    [Fact]
    public void Load_KeyOfARuleCannotBeRead_IsOneFault()
    {
        var text = Head.Replace("{name: second, key: {file: b.pub}}", "{name: second, key: {file: no.pub}}", StringComparison.Ordinal);

        var fault = Assert.Single(Faults(text + Releases + "bundles: [{authorities: [second]}]\n"));

        Assert.Equal("authorities[1].key.file", fault.Key);
    }

    [Theory]
    [InlineData("schema: &a x\n")]
    [InlineData("schema: !!str x\n")]
    [InlineData("a: [\n")]
    [InlineData("- a\n")]
    [InlineData("--- \na: 1\n---\nb: 1\n")]
    public void Load_NotTheYamlThatIsRead_IsAFault(string text) => Assert.NotEmpty(Faults(text));

    [Fact]
    public void Configuration_WithATrustFile_HasItsPolicy()
    {
        File.WriteAllText(_folder["trust.yaml"], Head + Releases + Bundles);
        File.WriteAllText(_folder["kubeconfig"], "");

        var policy = LoadConfiguration("trust: {file: trust.yaml}").Trust.FilePolicy;

        Assert.Equal(["first", "pipeline"], policy!.Bundles[0].Authorities.Select(authority => authority.Name));
    }

    [Fact]
    public void Configuration_WithBothForms_IsRefused()
    {
        File.WriteAllText(_folder["trust.yaml"], Head + Releases + Bundles);
        File.WriteAllText(_folder["kubeconfig"], "");

        var failure = Assert.Throws<ConfigurationException>(() => LoadConfiguration("trust: {file: trust.yaml, bundles: {keys: [a.pub]}}"));

        Assert.Contains(failure.Faults, fault => fault.Key == "trust.file" && fault.Problem.Contains("contradicts releases and bundles", StringComparison.Ordinal));
    }

    [Fact]
    public void Configuration_WithAWrongTrustFile_NamesFaultsOfBothFiles()
    {
        File.WriteAllText(_folder["trust.yaml"], Head + Releases + Bundles + "more: 1\n");
        File.WriteAllText(_folder["kubeconfig"], "");

        var failure = Assert.Throws<ConfigurationException>(() => LoadConfiguration("trust: {file: trust.yaml}\nless: 1"));

        Assert.Equal(ExitCodes.BadConfiguration, failure.ExitCode);
        Assert.Equal(["less", "more"], failure.Faults.Select(fault => fault.Key).Order(StringComparer.Ordinal));
        Assert.Contains(failure.Faults, fault => fault.Where.Contains("trust.yaml:10:1", StringComparison.Ordinal));
    }

    private AgentConfiguration LoadConfiguration(string trust)
    {
        var old = "trust:\n  releases: {keys: [a.pub]}\n  bundles: {keys: [b.pub]}";
        File.WriteAllText(_folder["edgesync.yaml"], ConfigurationFolder.Minimal.Replace(old, trust, StringComparison.Ordinal));
        return AgentConfigurationLoader.Load(_folder["edgesync.yaml"], new Dictionary<string, string>());
    }

    private TrustPolicy Load(string text)
    {
        File.WriteAllText(_folder["trust.yaml"], text);
        return TrustFile.Load(_folder["trust.yaml"]);
    }

    private IReadOnlyList<YamlFault> Faults(string text) => Assert.Throws<ConfigurationException>(() => Load(text)).Faults;

    private void AssertFault(string words, string text) =>
        Assert.Contains(Faults(text), fault => fault.ToString().Contains(words, StringComparison.Ordinal));
}
