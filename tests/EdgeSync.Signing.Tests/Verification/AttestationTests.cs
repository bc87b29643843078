using System.Text;
using EdgeSync.Primitives;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Policies.Attestations;
using EdgeSync.Signing.Policies.Conditions;
using EdgeSync.Signing.Sigstore;
using EdgeSync.Signing.Sigstore.Statements;
using EdgeSync.Signing.Verification;
using static EdgeSync.Signing.Tests.Verification.AttestationFixture;

namespace EdgeSync.Signing.Tests.Verification;

public sealed class AttestationTests
{
    private const string Clean = """{"SchemaVersion":2,"Results":[{"Vulnerabilities":[{"VulnerabilityID":"CVE-1","Severity":"LOW"}]}]}""";
    private const string Bad = """{"SchemaVersion":2,"Results":[{"Vulnerabilities":[{"VulnerabilityID":"CVE-2","Severity":"CRITICAL"}]}]}""";

    private static readonly CustomCheck Approved = new(Approval);
    private static readonly VulnerabilityCheck Scanned = new(TimeSpan.FromDays(7), FindingSeverity.High);

    /// <summary>Faults of an approval, and a part of the expected message.</summary>
    private static readonly Dictionary<string, (SignatureArtifact Artifact, string Words)> Hostile = new()
    {
        ["by a stranger"] = (Attested(TestKeys.Stranger, Approval, "{}"), "by no key that the rule names"),
        ["by one who may sign and not attest"] = (Attested(TestKeys.First, Approval, "{}"), "not one of those who may say this"),
        ["about another bundle"] = (Attested(TestKeys.Second, Approval, "{}", Digest.Of("other"u8)), "not about this bundle"),
        ["of another type"] = (Attested(TestKeys.Second, "https://example.com/review/v1", "{}"), "there is none"),
        ["of the type in another case"] = (Attested(TestKeys.Second, "https://example.com/Approval/v1", "{}"), "there is none"),
        ["that is a signature"] = (Attested(TestKeys.Second, InTotoStatement.CosignSignature, "{}"), "there is none"),
        ["without a predicate"] = (Raw(Statement(Approval, "{}").Replace(",\"predicate\":{}", "", StringComparison.Ordinal)), "it has no predicate"),
        ["with a null predicate"] = (Raw(Statement(Approval, "null")), "it has no predicate"),
        ["of another statement type"] = (Raw(Statement(Approval, "{}").Replace("Statement/v0.1", "Statement/v9", StringComparison.Ordinal)), "is not one of an in-toto statement"),
        ["with a doubled member"] = (Raw(Statement(Approval, """{"a":1,"a":2}""")), "appears twice"),
        ["with members that differ in case"] = (Raw(Statement(Approval, """{"a":1,"A":2}""")), "appears twice"),
        ["with bytes after its end"] = (Raw(Statement(Approval, "{}") + "{}"), "not valid JSON"),
        ["without subjects"] = (Raw($$"""{"_type":"https://in-toto.io/Statement/v1","subject":[],"predicateType":"{{Approval}}","predicate":{} }"""), "about nothing"),
        ["with the digest in upper case"] = (Raw(Statement(Approval, "{}").Replace(SignatureFixture.Bundle.Digest.Hex, SignatureFixture.Bundle.Digest.Hex.ToUpperInvariant(), StringComparison.Ordinal)), "not about this bundle"),
        ["with the digest of another algorithm"] = (Raw(Statement(Approval, "{}").Replace("\"sha256\"", "\"sha512\"", StringComparison.Ordinal)), "not about this bundle"),
        ["that nests too deeply"] = (Raw(Statement(Approval, new string('[', 200) + new string(']', 200))), "not valid JSON"),
        ["of another payload type"] = (SignatureFixture.Artifact(Layer(Envelope(Statement(Approval, "{}"), "text/plain", TestKeys.Second))), "does not hold an in-toto statement"),
        ["signed twice"] = (SignatureFixture.Artifact(Layer(Envelope(Statement(Approval, "{}"), InTotoStatement.PayloadType, TestKeys.Second, TestKeys.First))), "more than one signature"),
        ["that is no envelope"] = (SignatureFixture.Artifact(Layer("junk"u8.ToArray())), "cannot be read"),
        ["without its blob"] = (Attested(TestKeys.Second, Approval, "{}") with { Blobs = new Dictionary<Digest, ReadOnlyMemory<byte>>() }, "content is missing"),
        ["with an exchanged blob"] = (Exchange(Attested(TestKeys.Second, Approval, "{}")), "does not have its digest"),
        ["signed without its encoding"] = (SignatureFixture.Artifact(Layer(Unencoded(Statement(Approval, "{}")))), "by no key that the rule names"),
    };

