using System.Text;
using EdgeSync.Agent.Trust;
using EdgeSync.Oci.Manifests;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Policies.Attestations;
using EdgeSync.Signing.Policies.Conditions;
using EdgeSync.Signing.Sigstore;
using EdgeSync.Signing.Sigstore.Statements;
using EdgeSync.Signing.Verification;
using EdgeSync.Yaml;

namespace EdgeSync.Fuzz.Tests;

/// <summary>
/// Trust policies, attestations, predicates and paths that were changed anywhere: a policy is read whole or refused with places, and nothing that no
/// trusted key signed becomes an attestation.
/// </summary>
public sealed class TrustFuzzTests
{
    private const string Vulnerabilities = "https://cosign.sigstore.dev/attestation/vuln/v1";

    private static readonly string[] Tokens =
        ["{", "}", "[", "]", "\"", "'", ",", ": ", "- ", "null", "~", "-1", "1e9", "&a ", "*a", "!!str ", "---\n", "\n", "\t", "|\n", "$..", "[*]", "\\u0000", "\\ud800", "threshold: 99", "**", "9223372036854775807", "\0", "\ufeff"];

    private static readonly SigningKey Key = SigningKey.Create("fuzz");
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 2, 0, 0, TimeSpan.Zero);
    private static readonly Descriptor Bundle = Descriptor.Of(MediaTypes.ImageIndex, "bundle"u8);
    private static readonly TrustAuthority[] Signers = [new TrustAuthority.ByKey("fuzz", Key.PublicKey)];

    private static readonly string Policy = $"""
        schema: edgesync.dev/trust/v1
        authorities:
          - name: first
            key:
              pem: |
        {string.Join('\n', Key.PublicKey.ToPem().TrimEnd().Split('\n').Select(line => "        " + line))}
        releases: [{"{"}authorities: [first], channels: [stable, 'edge-*']{"}"}]
        bundles:
          - name: retail
            repositories: ['r.example.com/retail/**']
            authorities: [first]
            threshold: 1
            attestations:
              - vulnerabilities: {"{"}maxAge: 14d, below: high{"}"}
              - predicate: {"{"}type: https://example.com/approval/v1{"}"}
                where: [{"{"}path: "$.by[*]", in: [ann, bob], some: true{"}"}, {"{"}path: $.n, atLeast: 1, lessThan: 2.5{"}"}]

        """;

    private static readonly string Predicate =
        """{"scanner":{"result":{"SchemaVersion":2,"Results":[{"Vulnerabilities":[{"VulnerabilityID":"CVE-1","Severity":"LOW"}]}]}},"metadata":{"scanFinishedOn":"2026-11-20T02:00:00.5Z"},"builder":{"id":"b"},"invocation":{"configSource":{"uri":"s"}}}""";

    private static readonly string Sarif =
        """{"scanner":{"result":{"version":"2.1.0","runs":[{"tool":{"driver":{"rules":[{"id":"CVE-1","properties":{"security-severity":"5.5"}}]}},"results":[{"ruleId":"CVE-1","ruleIndex":0}]}]}},"metadata":{"scanFinishedOn":"2026-11-20T02:00:00Z"}}""";

    [Fact]
    public void Policy_that_was_changed_anywhere_is_read_whole_or_refused_with_places()
    {
        var faults = new List<YamlFault>();
        Assert.True(TrustFile.Read("/nowhere/trust.yaml", Policy, faults) is not null, string.Join('\n', faults));

        ByteFuzzer.Run(Encoding.UTF8.GetBytes(Policy), Tokens, bytes =>
        {
            var found = new List<YamlFault>();
            if (TrustFile.Read("/nowhere/trust.yaml", Encoding.UTF8.GetString(bytes), found) is { } policy)
            {
                Assert.Empty(found);
                Assert.NotEmpty(policy.Releases);
                Assert.All(policy.Bundles, rule => Assert.InRange(rule.Threshold, 1, BundleRule.CountDifferent(rule.Authorities)));
            }
            else
            {
                Assert.NotEmpty(found);
                Assert.All(found, fault => Assert.StartsWith("/nowhere/trust.yaml:", fault.Where, StringComparison.Ordinal));
            }
        });
    }

    [Fact]
    public void Attestation_that_was_changed_anywhere_never_counts_unless_it_is_the_same()
    {
        var statement = StatementOf(Encoding.UTF8.GetBytes("{}"), "https://example.com/approval/v1");
        var good = DsseSigner.Sign(InTotoStatement.PayloadType, statement, [Key]).ToBytes();
        var rule = RuleOf(new CustomCheck("https://example.com/approval/v1"));
        Assert.True(Judge(rule, good));

        ByteFuzzer.Run(good, Tokens, bytes =>
        {
            // What is left out of the signature, as a key's hint, may differ.
            if (Judge(rule, bytes))
            {
                Assert.True(DsseEnvelope.TryParse(bytes, out var envelope, out _));
                Assert.Equal(statement, envelope.Payload.ToArray());
            }
        });
    }

    [Fact]
    public void Predicate_of_any_shape_that_was_signed_is_judged()
    {
        var checks = new (AttestationCheck Check, string Type)[]
        {
            (new VulnerabilityCheck(TimeSpan.FromDays(2), FindingSeverity.High), Vulnerabilities),
            (new ProvenanceCheck([IdentityPattern.Exactly("b")], [IdentityPattern.Exactly("s")]), "https://slsa.dev/provenance/v0.2"),
            (new ProvenanceCheck([IdentityPattern.Like("*b")], []), "https://slsa.dev/provenance/v1"),
            (new BillOfMaterialsCheck(spdx: true, cycloneDx: true), "https://spdx.dev/Document"),
            (new BillOfMaterialsCheck(spdx: true, cycloneDx: true), "https://cyclonedx.org/bom"),
        };
        Assert.True(Judge(RuleOf(checks[0].Check), SignedWith(Encoding.UTF8.GetBytes(Predicate), checks[0].Type)));
        Assert.True(Judge(RuleOf(checks[0].Check), SignedWith(Encoding.UTF8.GetBytes(Sarif), checks[0].Type)));
        var next = 0;

        ByteFuzzer.Run(Encoding.UTF8.GetBytes(Predicate), Tokens, bytes =>
        {
            var (check, type) = checks[next++ % checks.Length];
            Judge(RuleOf(check), SignedWith(bytes, type));
        });
        ByteFuzzer.Run(Encoding.UTF8.GetBytes(Sarif), Tokens, bytes => Judge(RuleOf(checks[0].Check), SignedWith(bytes, checks[0].Type)), "sarif");
    }

    [Fact]
    public void Path_that_was_changed_is_read_or_refused_with_a_reason()
    {
        using var document = System.Text.Json.JsonDocument.Parse(Predicate);

        ByteFuzzer.Run("$.scanner.result['Results'][0].Vulnerabilities[*].Severity"u8.ToArray(), Tokens, bytes =>
        {
            if (JsonPath.TryParse(Encoding.Latin1.GetString(bytes), out var path, out var problem))
            {
                Assert.InRange(path.Select(document.RootElement)!.Count, 0, 100);
            }
            else
            {
                Assert.NotEmpty(problem);
            }
        });
    }

    private static bool Judge(BundleRule rule, byte[] envelope)
    {
        var layer = Descriptor.Of(DsseEnvelope.MediaType, envelope);
        var manifest = new ImageManifest
        {
            SchemaVersion = 2,
            MediaType = MediaTypes.ImageManifest,
            Config = Descriptor.Of(MediaTypes.ImageConfig, "{}"u8),
            Layers = [layer],
        };
        var artifact = new SignatureArtifact(
            System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(manifest, OciJsonContext.Default.ImageManifest),
            new Dictionary<Primitives.Digest, ReadOnlyMemory<byte>> { [layer.Digest] = envelope });
        var verdict = BundleVerifier.Verify(Bundle, [artifact], new TrustPolicy([], [rule]), TrustPlace.Unknown, Now);

        // It never is a signature.
        Assert.IsType<BundleVerdict.Untrusted>(verdict);
        Assert.False(verdict.Checks[0].Passed);
        Assert.All(verdict.Checks, check => Assert.NotEmpty(check.Summary));
        return verdict.Checks[1].Passed;
    }

    private static BundleRule RuleOf(AttestationCheck check) =>
        new("fuzz", TrustScope.Everything, Signers, 1, [new AttestationRule(check, Signers, [])]);

    private static byte[] SignedWith(byte[] predicate, string type) =>
        DsseSigner.Sign(InTotoStatement.PayloadType, StatementOf(predicate, type), [Key]).ToBytes();

    private static byte[] StatementOf(byte[] predicate, string type) =>
    [
        .. Encoding.UTF8.GetBytes(
            $$$"""{"_type":"https://in-toto.io/Statement/v1","subject":[{"digest":{"sha256":"{{{Bundle.Digest.Hex}}}"}}],"predicateType":"{{{type}}}","predicate":"""),
        .. predicate,
        (byte)'}',
    ];
}
