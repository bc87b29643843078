using EdgeSync.Contracts;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.References;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Policies.Attestations;
using EdgeSync.Signing.Policies.Conditions;
using EdgeSync.Signing.Sigstore;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Signing.Tests.Peers;

/// <summary>Rules for what the real cosign 2 and 3 attach to an image: each format of signature and attestation, each kind of key.</summary>
public sealed class CosignPolicyTests(CosignFixture fixture) : IClassFixture<CosignFixture>
{
    private const string Scan = """
        {"invocation":{"uri":"","event_id":"","builder.id":""},
         "scanner":{"uri":"pkg:github/aquasecurity/trivy@0.57","version":"0.57","db":{"uri":"","version":"2"},"result":
           {"SchemaVersion":2,"Results":[{"Target":"busybox","Vulnerabilities":[{"VulnerabilityID":"CVE-2026-1","Severity":"MEDIUM"}]}]}},
         "metadata":{"scanStartedOn":"2026-11-20T01:00:00Z","scanFinishedOn":"2026-11-20T01:00:30.123456789Z"}}
        """;

    private const string Provenance = """
        {"builder":{"id":"https://builder.example.com/hosted/v2"},"buildType":"https://example.com/make/v1",
         "invocation":{"configSource":{"uri":"git+https://git.example.com/retail/shop@refs/tags/v1","digest":{"sha1":"00"},"entryPoint":"make"}},
         "materials":[{"uri":"git+https://git.example.com/retail/shop@refs/tags/v1"}]}
        """;

    private static readonly DateTimeOffset Now = new(2026, 11, 21, 2, 0, 0, TimeSpan.Zero);

    [PeerTheory]
    [InlineData("first")]
    [InlineData("p384")]
    [InlineData("rsa")]
    public async Task A_bundle_of_cosign_3_is_a_signature(string name)
    {
        var key = TestKeys.Named(name);
        var image = await fixture.PushImageAsync();
        await fixture.BundleAsync("sign", await fixture.ImportAsync(key), image.ToString());

        var found = await fixture.FetchAllAsync(image);

        var trusted = Assert.IsType<BundleVerdict.Trusted>(Verify(image, found, Rule([key.PublicKey])));
        Assert.Equal([key.PublicKey.Id.ToString()], trusted.Bundle.Signers.Select(signer => signer.Identity));
        AssertRefused(ReasonCodes.SignatureUntrusted, "a Sigstore bundle by no key that the rule names", Verify(image, found, Rule([TestKeys.Stranger.PublicKey])));
        AssertRefused(
            ReasonCodes.SignatureUntrusted, "the statement is not about", Verify(await fixture.PushImageAsync(), found, Rule([key.PublicKey])));
    }

    [PeerTheory]
    [InlineData("first")]
    [InlineData("p384")]
    [InlineData("rsa")]
    public async Task A_referrer_of_cosign_2_is_a_signature(string name)
    {
        var key = TestKeys.Named(name);
        var image = await fixture.PushImageAsync();
        (await fixture.CosignAsync(
            2, new Dictionary<string, string?> { ["COSIGN_EXPERIMENTAL"] = "1" },
            "sign", "--key", await fixture.ImportAsync(key), "--tlog-upload=false", "--registry-referrers-mode=oci-1-1", "-y", image.ToString())).EnsureSuccess();

        Assert.IsType<BundleVerdict.Trusted>(Verify(image, await fixture.FetchAllAsync(image), Rule([key.PublicKey])));
    }

    [PeerFact]
    public async Task Two_formats_of_two_signers_are_two_and_of_one_signer_are_one()
    {
        var image = await fixture.PushImageAsync();
        await fixture.SignAsync(2, await fixture.ImportAsync(TestKeys.First), image);
        await fixture.BundleAsync("sign", await fixture.ImportAsync(TestKeys.First), image.ToString());

        var alone = await fixture.FetchAllAsync(image);
        await fixture.BundleAsync("sign", await fixture.ImportAsync(TestKeys.Second), image.ToString());
        var both = await fixture.FetchAllAsync(image);

        var rule = Rule([TestKeys.First.PublicKey, TestKeys.Second.PublicKey], threshold: 2);
        AssertRefused(ReasonCodes.SignatureUntrusted, "1 of 2", Verify(image, alone, rule));
        Assert.IsType<BundleVerdict.Trusted>(Verify(image, both, rule));
    }