    public static TheoryData<string> HostileNames => [.. Hostile.Keys];

    [Theory]
    [MemberData(nameof(HostileNames))]
    public void Verify_HostileAttestation_IsMissingWithItsReason(string name) => AssertMissing(Hostile[name].Words, Verify(Asks(Approved), Hostile[name].Artifact));

    [Fact]
    public void Verify_GoodOneAfterAllHostileOnes_IsTrusted() => Assert.IsType<BundleVerdict.Trusted>(
        Verify(Asks(Approved), [.. Hostile.Values.Select(hostile => hostile.Artifact), Attested(TestKeys.Second, Approval, "{}")]));

    [Fact]
    public void Verify_NoAttestation_IsMissing() => AssertMissing("there is none", Verify(Asks(Approved)));

    [Fact]
    public void Verify_AttestationOfAnotherFormat_IsNoSignature()
    {
        var rule = Asks(Approved);

        var verdict = BundleVerifier.Verify(
            SignatureFixture.Bundle, [Attested(TestKeys.First, Approval, "{}")], new Signing.Policies.TrustPolicy([], [rule]), Signing.Policies.TrustPlace.Unknown, Now);

        var refused = Assert.IsType<BundleVerdict.Untrusted>(verdict);
        Assert.Equal(Contracts.ReasonCodes.SignatureMissing, refused.Reason);
        Assert.Contains("found: an attestation", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-11-20T02:00:00Z", Clean, null)]
    [InlineData("2026-11-20T02:00:00.123456789Z", Clean, null)]
    [InlineData("2026-11-20T04:00:00+02:00", Clean, null)]
    [InlineData("2026-11-20T02:00:00Z", """{"SchemaVersion":2}""", null)]
    [InlineData("2026-11-20T02:00:00Z", """{"matches":[]}""", null)]
    [InlineData("2026-11-20T02:00:00Z", """{"matches":[{"vulnerability":{"id":"GHSA-1","severity":"Medium"}}]}""", null)]
    [InlineData("2026-11-20T02:00:00Z", """{"matches":[{"vulnerability":{"id":"GHSA-1","severity":"High"}}]}""", "GHSA-1")]
    [InlineData("2026-11-20T02:00:00Z", Bad, "1 findings are high or worse: CVE-2")]
    [InlineData("2026-11-14T01:59:59Z", Clean, "at most 7 days are allowed")]
    [InlineData("yesterday", Clean, "does not say when")]
    [InlineData("2026-11-20", Clean, "does not say when")]
    [InlineData("2026-11-20T02:00:00Z", "{}", "none of Trivy's, Grype's and SARIF")]
    [InlineData("2026-11-20T02:00:00Z", "[]", "none of Trivy's, Grype's and SARIF")]
    [InlineData("2026-11-20T02:00:00Z", """{"SchemaVersion":2,"Results":{}}""", "none of Trivy's, Grype's and SARIF")]
    [InlineData("2026-11-20T02:00:00Z", """{"SchemaVersion":2,"Results":[{"Vulnerabilities":"none"}]}""", "in another form")]
    [InlineData("2026-11-20T02:00:00Z", """{"SchemaVersion":2,"Results":[{"Vulnerabilities":[{"VulnerabilityID":"X"}]}]}""", "in another form")]
    [InlineData("2026-11-20T02:00:00Z", """{"SchemaVersion":2,"Results":[{"Vulnerabilities":[{"VulnerabilityID":"X","Severity":"TERRIBLE"}]}]}""", "which nobody knows")]
    [InlineData("2026-11-20T02:00:00Z", """{"SchemaVersion":2,"Results":[{"Vulnerabilities":[{"VulnerabilityID":"X","Severity":"1"}]}]}""", "which nobody knows")]
    public void Verify_Scan_CountsByAgeAndSeverity(string finishedOn, string result, string? words) =>
        AssertOutcome(words, Verify(Asks(Scanned), Attested(TestKeys.Second, Vulnerabilities, Scan(finishedOn, result))));

    [Theory]
    [InlineData("[]", "[]", null)]
    [InlineData("""[{"id":"CVE-1","properties":{"security-severity":"6.9"}}]""", """[{"ruleId":"CVE-1","level":"error"}]""", null)]
    [InlineData("""[{"id":"CVE-1","properties":{"security-severity":"0.0"}}]""", """[{"ruleId":"CVE-1"}]""", null)]
    [InlineData("""[{"id":"CVE-1","properties":{"security-severity":"7.0"}}]""", """[{"ruleId":"CVE-1","level":"note"}]""", "1 findings are high or worse: CVE-1")]
    [InlineData("""[{"id":"CVE-1","properties":{"security-severity":"9.8"}}]""", """[{"ruleIndex":0}]""", "CVE-1")]
    [InlineData("""[{"id":"CVE-1","properties":{"security-severity":"9.8"}}]""", """[{"rule":{"id":"CVE-1"}}]""", "CVE-1")]
    [InlineData("""[{"id":"CVE-1","properties":{"security-severity":"9.8"}}]""", """[{"rule":{"index":0}}]""", "CVE-1")]
    [InlineData("""[{"id":"CVE-1","properties":{"security-severity":"9.8"}}]""", """[{"ruleId":"CVE-1","suppressions":[{"kind":"external"}]}]""", "CVE-1")]
    [InlineData("""[{"id":"CVE-1","properties":{"security-severity":"9.8"}}]""", """[{"ruleId":"CVE-1","kind":"pass"}]""", null)]
    [InlineData("""[{"id":"CVE-1","properties":{"security-severity":"1"}}]""", """[{"ruleId":"CVE-1","properties":{"security-severity":9.8}}]""", "CVE-1")]
    [InlineData("""[{"id":"CVE-1","properties":{"security-severity":"9.8"}},{"id":"CVE-1","properties":{"security-severity":"1"}}]""", """[{"ruleId":"CVE-1"}]""", "CVE-1")]
    [InlineData("""[{"id":"CVE-1","properties":{"security-severity":"1"}},{"id":"CVE-1","properties":{"security-severity":"9.8"}}]""", """[{"ruleId":"CVE-1"}]""", "CVE-1")]
    [InlineData("""[{"id":"CVE-1"}]""", """[{"ruleId":"CVE-1","level":"warning"}]""", "does not say how bad 'CVE-1' is")]
    [InlineData("""[{"id":"CVE-1","properties":{"security-severity":"HIGH"}}]""", """[{"ruleId":"CVE-1"}]""", "does not say how bad 'CVE-1' is")]
    [InlineData("""[{"id":"CVE-1","properties":{"security-severity":"-1"}}]""", """[{"ruleId":"CVE-1"}]""", "does not say how bad 'CVE-1' is")]
    [InlineData("""[{"id":"CVE-1","properties":{"security-severity":"11"}}]""", """[{"ruleId":"CVE-1"}]""", "does not say how bad 'CVE-1' is")]
    [InlineData("[]", """[{"ruleId":"CVE-1"}]""", "does not say how bad 'CVE-1' is")]
    [InlineData("[]", """[{"ruleIndex":3}]""", "a finding without a rule")]
    [InlineData("[]", """["x"]""", "a finding without a rule")]
    [InlineData("{}", "[]", "rules that cannot be read")]
    [InlineData("[]", "null", "a run without results")]
    public void Verify_ScanInSarif_CountsByTheSeverityOfItsRules(string rules, string results, string? words)
    {
        var report = $$$"""{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"Trivy","rules":{{{rules}}}}},"results":{{{results}}}}]}""";

        AssertOutcome(words, Verify(Asks(Scanned), Attested(TestKeys.Second, Vulnerabilities, Scan("2026-11-20T02:00:00Z", report))));
    }

    [Theory]
    [InlineData("""{"version":"2.1.0","runs":[]}""", "no run of a scanner")]
    [InlineData("""{"version":"2.0.0","runs":[]}""", "none of Trivy's, Grype's and SARIF")]
    [InlineData("""{"version":"2.1.0","runs":[{"tool":{"driver":{}}}]}""", "a run without results")]
    [InlineData("""{"version":"2.1.0","runs":[{"results":[]}]}""", null)]
    [InlineData("""{"version":"2.1.0","runs":[{"results":[],"invocations":[{"executionSuccessful":false}]}]}""", "says that the scan failed")]
    [InlineData("""{"version":"2.1.0","runs":[{"results":[]},{"results":[{"ruleId":"X"}]}]}""", "how bad 'X' is")]
    [InlineData("""{"version":"2.1.0","runs":[{"tool":{"driver":{},"extensions":[{"rules":[{"id":"X","properties":{"security-severity":"8"}}]}]},"results":[{"ruleId":"X"}]}]}""", "high or worse: X")]
    public void Verify_ScanInSarif_IsJudgedRunByRun(string report, string? words) =>
        AssertOutcome(words, Verify(Asks(Scanned), Attested(TestKeys.Second, Vulnerabilities, Scan("2026-11-20T02:00:00Z", report))));

    [Fact]
    public void Verify_NewerScanFindsMore_TheOlderOneDoesNotHideIt()
    {
        var clean = Attested(TestKeys.Second, Vulnerabilities, Scan("2026-11-19T02:00:00Z", Clean));
        var bad = Attested(TestKeys.Second, Vulnerabilities, Scan("2026-11-20T02:00:00Z", Bad));
        var cleanAgain = Attested(TestKeys.Second, Vulnerabilities, Scan("2026-11-20T03:00:00Z", Clean));

        AssertMissing("CVE-2", Verify(Asks(Scanned), clean, bad));
        AssertMissing("CVE-2", Verify(Asks(Scanned), bad, clean));
        Assert.IsType<BundleVerdict.Trusted>(Verify(Asks(Scanned), bad, cleanAgain, clean));
    }

    [Fact]
    public void Verify_TwoScansOfTheSameTime_TheWorseCounts()
    {
        var clean = Attested(TestKeys.Second, Vulnerabilities, Scan("2026-11-20T02:00:00Z", Clean));
        var bad = Attested(TestKeys.Second, Vulnerabilities, Scan("2026-11-20T02:00:00Z", Bad));

        AssertMissing("CVE-2", Verify(Asks(Scanned), clean, bad));
        AssertMissing("CVE-2", Verify(Asks(Scanned), bad, clean));
    }

    [Theory]
    [InlineData("https://slsa.dev/provenance/v0.2", """{"builder":{"id":"https://b.example.com/v1"},"invocation":{"configSource":{"uri":"git+https://git.example.com/shop"}}}""", null)]
    [InlineData("https://slsa.dev/provenance/v1", """{"runDetails":{"builder":{"id":"https://b.example.com/v1"}},"buildDefinition":{"externalParameters":{"workflow":{"repository":"git+https://git.example.com/shop"}}}}""", null)]
    [InlineData("https://slsa.dev/provenance/v1", """{"runDetails":{"builder":{"id":"https://b.example.com/v1"}},"buildDefinition":{"resolvedDependencies":[{"uri":"git+https://git.example.com/shop"}]}}""", null)]
    [InlineData("https://slsa.dev/provenance/v1", """{"runDetails":{"builder":{"id":"https://b.example.com/v1"}},"buildDefinition":{"externalParameters":{"source":"git+https://evil.example.com/shop"},"resolvedDependencies":[{"uri":"git+https://git.example.com/shop"}]}}""", "the source is 'git+https://evil.example.com/shop'")]
    [InlineData("https://slsa.dev/provenance/v1", """{"builder":{"id":"https://b.example.com/v1"}}""", "it names no builder")]
    [InlineData("https://slsa.dev/provenance/v0.2", """{"builder":{"id":"https://b.example.com/v1/../v2"},"invocation":{"configSource":{"uri":"git+https://git.example.com/shop"}}}""", "the builder is")]
    [InlineData("https://slsa.dev/provenance/v0.2", """{"builder":{"id":"https://b.example.com/v1"},"invocation":{}}""", "it names no source")]
    [InlineData("https://slsa.dev/provenance/v0.2", """{"builder":{"id":5}}""", "it names no builder")]
    [InlineData("https://slsa.dev/provenance/v0.2", "[]", "it names no builder")]
    [InlineData("https://slsa.dev/provenance/v0.1", """{"builder":{"id":"https://b.example.com/v1"}}""", "there is none")]
    public void Verify_Provenance_CountsByBuilderAndSource(string type, string predicate, string? words)
    {
        var check = new ProvenanceCheck([IdentityPattern.Like("https://b.example.com/v*")], [IdentityPattern.Like("git+https://git.example.com/**")]);

        AssertOutcome(words, Verify(Asks(check), Attested(TestKeys.Second, type, predicate)));
    }

    [Theory]
    [InlineData("https://spdx.dev/Document", """{"spdxVersion":"SPDX-2.3"}""", true, true, null)]
    [InlineData("https://spdx.dev/Document/v2.3", """{"spdxVersion":"SPDX-2.3"}""", true, false, null)]
    [InlineData("https://spdx.dev/Document", "\"SPDXVersion: SPDX-2.2\\nDataLicense: CC0-1.0\"", true, true, null)]
    [InlineData("https://cyclonedx.org/bom", """{"bomFormat":"CycloneDX","specVersion":"1.6"}""", true, true, null)]
    [InlineData("https://cyclonedx.org/bom", """{"bomFormat":"CycloneDX"}""", true, false, "there is none")]
    [InlineData("https://cyclonedx.org/bom", """{"bomFormat":"SPDX"}""", true, true, "no CycloneDX document")]
    [InlineData("https://spdx.dev/Document", "{}", true, true, "no SPDX document")]
    [InlineData("https://spdx.dev/Document", "\"\"", true, true, "no SPDX document")]
    [InlineData("https://spdx.dev/Documentation", """{"spdxVersion":"SPDX-2.3"}""", true, true, "there is none")]
    public void Verify_BillOfMaterials_CountsByItsForm(string type, string predicate, bool spdx, bool cycloneDx, string? words) =>
        AssertOutcome(words, Verify(Asks(new BillOfMaterialsCheck(spdx, cycloneDx)), Attested(TestKeys.Second, type, predicate)));

    [Fact]
    public void Verify_ConditionsMetByTwoAttestationsTogether_IsNotEnough()
    {
        var rule = Asks(Approved, Is("$.approved", "true"), Is("$.by", "ann"));

        AssertMissing("must be 'ann'", Verify(
            rule, Attested(TestKeys.Second, Approval, """{"approved":true,"by":"bob"}"""), Attested(TestKeys.Second, Approval, """{"approved":false,"by":"ann"}""")));
        Assert.IsType<BundleVerdict.Trusted>(Verify(rule, Attested(TestKeys.Second, Approval, """{"approved":true,"by":"ann"}""")));
    }

    private static void AssertOutcome(string? words, BundleVerdict verdict)
    {
        if (words is null)
        {
            Assert.True(verdict is BundleVerdict.Trusted, string.Join('\n', verdict.Checks.Select(check => check.Summary)));
        }
        else
        {
            AssertMissing(words, verdict);
        }
    }

    private static PredicateCondition Is(string path, string text) => Condition(path, ConditionQuantity.Every, new ValueTest.OneOf([text]));

    private static SignatureArtifact Raw(string statement) => SignatureFixture.Artifact(Layer(Envelope(statement, InTotoStatement.PayloadType, TestKeys.Second)));

    private static SignatureArtifact Exchange(SignatureArtifact artifact) =>
        artifact with { Blobs = artifact.Blobs.Keys.ToDictionary(digest => digest, _ => (ReadOnlyMemory<byte>)"{}"u8.ToArray()) };

    private static byte[] Unencoded(string statement)
    {
        var payload = Encoding.UTF8.GetBytes(statement);
        return new DsseEnvelope(
            InTotoStatement.PayloadType, payload, [new DsseSignature(null, TestKeys.Second.Sign(payload, SignatureScheme.Envelope))]).ToBytes();
    }
}
