using System.Text;
using System.Text.Json.Nodes;
using EdgeSync.Signing.Cosign;
using EdgeSync.Signing.Sigstore;
using EdgeSync.Signing.Sigstore.Bundles;
using EdgeSync.Signing.Sigstore.Certificates;
using EdgeSync.Signing.Sigstore.Logs;
using EdgeSync.Signing.Sigstore.Roots;
using EdgeSync.Signing.Sigstore.Statements;
using EdgeSync.Signing.Sigstore.Timestamps;
using EdgeSync.Signing.Tests.Sigstore.World;

namespace EdgeSync.Fuzz.Tests;

/// <summary>
/// Bundles, roots, certificates, timestamps and checkpoints that were changed anywhere: nothing throws, and nothing becomes a signature of something
/// else.
/// </summary>
public sealed class SigstoreFuzzTests
{
    private static readonly string[] Tokens =
        ["{", "}", "[", "]", "\"", ",", ":", "null", "-1", "1e9", "\\u0000", "\\ud800", "\n", "\n\n", "\u2014 a ", "==", "AAAA", "\"tlogEntries\":", "0\n", "9223372036854775807", "\0", "\x30\x80", "\u00ff"];

    private static readonly TrustedRoot Root = TrustedRoot.Parse(TestWorld.Bytes(TestWorld.Root()), "test");
    private static readonly SigstoreIdentity Identity =
        new(IdentityPattern.Exactly(LeafRecipe.Subject), IdentityPattern.Exactly(LeafRecipe.Issuer));

    private static readonly TestWitness Cosigner = new("w.example.com", 1);
    private static readonly LogWitness Witness = Cosigner.Read();
    private static readonly SigstoreSubject Artifact = SigstoreSubject.OfContent(BundleRecipe.Artifact);
    private static readonly SigstoreSubject Other = SigstoreSubject.OfContent("another artifact"u8.ToArray());

    [Fact]
    public void Bundle_that_was_changed_anywhere_is_never_trusted_for_another_artifact() => ByteFuzzer.Run(Good(asEnvelope: true), Tokens, bytes =>
    {
        if (SigstoreBundle.TryParse(bytes, out var bundle, out var problem))
        {
            Verify(bundle);
            Assert.IsType<SigstoreVerdict.Untrusted>(SigstoreVerifier.Verify(bundle, Other, Identity, Root, SigstoreRequirements.Default));
        }
        else
        {
            Assert.NotEmpty(problem);
        }
    });

    [Theory]
    [InlineData("certificate", true)]
    [InlineData("signature", true)]
    [InlineData("body", true)]
    [InlineData("promise", true)]
    [InlineData("timestamp", false)]
    public void Part_of_a_bundle_that_was_changed_is_refused(string part, bool always)
    {
        var text = Good(asEnvelope: false);
        var good = Convert.FromBase64String(Find(JsonNode.Parse(text)!, part).GetValue<string>());

        ByteFuzzer.Run(good, Tokens, bytes =>
        {
            var node = JsonNode.Parse(text)!;
            Find(node, part).ReplaceWith((JsonNode)Convert.ToBase64String(bytes));
            if (SigstoreBundle.TryParse(TestWorld.Bytes(node), out var bundle, out _))
            {
                var verdict = Verify(bundle);
                if (always && !bytes.AsSpan().SequenceEqual(good))
                {
                    Assert.IsType<SigstoreVerdict.Untrusted>(verdict);
                }

                // What is not signed of a timestamp may be changed; its time may not.
                if (verdict is SigstoreVerdict.Trusted trusted)
                {
                    Assert.All(trusted.Times, time => Assert.Equal(TestWorld.Now, time.Time));
                }
            }
        });
    }

    [Theory]
    [InlineData(CosignAnnotations.Certificate)]
    [InlineData(CosignAnnotations.Entry)]
    [InlineData(CosignAnnotations.Timestamp)]
    public void Annotation_of_cosign_2_that_was_changed_never_vouches_for_another_payload(string name)
    {
        var layer = CosignAnnotations.Sign(new BundleRecipe { Stamped = true }).Layer;
        var signature = Convert.FromBase64String(layer.Annotation(CosignSignatures.SignatureAnnotation)!);

        ByteFuzzer.Run(Encoding.UTF8.GetBytes(layer.Annotation(name)!), Tokens, bytes =>
        {
            var changed = layer with { Annotations = new Dictionary<string, string>(layer.Annotations!) { [name] = Encoding.UTF8.GetString(bytes) } };
            if (CertificateAnnotations.TryRead(changed, new MessageSignature(signature, null, null), out var bundle, out var problem))
            {
                Verify(bundle);
                Assert.IsType<SigstoreVerdict.Untrusted>(SigstoreVerifier.Verify(bundle, Other, Identity, Root, SigstoreRequirements.Default));
            }
            else
            {
                Assert.NotEmpty(problem);
            }
        });
    }

