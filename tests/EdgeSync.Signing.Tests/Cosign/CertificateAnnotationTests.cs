using System.Text.Json.Nodes;
using EdgeSync.Contracts;
using EdgeSync.Oci.Manifests;
using EdgeSync.Signing.Cosign;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Policies.Attestations;
using EdgeSync.Signing.Sigstore;
using EdgeSync.Signing.Sigstore.Roots;
using EdgeSync.Signing.Tests.Sigstore.World;
using EdgeSync.Signing.Tests.Verification;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Signing.Tests.Cosign;

/// <summary>Signatures and attestations with certificates as cosign 2 stores them: the evidence is in a layer's annotations.</summary>
public sealed class CertificateAnnotationTests
{
    private static readonly Descriptor Image = Descriptor.Of(MediaTypes.ImageIndex, BundleRecipe.Artifact);
    private static readonly TrustedRoot Root = TrustedRoot.Parse(TestWorld.Bytes(TestWorld.Root()), "test");
    private static readonly byte[] Payload = new SimpleSigningPayload(Image.Digest, "r.example.com/shop").ToBytes();

    /// <summary>Changes to a good signature, and the reason that the verdict must have.</summary>
    public static TheoryData<string, string> Damages => new()
    {
        { "no PEM", "something else than one certificate in PEM" },
        { "two certificates", "something else than one certificate in PEM" },
        { "text before the certificate", "something else than one certificate in PEM" },
        { "a key in place of the certificate", "something else than one certificate in PEM" },
        { "a certificate that is cut", "under a certificate, but" },
        { "a huge certificate", "something else than one certificate in PEM" },
        { "another certificate of the same identity", "is about another certificate" },
        { "a certificate of strangers", "the certificate at" },
        { "another identity", "the certificate names 'https://elsewhere.example.com'" },
        { "no log entry", "0 trusted logs hold the signature" },
        { "the entry of another signature", "is about another signature" },
        { "the entry of another payload", "is about another artifact" },
        { "an entry by a strange log", "0 trusted logs hold the signature" },
        { "an entry with another time", "the signed entry timestamp of the log" },
        { "an entry with another index", "the signed entry timestamp of the log" },
        { "an entry of a time before the certificate", "the certificate at" },
        { "an entry with a member that nobody knows", "unknown member 'extra'" },
        { "an entry with a member twice", "the log entry is not valid JSON" },
        { "an entry with an upper-case log", "logID is not 64 digits" },
        { "an entry with a short log", "logID is not 64 digits" },
        { "an entry with a body that is no JSON", "the log entry's body is not valid JSON" },
        { "an entry with a body that is no base64", "body" },
        { "an entry with no promise", "SignedEntryTimestamp" },
        { "an entry of an unknown kind", "kind rekord 0.0.1 is not known" },
        { "an entry with a negative time", "integratedTime" },
        { "an entry that is a list", "the log entry is not an object" },
        { "a huge entry", "more than" },
        { "a timestamp that is no JSON", "the timestamp is not valid JSON" },
        { "a timestamp of another signature", "timestamp" },
        { "a payload about another image", "but for sha256:" },
        { "a payload that is no JSON", "but" },
    };

