using System.Text;
using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Policies.Attestations;
using EdgeSync.Signing.Policies.Conditions;
using EdgeSync.Signing.Sigstore.Statements;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Signing.Tests.Verification;

/// <summary>Attestations as cosign writes them under its tag, good and bad ones, and rules that require them.</summary>
internal static class AttestationFixture
{
    public const string Approval = "https://example.com/approval/v1";
    public const string Vulnerabilities = "https://cosign.sigstore.dev/attestation/vuln/v1";

    public static DateTimeOffset Now { get; } = new(2026, 11, 21, 2, 0, 0, TimeSpan.Zero);

    public static TrustAuthority Builder { get; } = new TrustAuthority.ByKey("builder", TestKeys.First.PublicKey);

    public static TrustAuthority Scanner { get; } = new TrustAuthority.ByKey("scanner", TestKeys.Second.PublicKey);

    public static string Statement(string type, string predicate, Digest? digest = null) =>
        $$$"""{"_type":"https://in-toto.io/Statement/v0.1","subject":[{"name":"shop","digest":{"sha256":"{{{(digest ?? SignatureFixture.Bundle.Digest).Hex}}}"}}],"predicateType":"{{{type}}}","predicate":{{{predicate}}} }""";

    public static (Descriptor Layer, byte[] Content) Layer(byte[] envelope) => (Descriptor.Of(DsseEnvelope.MediaType, envelope), envelope);

    public static byte[] Envelope(string statement, string payloadType, params SigningKey[] keys) =>
        DsseSigner.Sign(payloadType, Encoding.UTF8.GetBytes(statement), keys).ToBytes();

    public static SignatureArtifact Attested(SigningKey key, string type, string predicate, Digest? digest = null) =>
        SignatureFixture.Artifact(Layer(Envelope(Statement(type, predicate, digest), InTotoStatement.PayloadType, key)));

    public static string Scan(string finishedOn, string result) =>
        $$$"""{"scanner":{"uri":"trivy","result":{{{result}}}},"metadata":{"scanFinishedOn":"{{{finishedOn}}}"}}""";

    public static BundleRule Asks(AttestationCheck check, params PredicateCondition[] conditions) =>
        new("shop", TrustScope.Everything, [Builder], 1, [new AttestationRule(check, [Scanner], conditions)]);

    public static PredicateCondition Condition(string path, ConditionQuantity quantity, params ValueTest[] tests)
    {
        Assert.True(JsonPath.TryParse(path, out var parsed, out var problem), problem);
        return new PredicateCondition(parsed, quantity, tests);
    }

    /// <summary>Verifies the fixture's bundle, signed by the builder, with these attestations.</summary>
    public static BundleVerdict Verify(BundleRule rule, params SignatureArtifact[] beside) => BundleVerifier.Verify(
        SignatureFixture.Bundle, [SignatureFixture.Signed(TestKeys.First), .. beside], new TrustPolicy([], [rule]), TrustPlace.Unknown, Now);

    public static void AssertMissing(string words, BundleVerdict verdict)
    {
        var refused = Assert.IsType<BundleVerdict.Untrusted>(verdict);
        Assert.Equal(Contracts.ReasonCodes.AttestationMissing, refused.Reason);
        Assert.Contains("the rule 'shop'", refused.Message, StringComparison.Ordinal);
        Assert.True(
            refused.Message.Contains(words, StringComparison.Ordinal) || refused.Checks[1].Evidence.Any(e => e.Contains(words, StringComparison.Ordinal)),
            $"{refused.Message}\n{string.Join('\n', refused.Checks[1].Evidence)}");
        Assert.True(refused.Checks[0].Passed);
    }
}