    [Fact]
    public void Trusted_root_that_was_changed_is_a_root_or_refused_with_a_reason()
    {
        Assert.True(SigstoreBundle.TryParse(Good(asEnvelope: false), out var bundle, out _));

        ByteFuzzer.Run(TestWorld.Bytes(TestWorld.Root()), Tokens, bytes =>
        {
            if (TrustedRoot.TryParse(bytes, out var root, out var problem))
            {
                SigstoreVerifier.Verify(bundle, Artifact, Identity, root, SigstoreRequirements.Default);
                Assert.IsType<SigstoreVerdict.Untrusted>(SigstoreVerifier.Verify(bundle, Other, Identity, root, SigstoreRequirements.Default));
            }
            else
            {
                Assert.NotEmpty(problem);
            }
        });
    }

    [Fact]
    public void Timestamp_that_was_changed_is_read_or_refused_with_a_reason() => ByteFuzzer.Run(new TokenRecipe().Make([1, 2, 3]), Tokens, bytes =>
    {
        if (!TimestampToken.TryParseResponse(bytes, out _, out var problem))
        {
            Assert.NotEmpty(problem);
        }

        if (!TimestampToken.TryParseToken(bytes, out _, out problem))
        {
            Assert.NotEmpty(problem);
        }
    });

    [Fact]
    public void Checkpoint_that_was_changed_is_read_or_refused_with_a_reason() =>
        ByteFuzzer.Run(Encoding.UTF8.GetBytes(Cosigner.Cosign(TestWorld.Rekor1.Checkpoint(11, new byte[32]))), Tokens, bytes =>
        {
            if (Checkpoint.TryParse(Encoding.UTF8.GetString(bytes), out var checkpoint, out var problem))
            {
                _ = Witness.HasCosigned(checkpoint);
                Assert.True(checkpoint.Size >= 0);
                Assert.Equal(32, checkpoint.RootHash.Length);
                Assert.NotEmpty(checkpoint.Signatures);
            }
            else
            {
                Assert.NotEmpty(problem);
            }
        });

    [Fact]
    public void Verifier_key_that_was_changed_is_read_or_refused_with_a_reason() =>
        ByteFuzzer.Run(Encoding.UTF8.GetBytes(Cosigner.VerifierKey), Tokens, bytes =>
        {
            if (LogWitness.TryParse(Encoding.UTF8.GetString(bytes), out var witness, out var problem))
            {
                Assert.NotEmpty(witness.Name);
            }
            else
            {
                Assert.NotEmpty(problem);
            }
        });

    [Fact]
    public void Certificate_and_its_list_of_timestamps_that_were_changed_are_read_or_refused_with_a_reason()
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        ByteFuzzer.Run(new LeafRecipe().Issue(key, TestWorld.Authority), Tokens, bytes =>
        {
            try
            {
                using var certificate = SigningCertificate.Read(bytes);
                Precertificate.WithoutTimestamps(bytes);
                if (SigningCertificate.Find(certificate.Certificate, SignedCertificateTimestamp.ListOid) is { } list)
                {
                    SignedCertificateTimestamp.ReadList(list);
                }

                certificate.ReadClaims();
            }
            catch (FormatException refused)
            {
                Assert.NotEmpty(refused.Message);
            }
        });
    }

    [Fact]
    public void Statement_that_was_changed_is_read_or_refused_with_a_reason() => ByteFuzzer.Run(Encoding.UTF8.GetBytes(new BundleRecipe().Statement), Tokens, bytes =>
    {
        if (InTotoStatement.TryParse(bytes, out var statement, out var problem))
        {
            Assert.NotEmpty(statement.Subjects);
        }
        else
        {
            Assert.NotEmpty(problem);
        }
    });

    private static SigstoreVerdict Verify(SigstoreBundle bundle) =>
        SigstoreVerifier.Verify(bundle, Artifact, Identity, Root, SigstoreRequirements.Default);

    private static byte[] Good(bool asEnvelope)
    {
        var recipe = new BundleRecipe { Stamped = true, AsEnvelope = asEnvelope, Entry = asEnvelope ? "dsse 0.0.1" : "hashedrekord 0.0.1" };
        var bytes = TestWorld.Bytes(recipe.Make());
        Assert.True(SigstoreBundle.TryParse(bytes, out var bundle, out var problem), problem);
        Assert.IsType<SigstoreVerdict.Trusted>(Verify(bundle));
        return bytes;
    }

    private static JsonNode Find(JsonNode bundle, string part)
    {
        var material = bundle["verificationMaterial"]!;
        var entry = material["tlogEntries"]![0]!;
        return part switch
        {
            "certificate" => material["certificate"]!["rawBytes"]!,
            "signature" => bundle["messageSignature"]!["signature"]!,
            "body" => entry["canonicalizedBody"]!,
            "promise" => entry["inclusionPromise"]!["signedEntryTimestamp"]!,
            _ => material["timestampVerificationData"]!["rfc3161Timestamps"]![0]!["signedTimestamp"]!,
        };
    }
}