    [Fact]
    public void Verify_SignatureUnderACertificate_IsTrustedAndNamed()
    {
        var trusted = Assert.IsType<BundleVerdict.Trusted>(Judge(CosignAnnotations.Sign(Recipe())));

        var signer = Assert.Single(trusted.Bundle.Signers);
        Assert.Equal(["pipeline"], signer.Authorities);
        Assert.Contains(LeafRecipe.Subject, signer.Description, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public void Verify_Damaged_IsRefusedForItsReason(string damage, string reason)
    {
        var refused = Assert.IsType<BundleVerdict.Untrusted>(Judge(Damage(damage)));

        Assert.Contains(reason, string.Join('\n', refused.Checks.SelectMany(check => check.Evidence)), StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_TimestampAndNoLog_IsTrustedIfTheRuleAllowsIt()
    {
        var recipe = Recipe();
        recipe.Entry = "";
        recipe.Stamped = true;
        var signed = CosignAnnotations.Sign(recipe);

        Assert.IsType<BundleVerdict.Untrusted>(Judge(signed));
        Assert.IsType<BundleVerdict.Trusted>(Judge(Rule(SigstoreRequirements.Default with { Logs = 0, TimestampAuthorities = 1 }), signed));
    }

    [Fact]
    public void Verify_SignatureBehindThirtyJunkOnes_IsFound()
    {
        var junk = Enumerable.Range(0, 30).Select(number => CosignAnnotations.Sign(
            Recipe(), annotations => annotations[CosignAnnotations.Entry] = $$"""{"junk":{{number}}}"""));

        Assert.IsType<BundleVerdict.Trusted>(Judge([.. junk, CosignAnnotations.Sign(Recipe())]));
    }

    [Fact]
    public void Verify_KeyThatTheRuleNames_CountsWithAnyCertificate()
    {
        var layer = SignatureFixture.Layer(TestKeys.First, Payload);
        layer.Layer = layer.Layer with
        {
            Annotations = new Dictionary<string, string>(layer.Layer.Annotations!) { [CosignAnnotations.Certificate] = "no certificate" },
        };

        Assert.IsType<BundleVerdict.Trusted>(
            Judge(Rule(SigstoreRequirements.Default, new TrustAuthority.ByKey("key", TestKeys.First.PublicKey)), layer));
    }

    [Fact]
    public void Verify_AnnotationsAndABundleOfOneIdentity_CountOnce()
    {
        var rule = new BundleRule("shop", TrustScope.Everything, [Authority(SigstoreRequirements.Default), Authority(SigstoreRequirements.Default, "again")], 2, []);
        var bundle = TestWorld.Bytes(new BundleRecipe { AsEnvelope = true, Entry = "dsse 0.0.1" }.Make());

        var refused = Assert.IsType<BundleVerdict.Untrusted>(Judge(
            rule, SignatureFixture.Artifact(CosignAnnotations.Sign(Recipe())),
            SignatureFixture.Artifact((Descriptor.Of(EdgeSync.Signing.Sigstore.Bundles.SigstoreBundle.MediaType, bundle), bundle))));

        Assert.Contains("1 of 2", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Verify_AttestationUnderACertificate_MeetsItsRule(bool isStamped)
    {
        TrustAuthority[] pipeline = [Authority(SigstoreRequirements.Default with { TimestampAuthorities = isStamped ? 1 : 0 })];
        var check = new ProvenanceCheck([IdentityPattern.Exactly("https://b.example.com")], []);
        var rule = new BundleRule(
            "shop", TrustScope.Everything, [Authority(SigstoreRequirements.Default)], 1, [new AttestationRule(check, pipeline, [])]);
        var signature = SignatureFixture.Artifact(CosignAnnotations.Sign(Recipe()));
        var attestation = CosignAnnotations.Attest(Provenance(isStamped));

        Assert.IsType<BundleVerdict.Trusted>(Judge(rule, signature, SignatureFixture.Artifact(attestation)));
        AssertRefused(ReasonCodes.AttestationMissing, Judge(rule, signature));
        AssertRefused(ReasonCodes.SignatureMissing, Judge(rule, SignatureFixture.Artifact(attestation)));
        AssertRefused(ReasonCodes.AttestationMissing, Judge(rule, signature, SignatureFixture.Artifact(
            CosignAnnotations.Attest(Provenance(isStamped), annotations => annotations[CosignAnnotations.Certificate] = "none"))));
        AssertRefused(ReasonCodes.AttestationMissing, Judge(rule, signature, SignatureFixture.Artifact(
            CosignAnnotations.Attest(Provenance(isStamped), annotations => annotations.Remove(CosignAnnotations.Entry)))));
    }

    [Fact]
    public void Verify_AttestationStampedOverItsSignature_IsRefused()
    {
        var requirements = SigstoreRequirements.Default with { TimestampAuthorities = 1 };
        var rule = new BundleRule(
            "shop", TrustScope.Everything, [Authority(SigstoreRequirements.Default)], 1,
            [new AttestationRule(new ProvenanceCheck([], []), [Authority(requirements)], [])]);
        var recipe = Provenance(isStamped: true);
        var stamp = (string)recipe.Make()["verificationMaterial"]!["timestampVerificationData"]!["rfc3161Timestamps"]![0]!["signedTimestamp"]!;
        var attestation = CosignAnnotations.Attest(
            recipe, annotations => annotations[CosignAnnotations.Timestamp] = new JsonObject { ["SignedRFC3161Timestamp"] = stamp }.ToJsonString());

        AssertRefused(
            ReasonCodes.AttestationMissing,
            Judge(rule, SignatureFixture.Artifact(CosignAnnotations.Sign(Recipe())), SignatureFixture.Artifact(attestation)));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("hash", "an envelope of other bytes")]
    [InlineData("payloadHash", "another envelope")]
    [InlineData("publicKey", "another certificate or key")]
    [InlineData("blank", "an envelope of other bytes")]
    public void Verify_AttestationInAnIntotoEntry_CountsForThatEnvelopeOnly(string damage, string? words)
    {
        var recipe = Provenance(isStamped: false);
        recipe.Entry = "intoto 0.0.1";
        recipe.ChangeBody = body =>
        {
            if (damage is "hash" or "payloadHash")
            {
                body["spec"]!["content"]![damage]!["value"] = new string('0', 64);
            }
            else if (damage == "publicKey")
            {
                var other = CosignAnnotations.Pem(recipe.Leaf.Issue(recipe.Key, TestWorld.Authority));
                body["spec"]!["publicKey"] = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(other));
            }
        };
        var (layer, content) = CosignAnnotations.Attest(recipe);
        if (damage == "blank")
        {
            // The same envelope in other bytes: its signature is valid, but the log does not have it.
            content = [.. content, (byte)' '];
            layer = Descriptor.Of(layer.MediaType, content) with { Annotations = layer.Annotations };
        }

        var authority = Authority(SigstoreRequirements.Default);
        var rule = new BundleRule(
            "shop", TrustScope.Everything, [authority], 1,
            [new AttestationRule(new ProvenanceCheck([IdentityPattern.Exactly("https://b.example.com")], []), [authority], [])]);
        var verdict = Judge(rule, SignatureFixture.Artifact(CosignAnnotations.Sign(Recipe())), SignatureFixture.Artifact((layer, content)));

        if (words is null)
        {
            Assert.IsType<BundleVerdict.Trusted>(verdict);
            return;
        }

        AssertRefused(ReasonCodes.AttestationMissing, verdict);
        Assert.Contains(words, string.Join('\n', verdict.Checks.SelectMany(check => check.Evidence)), StringComparison.Ordinal);
    }

    private static BundleRecipe Recipe() => new() { Content = Payload };

    private static BundleRecipe Provenance(bool isStamped)
    {
        var recipe = new BundleRecipe { Entry = "dsse 0.0.1", Stamped = isStamped };
        recipe.Statement = recipe.Statement
            .Replace("https://sigstore.dev/cosign/sign/v1", "https://slsa.dev/provenance/v1", StringComparison.Ordinal)
            .Replace("{\"a\":1}", """{"runDetails":{"builder":{"id":"https://b.example.com"}} }""", StringComparison.Ordinal);
        return recipe;
    }

    private static (Descriptor Layer, byte[] Content) Damage(string damage)
    {
        var recipe = Recipe();
        var other = CosignAnnotations.Sign(Recipe()).Layer;
        Action<Dictionary<string, string>> nothing = _ => { };
        var change = damage switch
        {
            "no PEM" => Certificate(_ => "none"),
            "two certificates" => Certificate(pem => pem + pem),
            "text before the certificate" => Certificate(pem => "mine:\n" + pem),
            "a key in place of the certificate" => Certificate(_ => TestKeys.First.PublicKey.ToPem()),
            "a certificate that is cut" => Certificate(_ => CosignAnnotations.Pem([0x30, 0x03, 0x02, 0x01, 0x01])),
            "a huge certificate" => Certificate(_ => CosignAnnotations.Pem(new byte[64 * 1024])),
            "another certificate of the same identity" => Certificate(_ => CosignAnnotations.Pem(recipe.Leaf.Issue(recipe.Key, TestWorld.Authority))),
            "no log entry" => annotations => annotations.Remove(CosignAnnotations.Entry),
            "the entry of another signature" => annotations => annotations[CosignAnnotations.Entry] = other.Annotation(CosignAnnotations.Entry)!,
            "an entry with another time" => Entry(entry => entry["Payload"]!["integratedTime"] = TestWorld.Now.AddSeconds(5).ToUnixTimeSeconds()),
            "an entry with another index" => Entry(entry => entry["Payload"]!["logIndex"] = 6),
            "an entry with a member that nobody knows" => Entry(entry => entry["Payload"]!["extra"] = 1),
            "an entry with a member twice" => Text(text => text.Replace("\"Payload\":", "\"Payload\":{},\"Payload\":", StringComparison.Ordinal)),
            "an entry with an upper-case log" => Entry(entry => entry["Payload"]!["logID"] = Convert.ToHexString(TestWorld.Rekor1.Id)),
            "an entry with a short log" => Entry(entry => entry["Payload"]!["logID"] = "00"),
            "an entry with a body that is no JSON" => Entry(entry => entry["Payload"]!["body"] = Convert.ToBase64String("no"u8)),
            "an entry with a body that is no base64" => Entry(entry => entry["Payload"]!["body"] = "*"),
            "an entry with no promise" => Entry(entry => entry.AsObject().Remove("SignedEntryTimestamp")),
            "an entry with a negative time" => Entry(entry => entry["Payload"]!["integratedTime"] = -1),
            "an entry that is a list" => Text(_ => "[]"),
            "a huge entry" => Text(text => text + new string(' ', 128 * 1024)),
            "a timestamp that is no JSON" => annotations => annotations[CosignAnnotations.Timestamp] = "none",
            "a timestamp of another signature" => annotations => annotations[CosignAnnotations.Timestamp] =
                new JsonObject { ["SignedRFC3161Timestamp"] = Convert.ToBase64String(recipe.Token.Make([1, 2, 3])) }.ToJsonString(),
            _ => nothing,
        };
        switch (damage)
        {
            case "a certificate of strangers":
                recipe.Authority = TestWorld.StrangeAuthority;
                break;
            case "another identity":
                recipe.Leaf.Names = writer => LeafRecipe.Uri(writer, "https://elsewhere.example.com");
                break;
            case "the entry of another payload":
                recipe.ChangeBody = body => body["spec"]!["data"]!["hash"]!["value"] = new string('0', 64);
                break;
            case "an entry by a strange log":
                recipe.Log = TestWorld.StrangeLog;
                break;
            case "an entry of a time before the certificate":
                recipe.LoggedAt = TestWorld.Now.AddHours(-1);
                break;
            case "an entry of an unknown kind":
                recipe.Entry = "rekord 0.0.1";
                break;
            case "a payload about another image":
                recipe.Content = new SimpleSigningPayload(Descriptor.Of(MediaTypes.ImageIndex, "another"u8).Digest, "r.example.com/shop").ToBytes();
                break;
            case "a payload that is no JSON":
                recipe.Content = "no"u8.ToArray();
                break;
        }

        return CosignAnnotations.Sign(recipe, change);

        static Action<Dictionary<string, string>> Certificate(Func<string, string> change) =>
            annotations => annotations[CosignAnnotations.Certificate] = change(annotations[CosignAnnotations.Certificate]);

        static Action<Dictionary<string, string>> Text(Func<string, string> change) =>
            annotations => annotations[CosignAnnotations.Entry] = change(annotations[CosignAnnotations.Entry]);

        static Action<Dictionary<string, string>> Entry(Action<JsonNode> change) => Text(text =>
        {
            var entry = JsonNode.Parse(text)!;
            change(entry);
            return entry.ToJsonString();
        });
    }

    private static TrustAuthority.ByIdentity Authority(SigstoreRequirements requirements, string name = "pipeline") => new(
        name, new SigstoreIdentity(IdentityPattern.Exactly(LeafRecipe.Subject), IdentityPattern.Exactly(LeafRecipe.Issuer)), Root, requirements);

    private static BundleRule Rule(SigstoreRequirements requirements, params TrustAuthority[] more) =>
        new("shop", TrustScope.Everything, [Authority(requirements), .. more], 1, []);

    private static BundleVerdict Judge(params (Descriptor Layer, byte[] Content)[] layers) => Judge(Rule(SigstoreRequirements.Default), layers);

    private static BundleVerdict Judge(BundleRule rule, params (Descriptor Layer, byte[] Content)[] layers) =>
        Judge(rule, SignatureFixture.Artifact(layers));

    private static BundleVerdict Judge(BundleRule rule, params SignatureArtifact[] found) =>
        BundleVerifier.Verify(Image, found, new TrustPolicy([], [rule]), TrustPlace.Unknown, TestWorld.Now);

    private static void AssertRefused(string reason, BundleVerdict verdict) =>
        Assert.Equal(reason, Assert.IsType<BundleVerdict.Untrusted>(verdict).Reason);
}