    [PeerTheory]
    [InlineData(2, "first")]
    [InlineData(2, "p384")]
    [InlineData(2, "rsa")]
    [InlineData(2, "first", "--new-bundle-format")]
    [InlineData(2, "p384", "--new-bundle-format")]
    [InlineData(2, "rsa", "--new-bundle-format")]
    [InlineData(3, "first")]
    [InlineData(3, "p384")]
    [InlineData(3, "rsa")]
    public async Task Attestations_of_cosign_meet_the_rule_that_asks_for_them(int version, string name, params string[] flags)
    {
        var key = TestKeys.Named(name);
        var image = await fixture.PushImageAsync();
        var file = await fixture.ImportAsync(key);
        await fixture.BundleAsync("sign", file, image.ToString());
        await AttestAsync(version, file, image, "vuln", Scan, flags);
        await AttestAsync(version, file, image, "slsaprovenance", Provenance, flags);
        await AttestAsync(version, file, image, "cyclonedx", """{"bomFormat":"CycloneDX","specVersion":"1.6","components":[]}""", flags);
        await AttestAsync(version, file, image, "https://example.com/approval/v1", """{"approved":true,"by":["ann","bob"]}""", flags);

        var found = await fixture.FetchAllAsync(image);

        var rule = Rule([key.PublicKey], attestations:
        [
            new VulnerabilityCheck(TimeSpan.FromDays(3), FindingSeverity.High),
            new ProvenanceCheck([IdentityPattern.Like("https://builder.example.com/hosted/*")], [IdentityPattern.Like("git+https://git.example.com/retail/**")]),
            new BillOfMaterialsCheck(spdx: true, cycloneDx: true),
            new CustomCheck("https://example.com/approval/v1"),
        ]);
        var verdict = Verify(image, found, rule);
        Assert.True(verdict is BundleVerdict.Trusted, string.Join('\n', verdict.Checks.Select(check => $"{check.Item}: {check.Summary}: {string.Join("; ", check.Evidence)}")));
        Assert.Equal(["signatures", "vulnerability scan", "SLSA provenance", "SBOM", "attestation of type 'https://example.com/approval/v1'"], verdict.Checks.Select(c => c.Item));
        AssertRefused(ReasonCodes.AttestationMissing, "at most 3 days are allowed", Verify(image, found, rule, Now.AddDays(3)));
        AssertRefused(
            ReasonCodes.AttestationMissing, "CVE-2026-1", Verify(image, found, Rule([key.PublicKey], attestations: [new VulnerabilityCheck(null, FindingSeverity.Medium)])));
    }

    [PeerTheory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task An_attestation_is_no_signature(int version)
    {
        var image = await fixture.PushImageAsync();
        await AttestAsync(version, await fixture.ImportAsync(TestKeys.First), image, "https://example.com/approval/v1", """{"approved":true}""");

        var found = await fixture.FetchAllAsync(image);

        Assert.NotEmpty(found);
        AssertRefused(ReasonCodes.SignatureMissing, "has no signature", Verify(image, found, Rule([TestKeys.First.PublicKey])));
    }

    private static BundleRule Rule(VerificationKey[] keys, int threshold = 1, params AttestationCheck[] attestations)
    {
        TrustAuthority[] authorities = [.. keys.Select((key, number) => new TrustAuthority.ByKey($"authority-{number}", key))];
        IReadOnlyList<PredicateCondition> none = [];
        return new BundleRule("shop", TrustScope.Everything, authorities, threshold, [.. attestations.Select(check => new AttestationRule(check, authorities, none))]);
    }

    private static BundleVerdict Verify(OciReference image, IReadOnlyList<SignatureArtifact> found, BundleRule rule, DateTimeOffset? now = null) =>
        BundleVerifier.Verify(
            new Descriptor { MediaType = MediaTypes.ImageManifest, Digest = image.Digest!.Value, Size = 1 },
            found, new TrustPolicy([], [rule]), new TrustPlace(image.Name, "stable"), now ?? Now);

    private static void AssertRefused(string reason, string words, BundleVerdict verdict)
    {
        var refused = Assert.IsType<BundleVerdict.Untrusted>(verdict);
        Assert.Equal(reason, refused.Reason);
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
    }

    private async Task AttestAsync(int version, string key, OciReference image, string type, string predicate, params string[] flags)
    {
        var file = fixture[$"predicate-{Guid.NewGuid():N}.json"];
        await File.WriteAllTextAsync(file, predicate);
        if (version == 3)
        {
            await fixture.BundleAsync("attest", key, ["--type", type, "--predicate", file, .. flags, image.ToString()]);
            return;
        }

        (await fixture.CosignAsync(
            2, ["attest", "--key", key, "--tlog-upload=false", "--type", type, "--predicate", file, .. flags, "-y", image.ToString()])).EnsureSuccess();
    }
}
